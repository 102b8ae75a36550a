import { joined, sha256, utf8 } from "./bytes.js";

// The outbox on the disk: two equal files in the browser's private file system. Each is the state as JSON, filled with
// spaces to a multiple of 32 KiB, and its SHA-256. One is written and flushed, then the other: a cut at any byte leaves one
// whole, and nothing tells how often they were written.
const FOLDER = "outbox";
const FILES = ["a", "b"];
const STEP = 32 * 1024;

// The state, or null where there is none.
export async function load() {
  const folder = await opened(false);
  if (!folder) return null;
  for (const file of FILES) {
    const state = await whole(folder, file);
    if (state) return state;
  }
  return null;
}

export async function save(state) {
  const folder = await opened(true);
  const text = utf8(JSON.stringify(state));
  const room = Math.ceil((text.length + 32) / STEP) * STEP;
  const padded = new Uint8Array(room - 32).fill(32);
  padded.set(text);
  const bytes = joined(padded, await sha256(padded));
  for (const file of FILES) await write(await folder.getFileHandle(file, { create: true }), bytes);
}

async function opened(create) {
  const root = await navigator.storage.getDirectory();
  try {
    return await root.getDirectoryHandle(FOLDER, { create });
  } catch (error) {
    if (!create && error.name === "NotFoundError") return null;
    throw error;
  }
}

async function whole(folder, name) {
  try {
    const file = await (await folder.getFileHandle(name)).getFile();
    const bytes = new Uint8Array(await file.arrayBuffer());
    const [text, digest] = [bytes.slice(0, -32), bytes.slice(-32)];
    const right = await sha256(text);
    return digest.length && right.every((byte, at) => byte === digest[at]) ? JSON.parse(new TextDecoder().decode(text)) : null;
  } catch (error) {
    if (error.name === "NotFoundError" || error.name === "NotReadableError") return null;
    throw error;
  }
}

async function write(handle, bytes) {
  const access = await handle.createSyncAccessHandle();
  try {
    let at = 0;
    while (at < bytes.length) {
      const written = access.write(bytes.subarray(at), { at });
      // A full disk: the other file still holds the state of before.
      if (!written) throw new DOMException("No room.", "QuotaExceededError");
      at += written;
    }
    access.truncate(bytes.length);
    access.flush();
  } finally {
    access.close();
  }
}
