// A number in large letters, to show or to copy.
export function start(root) {
  const dialog = root.querySelector("[data-large]");
  if (!dialog?.showModal) return;
  const number = dialog.querySelector("[data-large-number]");
  const copied = dialog.querySelector("[data-copied]");
  const copy = dialog.querySelector("[data-copy]");
  copy.hidden = !navigator.clipboard;
  copy.onclick = async () => {
    await navigator.clipboard.writeText(number.textContent);
    copied.hidden = false;
  };
  for (const button of root.querySelectorAll("[data-show]")) button.hidden = false;
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    // After a search the page holds another dialog, which has its own listener.
    if (!button || !dialog.isConnected) return;
    number.textContent = button.dataset.show;
    copied.hidden = true;
    dialog.showModal();
  });
}
