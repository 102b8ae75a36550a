import { load, save } from "./bank.js";
import { answered, counted, enrolled, flagged, refusal, sealed, sealedForSending, take } from "./outbox.js";
import { enrol, send } from "./send.js";
import { thisMonth } from "./slot.js";

// The worker that alone touches the outbox. The sum of this opening lives here, in memory, and goes when the page goes.
const wishes = { status, enrol: enrolPhone, open, count, flag, deliver };
let opening = null;

self.onmessage = async ({ data, ports }) => {
  try {
    if (!able()) throw new DOMException("No files or no locks.", "NotSupportedError");
    ports[0].postMessage(await wishes[data.do](data));
  } catch (error) {
    console.warn(error.name);
    ports[0].postMessage({ state: "unable" });
  }
};

// Asked before anything else, so that no code is spent on a browser that could not keep the token.
function able() {
  return navigator.locks && navigator.storage?.getDirectory && "createSyncAccessHandle" in FileSystemFileHandle.prototype;
}

// One at a time over all pages: two that read the same state would lose what the other wrote.
function alone(job) {
  return navigator.locks.request("outbox", job);
}

async function status() {
  return told(await alone(load));
}

async function enrolPhone({ server = "", code, lang }) {
  const given = await enrol(server, code, lang).catch(() => undefined);
  if (!given) return { state: given === null ? "refused" : "unreachable" };
  return alone(async () => {
    const state = await enrolled(await load(), given);
    await save(state);
    return told(state);
  });
}

function open() {
  return alone(async () => {
    const before = await load();
    if (!before) return told(null);
    const { state, opening: taken } = await take(before);
    await save(state);
    opening = taken;
    return told(state);
  });
}

function count({ what, area }) {
  return alone(async () => {
    const before = opening && await load();
    if (!before) return { state: "unable" };
    const next = await counted(before, opening, { what, area, month: thisMonth(new Date()) });
    await save(next.state);
    opening = next.opening;
    return told(next.state);
  });
}

async function flag({ area, service, reason }) {
  const state = await noted((before) => flagged(before, { area, service, reason, month: thisMonth(new Date()) }));
  return state ? told(state) : { state: "unable" };
}

// One sender over all pages and the worker of the site. What waits goes first, then what is on the open page.
function deliver({ server = "" }) {
  return navigator.locks.request("sender", async () => {
    const heard = { refused: "" };
    const before = await alone(load);
    const reached = Boolean(before) && await sendAll(server, before, heard)
      && await sendAll(server, await noted(sealedForSending), heard);
    return { ...told(await alone(load)), reached };
  });
}

// The network is waited for without holding the outbox. False where nobody answered.
async function sendAll(server, state, heard) {
  for (const page of sealed(state)) {
    const answer = await send(server, state.token, page);
    if (!answer) return false;
    heard.refused = refusal(answer) || heard.refused;
    await noted((now) => ({ ...answered(now, page.id, answer, today()), refused: heard.refused }));
    if (answer.status === "token") return true;
  }
  return true;
}

// The outbox changed, unless it was wiped meanwhile.
function noted(change) {
  return alone(async () => {
    const before = await load();
    if (!before) return null;
    const state = await change(before);
    await save(state);
    return state;
  });
}

function today() {
  const now = new Date();
  return `${thisMonth(now)}-${String(now.getDate()).padStart(2, "0")}`;
}

// What a page may know: nothing of what is inside, and no number of anything.
function told(state) {
  if (!state) return { state: "off" };
  const { areas, delivered, refused } = state;
  return { state: "ready", areas, delivered, refused };
}
