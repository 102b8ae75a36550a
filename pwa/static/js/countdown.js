// What works for a while only: how long it still does, in digits, and at the end it makes room for the words for that.
export function start(root) {
  const live = root.querySelector("[data-seconds]");
  if (!live) return;
  // Counted from now on, not by the time of day: the clock of this machine may be wrong.
  const end = Date.now() + Number(live.dataset.seconds) * 1000;
  const clock = root.querySelector("[data-clock]");
  clock.parentElement.hidden = false;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left) return;
    clearInterval(timer);
    live.remove();
    root.querySelector("[data-over]").hidden = false;
  };
  const timer = setInterval(tick, 500);
  tick();
}
