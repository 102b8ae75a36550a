// The worker that keeps packs on the phone. A pack is one area in one language, whole and of one version.
//
// Caches: "kept" holds one entry, the list of packs; each pack has a cache of its own, named by its version. A new
// version is fetched into a new cache and checked file by file; only then does the list name it. Whatever is cut off
// before that changes nothing.

const LIST = "/kept.json";
const PATIENCE = 2 * 60 * 1000; // For a bundle: the slowest network that still carries one.
const GLANCE = 15 * 1000; // For a list: while one is waited for, no other area can be kept.
const CALM = 5 * 60 * 1000; // Between two looks at the server for the same pack, unless asked for.

let queue = Promise.resolve();
let known = null;
let wiped = false; // From then on this worker keeps nothing, whatever it was still doing.
const looked = new Map();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const port = event.ports[0];
  const { do: wish, language, area } = event.data;
  const tell = (status) => port.postMessage(status);
  if (wish === "status") event.waitUntil(status(language, area).then(tell));
  if (wish === "keep") event.waitUntil(sayThenKeep(language, area, tell));
  if (wish === "wipe") event.waitUntil(wipe(tell));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = request.method === "GET" && url.origin === location.origin;
  // A browser does as /wiped says only where that answer reaches it straight from the server.
  if (!ours || /^\/(desk|counts|wiped)(\/|$)/.test(url.pathname) || request.headers.has("HX-Request")) return;
  event.respondWith(answer(event, url));
});

// With the pages closed, what is sealed is sent once more when there is a network. Nothing is written here: the next
// opening sends it again, hears that it has come, and lets go.
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(navigator.locks.request("sender", repeat));
});

async function repeat() {
  if (COUNTS_AT === null) return;
  const { token, pages } = await outbox() ?? { pages: [] };
  for (const { id, slots } of pages.slice(0, -1)) {
    await fetch(`${COUNTS_AT}/counts/batches`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ batch: id, slots }),
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
  }
}

async function outbox() {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("outbox");
    const file = await (await folder.getFileHandle("a")).getFile();
    // The digest at the end is no text. Where this file was cut, its twin is read when the app is opened.
    return JSON.parse(await file.slice(0, -32).text());
  } catch {
    return null;
  }
}

async function answer(event, url) {
  const { request } = event;
  const packs = await kept();
  const front = url.pathname === "/" && packs[0];
  if (front) return Response.redirect(`/${front.language}/`);
  const bare = request.mode === "navigate" && !url.pathname.endsWith("/");
  for (const pack of inOrder(packs, url.pathname)) {
    if (bare && await caches.match(`${url.pathname}/`, { cacheName: pack.cache })) {
      return Response.redirect(`${url.pathname}/`);
    }
    const stored = await caches.match(url.pathname, { cacheName: pack.cache });
    if (!stored) continue;
    // What is kept is shown at once; what is newer is fetched behind it, for the next opening.
    if (request.mode === "navigate") event.waitUntil(inTurn(() => keep(pack.language, pack.area, () => {})));
    return stored;
  }
  // An update that landed meanwhile has taken the old caches away; the new ones hold the page.
  if (await differ(packs)) return answer(event, url);
  try {
    return await fetch(request);
  } catch (error) {
    const page = request.mode === "navigate" && await offlinePage(inOrder(packs, url.pathname));
    if (page) return page;
    throw error;
  }
}

// The pack of the address's own area answers for it; then the pack that was kept last.
function inOrder(packs, path) {
  const [, language, area] = path.split("/");
  const rank = (pack) => (pack.language === language && pack.area === area ? 0 : pack.language === language ? 1 : 2);
  return [...packs].sort((a, b) => rank(a) - rank(b));
}

async function offlinePage(packs) {
  for (const pack of packs) {
    const page = await caches.match(`/${pack.language}/offline/`, { cacheName: pack.cache });
    if (page) return page;
  }
  return null;
}

// One after the other: two of them would write the same list.
function inTurn(job) {
  queue = queue.then(job, job);
  return queue;
}

// The list as this worker read or wrote it last: to read it for each answer makes a page wait as long again.
async function kept() {
  return known ?? await listed();
}

async function listed() {
  try {
    const stored = await caches.match(LIST, { cacheName: "kept" });
    known = stored ? await stored.json() : [];
    return known;
  } catch {
    return []; // A list that cannot be read now must not lock a reader out; the next look may read it.
  }
}

async function write(packs) {
  const cache = await caches.open("kept");
  await cache.put(LIST, new Response(JSON.stringify(packs), { headers: { "Content-Type": "application/json" } }));
  known = packs;
}

async function differ(packs) {
  return JSON.stringify(await listed()) !== JSON.stringify(packs);
}

function said(pack) {
  const { name, wire, updated, version } = pack;
  return { state: "ready", name, wire, updated, version };
}

async function status(language, area) {
  const packs = await kept();
  const pack = packs.find((each) => each.language === language && each.area === area);
  if (pack && await isWhole(pack)) return said(pack);
  return await differ(packs) ? status(language, area) : { state: "none" };
}

async function isWhole(pack) {
  if (!await caches.has(pack.cache)) return false;
  const cache = await caches.open(pack.cache);
  return (await cache.keys()).length === pack.files;
}

async function wipe(tell) {
  wiped = true;
  known = [];
  for (const name of await caches.keys()) await caches.delete(name);
  tell({ state: "none" });
}

