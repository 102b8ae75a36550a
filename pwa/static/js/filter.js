// The directory's filters. What nobody has told us is never counted as a yes; how many that leaves out is said.
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
    let number = 0;
    let unknown = 0;
    for (const service of services) {
      const answers = verdicts(service);
      const fits = answers.every((answer) => answer === true);
      if (!fits && !answers.includes(false)) unknown += 1;
      number += fits;
      service.hidden = !fits;
    }
    for (const group of root.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-service]:not([hidden])");
    }
    shown.textContent = shown.dataset.text.replace("{shown}", number).replace("{all}", services.length);
    untold.textContent = unknown ? untold.dataset.text.replace("{number}", unknown) : "";
    reset.hidden = number === services.length;
  }

  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(apply));
  form.hidden = false;
  apply();
}
