import { ask, deliverIn, isEnrolled } from "./clerk.js";
import { dayInWords, locale } from "./dates.js";
import { start as enrolment } from "./enrolment.js";
import { chosenPlace } from "./store.js";

// The count page. Before she has agreed there is nothing to tap; ten seconds after a tap it is sealed.
const UNDO = 10;

export async function start(root) {
  const box = root.querySelector("[data-tally]");
  if (!box) return;
  const $ = (name) => box.querySelector(`[data-${name}]`);
  const pending = new Set();
  enrolment(root, box, (wish) => ask(root, wish), ready);
  questions();
  addEventListener("pagehide", sealAll);
  root.addEventListener("visibilitychange", () => root.visibilityState === "hidden" && sealAll());
  ready(await ask(root, { do: "open" }));

  function ready(told) {
    box.dataset.state = told.state;
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(told.state);
    if (told.state !== "ready") return;
    if (!isEnrolled(root)) deliverIn(1);
    places(told.areas);
    standing(told);
  }

  function places(areas) {
    const select = $("area");
    const before = select.value || chosenPlace()?.area;
    select.replaceChildren(...areas.map(([area, name]) => new Option(name, area, false, area === before)));
    $("areas").hidden = areas.length < 2;
    for (const name of box.querySelectorAll("[data-area-name]")) name.textContent = areas[0][1];
    $("one-area").hidden = areas.length > 1;
  }

  // How it stands with the deliveries, in words: when, and what the server refused.
  async function standing({ delivered, refused }) {
    $("delivered").hidden = !delivered;
    $("undelivered").hidden = Boolean(delivered);
    if (delivered) $("delivered-on").textContent = dayInWords(root, delivered);
    $("overdue").hidden = !delivered || Date.now() - Date.parse(delivered) < 4 * 24 * 3600 * 1000;
    for (const why of box.querySelectorAll("[data-refused]")) why.hidden = why.dataset.refused !== refused;
    $("fleeting").hidden = await navigator.storage.persisted?.() !== false;
  }

  function questions() {
    const step = (name) => {
      for (const part of box.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name;
    };
    $("yes").onclick = () => { step("count"); $("saved").hidden = true; };
    $("no").onclick = () => step("no");
    for (const again of box.querySelectorAll("[data-again]")) again.onclick = () => { sealAll(); step("ask"); };
    for (const button of box.querySelectorAll("[data-what]")) button.onclick = () => tap(button);
    step("ask");
  }

  function tap(button) {
    $("saved").hidden = $("unsaved").hidden = true;
    const row = $("pending").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = button.querySelector("b").textContent;
    const wish = { do: "count", what: button.dataset.what, area: $("area").value };
    const until = Date.now() + UNDO * 1000;
    const one = { seal };
    const tick = setInterval(count, 1000);
    pending.add(one);
    show();
    row.querySelector("button").onclick = end;
    $("list").append(row);

    // By the clock: a phone that dozes skips beats.
    function count() {
      if (Date.now() < until) show();
      else seal();
    }

    function show() {
      const left = Math.ceil((until - Date.now()) / 1000);
      row.querySelector("[data-left]").textContent = new Intl.NumberFormat(locale(root)).format(left);
      row.querySelector("progress").value = left;
    }

    function end() {
      clearInterval(tick);
      pending.delete(one);
      row.remove();
    }

    async function seal() {
      end();
      const told = await ask(root, wish);
      $("saved").hidden = told.state !== "ready";
      $("unsaved").hidden = told.state === "ready";
      if (told.state === "ready") standing(told);
    }
  }

  // Whoever turns to another app, or leaves, has had the time to think again.
  function sealAll() {
    for (const one of [...pending]) one.seal();
  }
}
