// Dates as readers here write them: plain "en" would put the month first. One calendar and one set of digits in every
// language, the same as in the words of the page: a Thai phone would put 2569 beside its 2026.
export function locale(root) {
  const { lang } = root.documentElement;
  return `${lang === "en" ? "en-GB" : lang}-u-ca-gregory-nu-latn`;
}

export function dayInWords(root, iso) {
  const format = new Intl.DateTimeFormat(locale(root), { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${iso}T00:00:00Z`));
}
