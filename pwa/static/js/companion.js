const MINE = "#notes";

// The presenter's own window: notes, what comes next, the time. Both windows tell each other what they show.
export function companion(root, deck, { ask, take }) {
  const mine = location.hash === MINE;
  const name = `present ${deck.dataset.deck}`;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  root.documentElement.classList.toggle("mine", mine);
  root.querySelector("[data-panel]").hidden = !mine;
  if (mine) keepTime();
  channel?.addEventListener("message", ({ data }) => {
    if (data.ask) channel.postMessage({ state: ask() });
    else take(data.state);
  });
  if (mine) channel?.postMessage({ ask: true });

  // The time since this window was opened, and beside it what was planned.
  function keepTime() {
    const timer = root.querySelector("[data-timer]");
    const from = Date.now();
    const tell = () => {
      const seconds = Math.floor((Date.now() - from) / 1000);
      timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    tell();
    setInterval(tell, 1000);
  }

  return {
    mine,
    tell: (state) => channel?.postMessage({ state }),
    open() {
      if (mine) return;
      const opened = window.open(`${location.pathname}${MINE}`, name, "popup,width=960,height=640");
      root.querySelector("[data-blocked]").hidden = Boolean(opened);
    },
    notesOf(section) {
      const notes = root.getElementById(section.dataset.notes).cloneNode(true);
      root.querySelector("[data-panel]").replaceChildren(...notes.childNodes);
    },
  };
}
