import { dayInWords } from "./dates.js";

const DAY = 86400000;

// How old each check is on the day that it is: under 90 days fresh, to 180 due, beyond or never old. What is old sinks
// below the rest of its list. A phone that lost its clock does not make things young: it is no earlier than the day on
// which the list was last changed.
export function start(root) {
  const words = root.querySelector("[data-overdue]");
  if (!words) return;
  const today = Math.max(Date.now(), Date.parse(words.dataset.changed) || 0);

  function state(checked) {
    if (!checked) return "never";
    const days = Math.floor((today - Date.parse(checked)) / DAY);
    return days < 90 ? "fresh" : days <= 180 ? "due" : "overdue";
  }

  function isOld(checked) {
    return ["overdue", "never"].includes(state(checked));
  }

  for (const chip of root.querySelectorAll("[data-checked]")) {
    const { checked } = chip.dataset;
    const now = state(checked);
    chip.className = { fresh: "chip ok", due: "chip plain" }[now] ?? "chip old";
    if (checked) chip.textContent = words.dataset[now].replace("{date}", dayInWords(root, checked));
  }

  for (const list of root.querySelectorAll("[data-sinks]")) {
    const entries = [...list.children].filter((entry) => entry.querySelector("[data-checked]"));
    list.append(...entries.filter((entry) => isOld(entry.querySelector("[data-checked]").dataset.checked)));
  }

  const whole = root.querySelector("[data-checks]");
  if (whole) sum(whole);

  function sum(chip) {
    const counts = { fresh: 0, due: 0, overdue: 0, never: 0 };
    for (const pair of chip.dataset.checks.split(" ")) {
      const [checked, many] = pair.split(":");
      counts[state(checked)] += Number(many);
    }
    const old = counts.overdue + counts.never;
    const all = old + counts.due + counts.fresh;
    if (counts.never === all) return;
    const text = old ? "someOld" : counts.due ? "someDue" : "allFresh";
    chip.className = { someOld: "chip old", someDue: "chip plain", allFresh: "chip ok" }[text];
    chip.textContent = chip.dataset[text].replace("{some}", old || counts.due).replace("{all}", all);
    chip.hidden = false;
  }
}
