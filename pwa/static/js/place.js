import { chosenPlace } from "./store.js";

// Links to "find help" lead to the chosen area, by its name.
export function start(root) {
  showPlace(root);
}

export function showPlace(root) {
  const place = chosenPlace();
  if (!place) return;
  const lang = root.body.dataset.lang;
  for (const link of root.querySelectorAll(`[data-place-link], .prose a[href$='/areas/']`)) {
    link.href = `/${lang}/${place.area}/${link.dataset.placeLink ?? ""}`;
  }
  for (const name of root.querySelectorAll("[data-place-name]")) name.textContent = place.name;
  for (const words of root.querySelectorAll("[data-place-unset]")) words.hidden = true;
  for (const words of root.querySelectorAll("[data-place-set], [data-place-only]")) words.hidden = false;
}
