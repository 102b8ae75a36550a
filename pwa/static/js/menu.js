// The language menu closes when one taps beside it or presses Escape.
export function start(root) {
  const menu = root.querySelector("[data-menu]");
  if (!menu) return;
  root.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
}
