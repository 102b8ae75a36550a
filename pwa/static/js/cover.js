// Over the list of open apps somebody else may look: while the page is not in front, it shows nothing. Nothing is taken
// from it, so that what was typed, where one stood and what was chosen are there again at once.
export function start(root) {
  // Slides stand on a wall while the presenter is at the notes; the neutral page may be seen by anybody.
  if (root.querySelector("[data-deck], [data-away]")) return;
  const cover = () => root.documentElement.classList.toggle("covered", root.visibilityState === "hidden");
  root.addEventListener("visibilitychange", cover);
  // A page that comes back from the browser's memory.
  addEventListener("pageshow", cover);
}
