const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
const SWIPE = 50; // Pixels that a finger goes before it counts as more than a tap.

// What a presenter does: keys, a clicker (it sends keys), a finger, the buttons.
export function hear(root, act) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const pressed = event.target.closest("button, a") && [" ", "Enter"].includes(event.key);
    const deed = pressed ? null : deedOf(event.key);
    if (!deed) return;
    event.preventDefault();
    deed();
  });

  function deedOf(key) {
    if (NEXT.includes(key)) return act.next;
    if (BACK.includes(key)) return act.back;
    if (/^[1-4]$/.test(key)) return () => act.add(Number(key) - 1, 1);
    const others = {
      Home: act.first, n: act.window, b: act.dark, ".": act.dark, f: full,
      Escape: () => location.replace(root.querySelector("[data-close]").href),
    };
    return others[key.length === 1 ? key.toLowerCase() : key];
  }

  function full() {
    if (root.fullscreenElement) root.exitFullscreen();
    else root.documentElement.requestFullscreen?.().catch(() => null);
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const answers = [...(button.closest("[data-answers]")?.children ?? [])];
    const answer = answers.indexOf(button.closest("[data-answer]"));
    if (button.matches("[data-pick]")) act.pick(answer);
    if (button.matches("[data-hand]")) act.add(answer, event.shiftKey ? -1 : 1);
    if (button.matches("[data-move]")) (button.dataset.move === "1" ? act.next : act.back)();
    if (button.matches("[data-dark]")) act.dark();
    if (button.matches("[data-window]")) act.window();
    if (button.matches("[data-paper]")) paper(button.dataset.paper);
  });

  // One kind of paper at a time: the sheet for the room, or the slides with their notes.
  function paper(kind) {
    root.body.dataset.paper = kind;
    addEventListener("afterprint", () => delete root.body.dataset.paper, { once: true });
    print();
  }

  let from = null;
  root.addEventListener("pointerdown", (event) => {
    from = event.pointerType === "touch" && !event.target.closest("button, a") ? event : null;
  });
  root.addEventListener("pointerup", (event) => {
    if (!from) return;
    const across = event.clientX - from.clientX;
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(event.clientY - from.clientY)) {
      (across < 0 === (root.documentElement.dir !== "rtl") ? act.next : act.back)();
    }
    from = null;
  });
}
