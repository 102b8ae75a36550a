// Buttons that print, where there is a script to do it: the page, or the part that the button names.
export function start(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => {
      root.body.dataset.paper = button.dataset.print;
      addEventListener("afterprint", () => delete root.body.dataset.paper, { once: true });
      print();
    };
  }
}
