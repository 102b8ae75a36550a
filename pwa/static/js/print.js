// A button that prints the page, where there is a script to do it.
export function start(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => print();
  }
}
