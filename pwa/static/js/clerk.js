import { read, write } from "./store.js";

// Asking the worker that keeps the outbox.
let worker = null;

// Whether this phone was enrolled. A page that is not the count page needs no more to know. On a site that counts
// nothing no phone is, whatever one kept from before: its token must not be sent to a mere host of files.
export function isEnrolled(root) {
  return root.body.dataset.counts !== "off" && Number.isFinite(read("outbox")?.due);
}

export function ask(root, wish) {
  try {
    worker ??= new Worker(root.body.dataset.outbox);
  } catch {
    return Promise.resolve({ state: "unable" });
  }
  const channel = new MessageChannel();
  return new Promise((resolve) => {
    channel.port1.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => resolve({ state: "unable" });
    worker.postMessage({ server: root.body.dataset.counts ?? "", ...wish }, [channel.port2]);
  });
}

// When to deliver next: `hours` from now, and up to half as long again, so that no habit shows in it.
export function deliverIn(hours) {
  write("outbox", { due: Math.round(Date.now() + hours * (1 + Math.random() / 2) * 3600 * 1000) });
}

export async function deliver(root) {
  const answer = await ask(root, { do: "deliver" });
  // Wiped meanwhile: nothing may be written again.
  if (!isEnrolled(root)) return answer;
  deliverIn(answer.reached ? 18 : 1);
  if (!answer.reached) await later();
  return answer;
}

// Where the browser can, it sends once more when there is a network, with the page closed.
async function later() {
  try {
    await (await navigator.serviceWorker.ready).sync.register("outbox");
  } catch {
    return;
  }
}
