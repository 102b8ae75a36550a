import { note } from "./learnt.js";

// A scenario shows the scene that an answer led to; a check is done when each question has its right answer open.
export function start(root) {
  const module = root.querySelector("[data-lesson]")?.dataset.lesson;
  const scenario = root.querySelector("[data-scenario]");
  if (scenario) play(root, scenario);
  const questions = root.querySelector("[data-questions]");
  questions?.addEventListener("toggle", () => {
    for (const right of questions.querySelectorAll(".good[open]")) right.closest("li").dataset.found = "";
    if ([...questions.children].every((each) => "found" in each.dataset)) note(module, { check: true });
  }, true);
}

function play(root, scenario) {
  const scenes = [...scenario.querySelectorAll("[data-scene]")];
  const screen = scenario.closest("[data-screen]");
  let said = "";

  function show() {
    const target = root.getElementById(location.hash.slice(1));
    const scene = scenes.includes(target) ? target : scenes[0];
    if (target !== screen && !scenario.contains(target)) return;
    for (const each of scenes) each.hidden = each !== scene;
    for (const answer of scene.querySelectorAll("details")) answer.open = false;
    const words = scene.querySelector("[data-said]");
    words.hidden = !said || scene === scenes[0];
    words.querySelector("q").textContent = said;
  }

  scenario.addEventListener("click", (event) => {
    const go = event.target.closest("[data-go]");
    if (go) said = go.closest("details").querySelector("summary").textContent;
  });
  addEventListener("hashchange", show);
  for (const each of scenes.slice(1)) each.hidden = true;
  show();
}
