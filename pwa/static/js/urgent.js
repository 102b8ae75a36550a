import { chosenPlace } from "./store.js";

// The emergency numbers of the chosen area, taken from its own page, where a life may be at risk.
export async function start(root) {
  const spot = root.querySelector("[data-emergency-here]");
  const place = chosenPlace();
  if (!spot || !place) return;
  const answer = await fetch(`/${root.body.dataset.lang}/${place.area}/`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const name = Object.assign(root.createElement("p"), { textContent: place.name });
  const box = root.importNode(page.getElementById("emergency"), true);
  box.querySelector("h2").after(name);
  spot.replaceChildren(box);
  spot.hidden = false;
}
