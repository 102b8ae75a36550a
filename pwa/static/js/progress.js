import { forget, learnt } from "./learnt.js";

// The lists of modules: what is begun, what is read, and where to go on. On the first page, how many are read.
export function start(root) {
  count(root.querySelector("[data-read-count]"));
  const list = root.querySelector("[data-lessons]");
  if (!list) return;
  const links = [...list.querySelectorAll("[data-lesson-link]")];

  function show() {
    for (const link of links) {
      const { at, read, check } = learnt(link.dataset.lessonLink);
      const begun = /^screen-[1-9]\d*$/.test(at ?? "") && !read;
      link.hash = begun ? at : "";
      reveal(link, "[data-begun]", begun);
      reveal(link, "[data-read]", read);
      reveal(link, "[data-checked-off]", check);
    }
    const all = root.querySelector("[data-learned-all]");
    if (all) all.hidden = !links.every((link) => learnt(link.dataset.lessonLink).read);
  }

  function reveal(link, part, shown) {
    const chip = link.querySelector(part);
    if (chip) chip.hidden = !shown;
  }

  const button = root.querySelector("[data-forget]");
  if (button) {
    button.hidden = false;
    button.onclick = () => {
      forget();
      show();
      root.querySelector("[data-forgotten]").hidden = false;
    };
  }
  show();
}

function count(chip) {
  if (!chip) return;
  const modules = chip.dataset.modules.split(" ");
  const done = modules.filter((module) => learnt(module).read).length;
  if (done === 0) return;
  chip.textContent = chip.dataset.words.replace("{done}", done).replace("{all}", modules.length);
  chip.hidden = false;
}