function refuseAfterWipe() {
  if (wiped) throw new Error("Wiped.");
}

async function sayThenKeep(language, area, tell) {
  const now = await status(language, area);
  tell(now.state === "ready" ? now : { state: "busy", percent: 0 });
  return inTurn(() => keep(language, area, tell));
}

async function keep(language, area, tell) {
  if (wiped) return tell({ state: "none" });
  const ofLanguage = (await listed()).filter((each) => each.language === language);
  const before = ofLanguage.find((each) => each.area === area);
  const ready = before && await isWhole(before);
  const key = `${language} ${area}`;
  if (ready && Date.now() - (looked.get(key) ?? 0) < CALM) {
    // The language that was read last is the one that the app opens in.
    if ((await kept())[0]?.language !== language) await remember(before);
    tell(said(before)); // Another tab may have made it whole since this one heard that it was not.
    return null;
  }
  try {
    const list = await json(`/${language}/${area ? `${area}/` : ""}pack.json`);
    looked.set(key, Date.now());
    const pack = ready && before.version === list.version ? before : await fetchWhole(list, before ?? ofLanguage[0], ready ? () => {} : tell);
    await remember(pack);
    tell(said(pack));
  } catch (error) {
    console.warn(String(error));
    if (!ready) tell({ state: "failed" });
  }
  return null;
}

async function remember(pack) {
  refuseAfterWipe();
  // A pack without an area holds nothing that one with an area does not hold.
  const others = (await listed()).filter((each) => each.language !== pack.language || each.area && each.area !== pack.area);
  await write([pack, ...others]);
  // The list names the new cache by now; nothing reads any other.
  const named = new Set(["kept", pack.cache, ...others.map((each) => each.cache)]);
  for (const name of await caches.keys()) if (!named.has(name)) await caches.delete(name);
}

async function fetchWhole(list, before, tell) {
  const name = `${list.language} ${list.area} ${list.version}`;
  await caches.delete(name);
  const cache = await caches.open(name);
  try {
    const wanted = new Map(list.files.map((file) => [file.address, file]));
    const total = list.bundles.reduce((sum, bundle) => sum + bundle.bytes, 0);
    let done = 0;
    const progress = (bytes) => tell({ state: "busy", percent: (100 * (done + bytes)) / total, wire: list.wire });
    const put = (file) => checkedIn(cache, file, wanted, list.headers);
    progress(0);
    for (const bundle of list.bundles) {
      const left = await copied(bundle, before, wanted, put);
      const bytes = left.reduce((sum, address) => sum + wanted.get(address).bytes, 0);
      // A page by itself is sent in less than a quarter of its bytes: where few have changed, only they are fetched.
      if (bytes / 4 < bundle.wire) await Promise.all(left.map((address) => alone(address).then(put)));
      else for (const file of await unpacked(bundle, cache, progress)) if (wanted.has(file.address)) await put(file);
      done += bundle.bytes;
    }
    if (wanted.size) throw new Error(`Missing: ${[...wanted.keys()].join(" ")}`);
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  const { language, area, version, wire } = list;
  const updated = new Date().toISOString().slice(0, 10);
  return { language, area, version, wire, cache: name, name: list.name, files: list.files.length, updated };
}

// Puts what the phone holds of a bundle and is still what the list says: of the last pack, or of another area's in this
// language. Answers the addresses of the rest.
async function copied(bundle, before, wanted, put) {
  const left = [];
  for (const address of bundle.files) {
    const stored = before && await caches.match(address, { cacheName: before.cache });
    const file = stored && await read(address, stored);
    if (file && await digest(file.bytes) === wanted.get(address).sha256) await put(file);
    else left.push(address);
  }
  return left;
}

async function read(address, response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { address, bytes, type: response.headers.get("Content-Type") };
}

async function fetched(address, patience = PATIENCE, cache = "no-store") {
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(address, { cache, credentials: "omit", redirect: "error", signal });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

async function alone(address) {
  return read(address, await fetched(address));
}

async function unpacked(bundle, cache, progress) {
  const reader = (await fetched(bundle.address)).body.getReader();
  const parts = [];
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    progress(bytes);
  }
  const { base, files } = JSON.parse(await new Blob(parts).text());
  // The base comes in this bundle, or came in the one before.
  const text = files[0].address === base ? files[0].body : await (await cache.match(base)).text();
  const lines = text.split("\n");
  const encoder = new TextEncoder();
  return files.map(({ address, type, body }) => ({ address, type, bytes: encoder.encode(whole(body, lines)) }));
}

// A body is text, or pieces: text, and [first, number] for lines of the base.
function whole(body, lines) {
  if (typeof body === "string") return body;
  return body.map((piece) => (typeof piece === "string" ? piece : lines.slice(piece[0], piece[0] + piece[1]).join("\n"))).join("\n");
}

async function digest(bytes) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function checkedIn(cache, { address, type, bytes }, wanted, headers) {
  refuseAfterWipe();
  if (wanted.get(address)?.sha256 !== await digest(bytes)) throw new Error(`${address} is not what the list says.`);
  wanted.delete(address);
  await cache.put(address, new Response(bytes, { headers: { ...headers, "Content-Type": type } }));
}

async function json(address) {
  // Asked for again each time; where it has not changed the server says so in a few bytes.
  return (await fetched(address, GLANCE, "no-cache")).json();
}
