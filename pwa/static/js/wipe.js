import { dismiss } from "./worker.js";

// Wipe: everything that scripts can reach on this phone, without a network; other tabs go to the neutral page.
export function start(root) {
  const away = root.querySelector("[data-leave]")?.href;
  const others = away && "BroadcastChannel" in window ? new BroadcastChannel("wipe") : null;
  others?.addEventListener("message", () => {
    root.documentElement.classList.add("left");
    location.replace("about:blank");
  });
  const button = root.querySelector("[data-wipe]");
  if (!button) return;
  button.hidden = false;
  button.onclick = async () => {
    button.disabled = true;
    others?.postMessage("wiped");
    fetch("/wiped", { cache: "no-store" }).catch(() => null);
    localStorage.clear();
    sessionStorage.clear();
    await dismiss();
    if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
    root.querySelector("[data-keep]").hidden = true;
    button.hidden = true;
    root.querySelector("[data-wiped]").hidden = false;
  };
}
