// However much is read, Back after Leave finds no page of this app. (The browser's own list of visited pages keeps
// every address all the same; the privacy page says so.)
export function start(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    event.preventDefault();
    location.replace(link.href);
  });
}
