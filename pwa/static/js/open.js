import { locale } from "./dates.js";
import { isAlways, isOpen, minuteOfWeek, nextOpening, parseSpans } from "./hours.js";

// "Open now", "Opens Monday 07:30", worked out on the phone in the service's own time zone.
export function start(root) {
  const chips = root.querySelectorAll("[data-open-chip]");
  if (!chips.length) return;

  function show() {
    const now = new Date();
    for (const chip of chips) {
      const spans = parseSpans(chip.dataset.spans);
      const minute = minuteOfWeek(now, chip.dataset.zone);
      const open = isOpen(spans, minute);
      chip.closest("article, li").dataset.openNow = open ? "yes" : "no";
      chip.classList.toggle("ok", open);
      chip.classList.toggle("plain", !open);
      chip.textContent = words(chip, spans, minute, minute === minuteOfWeek(now));
      chip.hidden = !chip.textContent;
    }
  }

  // Where the hours know an exception, nobody here knows whether today is one: then it is open only usually.
  function words(chip, spans, minute, here) {
    const told = chip.closest("[data-open]").dataset;
    const usual = "usual" in chip.dataset;
    if (isAlways(spans) && !usual) return told.always;
    if (isOpen(spans, minute)) return usual ? told.usually : told.open;
    const next = nextOpening(spans, minute);
    const opens = next === null ? "" : told.opens.replace("{when}", moment(next));
    return here || !opens ? opens : told.there.replace("{when}", opens);
  }

  // 5 January 1970 was a Monday: minutes of a week fall on a date that can be named in any language.
  function moment(minute) {
    return new Intl.DateTimeFormat(locale(root), {
      timeZone: "UTC", weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).format(new Date(Date.UTC(1970, 0, 5) + minute * 60000));
  }

  show();
  setInterval(show, 60000);
}
