import { locale } from "./dates.js";
import { isAlways, isOpen, minuteOfWeek, nextOpening, parseSpans } from "./hours.js";

// "Open now", "Opens Monday 07:30", worked out on the phone in the service's own time zone.
export function start(root) {
  const list = root.querySelector("[data-services]");
  if (!list) return;

  function show() {
    for (const service of list.querySelectorAll("[data-spans]")) {
      const spans = parseSpans(service.dataset.spans);
      const minute = minuteOfWeek(new Date(), service.dataset.zone);
      const open = isOpen(spans, minute);
      service.dataset.openNow = open ? "yes" : "no";
      const chip = service.querySelector("[data-open-chip]");
      chip.className = open ? "chip ok" : "chip plain";
      chip.textContent = words(spans, minute, open);
      chip.hidden = !chip.textContent;
    }
  }

  function words(spans, minute, open) {
    if (isAlways(spans)) return list.dataset.always;
    if (open) return list.dataset.open;
    const next = nextOpening(spans, minute);
    return next === null ? "" : list.dataset.opens.replace("{when}", moment(next));
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
