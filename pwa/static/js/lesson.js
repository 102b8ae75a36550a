import { learnt, note } from "./learnt.js";

// A module on a phone: one screen at a time. The address after # says which; without a script all of them stand there.
export function start(root) {
  const lesson = root.querySelector("[data-lesson]");
  if (!lesson) return;
  const module = lesson.dataset.lesson;
  const screens = [...lesson.querySelectorAll("[data-screen]")];
  const pager = lesson.querySelector("[data-pager]");
  const before = learnt(module);

  function show(moved) {
    const target = root.getElementById(location.hash.slice(1));
    if (target && !lesson.contains(target)) return;
    const at = Math.max(0, screens.findIndex((screen) => screen.contains(target)));
    for (const screen of screens) screen.hidden = screen !== screens[at];
    lesson.classList.toggle("inside", at > 0);
    turnTo(at);
    remember(at);
    if (moved) enter(target?.matches("[data-scene]") ? target : screens[at]);
  }

  function turnTo(at) {
    pager.hidden = false;
    pager.querySelector("progress").value = at;
    link("[data-back]", screens[at - 1]);
    link("[data-next]", screens[at + 1]);
  }

  function link(name, screen) {
    const found = pager.querySelector(name);
    found.style.visibility = screen ? "" : "hidden";
    if (screen) found.href = `#${screen.id}`;
  }

  function remember(at) {
    if (at === 0) return;
    note(module, { at: screens[at].id, ...(at === screens.length - 1 ? { read: true } : {}) });
  }

  function enter(place) {
    const head = place.matches("[data-scene]") ? place : place.querySelector("h2") ?? lesson.querySelector("h1");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  function offerToGoOn() {
    const resume = lesson.querySelector("[data-resume]");
    const last = screens.findIndex((screen) => screen.id === before.at);
    if (last < 1 || before.read) return;
    resume.hash = before.at;
    resume.hidden = false;
  }

  addEventListener("hashchange", () => show(true));
  offerToGoOn();
  show(Boolean(location.hash));
}
