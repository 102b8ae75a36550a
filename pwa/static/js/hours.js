// Weekly hours, in minutes from Monday 00:00 where the service is. Pure: no clock, no page.
const WEEK = 7 * 24 * 60;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export function parseSpans(text) {
  return text.split(" ").filter(Boolean).map((span) => span.split("-").map(Number));
}

export function minuteOfWeek(date, zone) {
  const parts = {};
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  for (const { type, value } of format.formatToParts(date)) parts[type] = value;
  return DAYS.indexOf(parts.weekday) * 1440 + Number(parts.hour) * 60 + Number(parts.minute);
}

export function isAlways(spans) {
  return spans.length === 1 && spans[0][0] === 0 && spans[0][1] === WEEK;
}

export function isOpen(spans, minute) {
  return spans.some(([from, to]) => from <= minute && minute < to);
}

export function nextOpening(spans, minute) {
  if (!spans.length) return null;
  const waits = spans.map(([from]) => (from - minute + WEEK) % WEEK);
  return (minute + Math.min(...waits)) % WEEK;
}
