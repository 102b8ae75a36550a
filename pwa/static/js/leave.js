// Leave: the page is covered at once, then the neutral page takes its place in the history.
export function start(root) {
  const link = root.querySelector("[data-leave]");
  if (!link) return;

  function leave() {
    root.documentElement.classList.add("left");
    root.title = " ";
    location.replace(link.href);
  }

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  // A page that comes back from the browser's memory after Leave goes away again, still covered.
  addEventListener("pageshow", (event) => {
    if (event.persisted && root.documentElement.classList.contains("left")) leave();
  });

  let presses = [];
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    if (event.repeat) return;
    presses = [...presses.filter((time) => event.timeStamp - time < 1500), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
