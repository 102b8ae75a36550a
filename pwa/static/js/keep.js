import { dayInWords } from "./dates.js";
import { showPlace } from "./place.js";
import { choosePlace, chosenPlace } from "./store.js";
import { ask } from "./worker.js";

// The pages that this phone keeps: fetched, checked, and said in words how it stands.
export async function start(root) {
  const box = root.querySelector("[data-keep]");
  const language = root.body.dataset.lang;
  if (root.querySelector("[data-away]")) return;

  const here = box?.dataset.keep ?? "";
  if (here && !chosenPlace()) choosePlace(here, box.dataset.name);
  let state;
  // A worker that was on its way out when it was asked never answers; the one that takes over does.
  navigator.serviceWorker?.addEventListener("controllerchange", () => state === "ready" || begin());
  await begin();

  async function begin() {
    if ("erasing" in root.body.dataset) return;
    if (here && here !== chosenPlace()?.area) await offer();
    else await keep(chosenPlace()?.area ?? "");
  }

  async function offer() {
    const other = box.querySelector("[data-not-chosen]");
    other.hidden = false;
    other.querySelector("button").onclick = () => {
      other.hidden = true;
      choosePlace(here, box.dataset.name);
      showPlace(root);
      keep(here);
    };
    const status = await ask({ do: "status", language, area: here });
    show(status);
    if (status.state === "none") show({ ...status, wire: await size() });
  }

  async function size() {
    try {
      return (await (await fetch(`/${language}/${here}/pack.json`)).json()).wire;
    } catch {
      return undefined;
    }
  }

  async function keep(area) {
    try {
      show(await ask({ do: "keep", language, area }, show));
      fleeting(await navigator.storage?.persist?.());
    } catch {
      show({ state: navigator.serviceWorker ? "failed" : "unable" });
    }
  }

  function show(status) {
    state = status.state;
    if (!box) return;
    box.hidden = status.state === "none" && !here;
    for (const part of box.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== status.state;
    const states = box.querySelector("[data-states]");
    states.hidden = !states.querySelector(`[data-state="${status.state}"]`);
    const bar = box.querySelector("progress");
    if (status.percent !== undefined) bar.value = status.percent;
    fill("percent", Math.floor(status.percent ?? 0));
    fill("size", status.wire ? Math.ceil(status.wire / 1024) : "");
    fill("name", status.name ?? "");
    fill("date", status.updated ? dayInWords(root, status.updated) : "");
    box.querySelector("[data-sized]").hidden = !status.wire;
  }

  function fill(name, value) {
    for (const place of box.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = value;
  }

  function fleeting(persisted) {
    const words = root.querySelector("[data-fleeting]");
    if (words && persisted === false) words.hidden = false;
  }
}
