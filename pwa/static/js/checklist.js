import { csv } from "./csv.js";
import { read, write } from "./store.js";

// The self-assessment: answers stay on this phone; a follow-up is asked only where it applies.
export function start(root) {
  const form = root.querySelector("[data-checklist]");
  if (!form) return;
  const questions = [...form.querySelectorAll("[data-question]")];
  const progress = form.querySelector("[data-progress]");

  function applies(question) {
    const { where, under } = question.dataset;
    const place = form.elements.where.value;
    if (where && place !== "both" && place !== where) return false;
    const parent = under && questions.find((each) => each.dataset.question === under);
    return !parent || applies(parent) && ["met", "in-process"].includes(answer(parent));
  }

  function answer(question) {
    return form.elements[question.dataset.question].value;
  }

  function comment(question) {
    return form.elements[`${question.dataset.question}-comment`].value.trim();
  }

  function show() {
    const asked = form.elements.where.value !== "";
    for (const question of questions) {
      const { where, under } = question.dataset;
      question.hidden = asked ? !applies(question) : Boolean(where || under);
    }
    const open = questions.filter((each) => !each.hidden);
    const done = open.filter(answer).length;
    progress.hidden = false;
    progress.textContent = progress.dataset.words.replace("{done}", done).replace("{all}", open.length);
  }

  function keep() {
    const data = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
    if (!write("check", data)) form.querySelector("[data-unkept]").hidden = false;
    form.querySelector("[data-erased]").hidden = true;
    show();
  }

  function restore() {
    for (const [name, value] of Object.entries(read("check") ?? {})) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    for (const question of questions) if (comment(question)) question.querySelector("details").open = true;
  }

  function save() {
    const button = form.querySelector("[data-csv]");
    const rows = questions.filter((each) => !each.hidden).map((each) => {
      const chosen = each.querySelector("input:checked");
      return [words(each.querySelector("legend")), chosen ? words(chosen.closest("label")) : "", comment(each)];
    });
    const file = new Blob([csv([JSON.parse(button.dataset.head), ...rows])], { type: "text/csv" });
    const link = Object.assign(root.createElement("a"), { href: URL.createObjectURL(file), download: "check.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function words(element) {
    return element.textContent.trim().replace(/\s+/g, " ");
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    write("check", null);
    setTimeout(showErased); // The fields are emptied after this event.
  });
  function showErased() {
    for (const more of form.querySelectorAll("details")) more.open = false;
    show();
    form.querySelector("[data-erased]").hidden = false;
  }
  form.querySelector("[data-csv]").onclick = save;
  form.querySelector("[data-checklist-tools]").hidden = false;
  restore();
  show();
}
