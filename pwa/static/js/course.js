// Which slide comes next. A scenario goes the way that the room picked, else the first good one.
//
// What is shown is {at, step, trail, picks, hands, dark}: the slide and how much of it, the slides before it, for each
// scene the answer picked, for each answer the hands counted. It lives in the open windows and nowhere else.
export function opening() {
  return { at: 0, step: 0, trail: [], picks: {}, hands: {}, dark: false };
}

// `slides` are [{steps, answers: [{to, good}], scene, end}]: `to` is the number of a slide or undefined.
export function forward(state, slides) {
  const slide = slides[state.at];
  if (state.step < slide.steps) return { ...state, step: state.step + 1 };
  const next = after(state, slides);
  return next === undefined ? state : { ...state, at: next, step: 0, trail: [...state.trail, state.at] };
}

export function backward(state, slides) {
  if (state.step > 0) return { ...state, step: state.step - 1 };
  const last = state.trail.at(-1);
  if (last === undefined) return state;
  return { ...state, at: last, step: slides[last].steps, trail: state.trail.slice(0, -1) };
}

// A tap on an answer shows what it means; then the way goes on from it.
export function pick(state, slides, answer) {
  const slide = slides[state.at];
  const steps = Math.max(state.step, slide.steps);
  return { ...state, step: steps, picks: { ...state.picks, [state.at]: answer } };
}

export function hand(state, answer, by) {
  const key = `${state.at}.${answer}`;
  return { ...state, hands: { ...state.hands, [key]: Math.max(0, (state.hands[key] ?? 0) + by) } };
}

function after(state, slides) {
  const slide = slides[state.at];
  const { answers } = slide;
  const chosen = answers[state.picks[state.at]] ?? answers.find((each) => each.good);
  if (chosen?.to !== undefined) return chosen.to;
  let next = state.at + 1;
  if (slide.end) while (slides[next]?.scene) next += 1;
  return next < slides.length ? next : undefined;
}
