import { dayInWords } from "./dates.js";

// How old a check is, seen from today: to 90 days fresh, to 180 due, then perhaps out of date.
export function start(root) {
  const list = root.querySelector("[data-services]");
  if (!list) return;
  for (const chip of list.querySelectorAll("[data-checked]")) {
    if (!chip.dataset.checked) continue;
    const date = new Date(`${chip.dataset.checked}T00:00:00Z`);
    const days = (Date.now() - date) / 86400000;
    const state = days < 90 ? "fresh" : days < 180 ? "due" : "overdue";
    chip.className = { fresh: "chip ok", due: "chip plain", overdue: "chip old" }[state];
    chip.textContent = list.dataset[state].replace("{date}", dayInWords(root, chip.dataset.checked));
  }
}
