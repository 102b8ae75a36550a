import { start as find } from "./find.js";
import { start as fresh } from "./fresh.js";
import { start as large } from "./large.js";

// The search of all services. Its answer takes the place of the page's words and not of the page: so it leaves no entry
// behind Back, and no browser keeps what was typed in order to send it again.
export function start(root) {
  const form = root.querySelector("[data-ask]");
  if (!form) return;
  const offline = root.querySelector("[data-offline]");
  const send = form.querySelector("[data-send]");

  async function ask() {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main"));
  }

  function show(page) {
    root.querySelector("main").replaceChildren(...page.childNodes);
    for (const behaviour of [find, fresh, large, start]) behaviour(root);
    const heading = root.querySelector("[data-answer] h2");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await ask().catch(() => { offline.hidden = false; });
    send.disabled = false;
  });
  for (const change of ["online", "offline"]) addEventListener(change, () => { offline.hidden = navigator.onLine; });
  offline.hidden = navigator.onLine;
}
