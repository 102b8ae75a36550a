import { deliver, isEnrolled } from "./clerk.js";
import { read } from "./store.js";

// Once a day an enrolled phone delivers, with or without counts in it, at a random moment while a page is open.
const WITHIN = 60 * 1000;

export function start(root) {
  if (!isEnrolled(root) || root.querySelector("[data-away]")) return;
  let timer = null;
  plan();
  addEventListener("online", plan);
  root.addEventListener("visibilitychange", () => root.visibilityState === "visible" && plan());

  function plan() {
    clearTimeout(timer);
    const { due } = read("outbox") ?? {};
    // A clock that was set back would put the next delivery off for years.
    const wait = Math.min(Math.max(0, due - Date.now()), 36 * 3600 * 1000);
    if (Number.isFinite(due)) timer = setTimeout(() => deliver(root).then(plan), wait + Math.random() * WITHIN);
  }
}
