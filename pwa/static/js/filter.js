// The directory's filters. What nobody has told us is never counted as a yes, nor hidden as a no: it stands last,
// marked, so that there is always somebody to ask.
export function start(root) {
  const form = root.querySelector("[data-filters]");
  if (!form) return;
  const services = [...root.querySelectorAll("[data-service]")];
  const shown = form.querySelector("[data-shown]");
  const untold = form.querySelector("[data-untold]");
  const reset = form.querySelector("[type=reset]");

  function verdicts(service) {
    const { category, language, open, free, papers } = form.elements;
    const { dataset } = service;
    return [
      !category.value || dataset.categories.split(" ").includes(category.value),
      !language.value || (dataset.languages ? dataset.languages.split(" ").includes(language.value) : null),
      !open.checked || (dataset.openNow ? dataset.openNow === "yes" : null),
      !free.checked || told(dataset.free, "yes"),
      !papers.checked || told(dataset.papers, "no"),
    ];
  }

  function told(answer, wanted) {
    return answer === "unknown" ? null : answer === wanted;
  }

  function apply() {
    const counts = { yes: 0, unknown: 0, no: 0 };
    for (const service of services) {
      const answers = verdicts(service);
      const fit = answers.includes(false) ? "no" : answers.includes(null) ? "unknown" : "yes";
      counts[fit] += 1;
      service.dataset.fit = fit;
      service.hidden = fit === "no";
      service.querySelector("[data-untold-chip]").hidden = fit !== "unknown";
    }
    for (const group of root.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-service]:not([hidden])");
    }
    untold.textContent = counts.unknown ? untold.dataset.text.replace("{number}", counts.unknown) : "";
    reset.hidden = counts.yes === services.length;
    const words = shown.dataset.text.replace("{shown}", counts.yes).replace("{all}", services.length);
    shown.textContent = reset.hidden ? "" : words;
  }

  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}
