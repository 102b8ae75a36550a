import { deliver, isEnrolled } from "./clerk.js";
import { dismiss } from "./worker.js";

// Wipe: everything that scripts can reach on this phone, without a network; other tabs go to the neutral page.
export function start(root) {
  const away = root.querySelector("[data-leave]")?.href;
  const others = away && "BroadcastChannel" in window ? new BroadcastChannel("wipe") : null;
  others?.addEventListener("message", () => {
    root.documentElement.classList.add("left");
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
    fetch("/wiped", { cache: "no-store" }).catch(() => null);
    localStorage.clear();
    sessionStorage.clear();
    await dismiss();
    if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
    await (navigator.locks?.request("outbox", () => emptyFiles()) ?? emptyFiles());
    root.querySelector("[data-keep]").hidden = true;
    show("wipe", false);
    show("counting", false);
    show("wiped");
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
