import { backward, forward, hand, opening, pick } from "./course.js";
import { fit, parts, show } from "./fit.js";
import { hear } from "./moves.js";
import { companion } from "./companion.js";

// Slides for a room. Two windows show the same: the one on the wall, and the presenter's own with the notes.
export function start(root) {
  const deck = root.querySelector("[data-deck]");
  const sections = [...deck.querySelectorAll("[data-slide]")];
  const slides = sections.map(described);
  let state = opening();
  root.documentElement.classList.add("showing");
  for (const part of root.querySelectorAll("[data-bar], [data-keys], [data-hand]")) part.hidden = false;
  const other = companion(root, deck, {
    ask: () => ({ ...state, steps: steps() }),
    take: (found) => {
      state = found;
      if (other.mine) slides.forEach((slide, at) => { slide.steps = found.steps?.[at] ?? slide.steps; });
      draw();
      if (!other.mine && String(found.steps) !== String(steps())) other.tell({ ...state, steps: steps() });
    },
  });

  function described(section) {
    const answers = [...section.querySelectorAll("[data-answer]")].map((each) => ({
      to: each.dataset.to && sections.indexOf(root.getElementById(each.dataset.to)),
      good: "good" in each.dataset,
    }));
    const scene = "scene" in section.dataset;
    return { steps: answers.length ? 2 : 0, answers, scene, end: scene && !answers.length };
  }

  // How much of a slide fits is known in the window on the wall alone: it tells the other.
  function steps() {
    return slides.map((slide) => slide.steps);
  }

  function change(next) {
    state = next;
    draw();
    other.tell(other.mine ? state : { ...state, steps: steps() });
  }

  function draw() {
    const section = sections[state.at];
    const upcoming = sections[forward({ ...state, step: Infinity }, slides).at];
    for (const each of sections) {
      each.hidden = each !== section && !(other.mine && each === upcoming);
      each.classList.toggle("upcoming", each === upcoming && each !== section);
      for (const part of each.querySelectorAll(".prose > [hidden], h2[hidden]")) part.hidden = false;
      drawAnswers(each, each === section ? state : { ...state, step: 0 });
      // Hidden, a slide cannot be measured.
      if (!each.hidden && each.checkVisibility()) measure(each);
    }
    root.documentElement.classList.toggle("dark", state.dark);
    root.querySelector("[data-dark]").setAttribute("aria-pressed", state.dark);
    root.querySelector("[data-where]").textContent = `${state.at + 1} / ${sections.length}`;
    other.notesOf(section);
  }

  function drawAnswers(section, { at, step, picks, hands }) {
    section.querySelectorAll("[data-answer]").forEach((answer, number) => {
      answer.hidden = step < 1;
      answer.classList.toggle("picked", picks[at] === number);
      answer.querySelector("[data-why]").hidden = step < 2;
      answer.querySelector("[data-hands]").textContent = hands[`${at}.${number}`] ?? 0;
    });
  }

  function measure(section) {
    const face = section.querySelector(".face");
    const now = slides[sections.indexOf(section)];
    if (fit(face) || other.mine) return;
    if (now.answers.length) {
      // The room has read what happens; now the answers need the space.
      if (state.step > 0) show(parts(face), Infinity, Infinity);
      if (fit(face) || state.step === 0) return;
      const title = face.querySelector("h2.small");
      if (title) title.hidden = true;
      fit(face);
      return;
    }
    const groups = parts(face);
    now.steps = groups.length - 1;
    const step = section === sections[state.at] ? Math.min(state.step, now.steps) : 0;
    show(groups, step, step);
    fit(face);
  }

  function add(answer, by) {
    if (answer < slides[state.at].answers.length && state.step > 0) change(hand(state, answer, by));
  }

  hear(root, {
    next: () => change(forward(state, slides)),
    back: () => change(backward(state, slides)),
    first: () => change({ ...opening(), hands: state.hands }),
    dark: () => change({ ...state, dark: !state.dark }),
    window: other.open,
    pick: (answer) => change(pick(state, slides, answer)),
    add,
  });
  addEventListener("resize", draw);
  draw();
}
