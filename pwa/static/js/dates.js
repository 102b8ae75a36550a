// Dates as readers here write them: plain "en" would put the month first.
export function locale(root) {
  const { lang } = root.documentElement;
  return lang === "en" ? "en-GB" : lang;
}

export function dayInWords(root, iso) {
  const format = new Intl.DateTimeFormat(locale(root), { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${iso}T00:00:00Z`));
}
