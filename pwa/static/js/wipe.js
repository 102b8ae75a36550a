import { deliver, isEnrolled } from "./clerk.js";
import { dismiss } from "./worker.js";

// Wipe: everything that scripts can reach on this phone, without a network; other tabs close, or show nothing.
export function start(root) {
  const others = "BroadcastChannel" in window ? new BroadcastChannel("wipe") : null;
  others?.addEventListener("message", () => {
    root.documentElement.classList.add("left");
    root.title = " ";
    // A browser lets a page close itself where it holds a single entry, or was opened by a page of ours.
    close();
    location.replace("about:blank");
  });
  const box = root.querySelector("#wipe");
  if (!box) return;
  const show = (name, shown = true) => { box.querySelector(`[data-${name}]`).hidden = !shown; };
  const [now, first] = [box.querySelector("[data-wipe]"), box.querySelector("[data-deliver-first]")];
  show("wipe");
  show("counting", isEnrolled(root));
  now.onclick = wipe;
  first.onclick = async () => {
    now.disabled = first.disabled = true;
    show("delivering");
    const { reached, refused } = await deliver(root);
    show("delivering", false);
    now.disabled = first.disabled = false;
    if (reached && !refused) await wipe();
    else show("undelivered");
  };

  async function wipe() {
    now.disabled = first.disabled = true;
    show("undelivered", false);
    others?.postMessage("wiped");
    root.body.dataset.erasing = "";
    try {
      await eraseAll();
    } catch (error) {
      // Not all of it: nobody is told that it was.
      now.disabled = first.disabled = false;
      throw error;
    }
    root.querySelector("[data-keep]").hidden = true;
    show("wipe", false);
    show("counting", false);
    show("wiped");
    // With a network the browser drops its own copies too.
    fetch("/wiped", { cache: "no-store" }).catch(() => null);
  }
}

async function eraseAll() {
  emptyStorage();
  await dismiss();
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  await (navigator.locks?.request("outbox", () => emptyFiles()) ?? emptyFiles());
  // What another tab wrote before it went.
  emptyStorage();
}

function emptyStorage() {
  for (const kind of ["localStorage", "sessionStorage"]) {
    try {
      window[kind].clear();
    } catch {
      // Where a browser allows no storage, none is there.
    }
  }
}

// A tab that is still going away may hold a file for a moment.
async function emptyFiles(tries = 20) {
  if (!navigator.storage?.getDirectory) return;
  try {
    const folder = await navigator.storage.getDirectory();
    for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true });
  } catch (error) {
    // In a private window there may be no files to speak of.
    if (error.name === "SecurityError") return;
    if (!tries) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await emptyFiles(tries - 1);
  }
}
