import { read, write } from "./store.js";

const SIZES = [1, 2, 3];

// Three sizes of text, on every page, as chosen on this phone.
export function start(root) {
  apply(read("size"));
  const button = root.querySelector("[data-larger]");
  if (!button) return;
  button.hidden = false;
  button.onclick = () => {
    const next = SIZES[SIZES.indexOf(Number(root.documentElement.dataset.size ?? 1)) + 1] ?? SIZES[0];
    write("size", next === 1 ? null : next);
    apply(next);
  };

  function apply(size) {
    if (SIZES.includes(size) && size !== 1) root.documentElement.dataset.size = size;
    else delete root.documentElement.dataset.size;
  }
}
