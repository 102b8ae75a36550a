import { locale } from "./dates.js";

const DAY = 86400000;

// The day of printing, and the day to throw it away: a page that a phone has kept cannot know them.
export function start(root) {
  const format = new Intl.DateTimeFormat(locale(root), { dateStyle: "medium" });
  for (const line of root.querySelectorAll("[data-day]")) {
    const day = new Date(Date.now() + line.dataset.day * DAY);
    line.querySelector("[data-date]").dataset.date = format.format(day);
    line.hidden = false;
  }
  const tools = root.querySelector("[data-tools]");
  const old = tools && Date.now() - Date.parse(tools.dataset.changed) > 90 * DAY;
  if (old) tools.querySelector("[data-old]").hidden = false;
}
