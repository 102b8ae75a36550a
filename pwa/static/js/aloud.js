import { voiceFor } from "./voice.js";

const WORDS = ":is(h2, h3, p, li, summary)";

// Reads the screen aloud, in each passage's own language, where this phone has a voice of its own for it.
export function start(root) {
  const button = root.querySelector("[data-aloud]");
  const voice = window.speechSynthesis;
  if (!button || !voice) return;

  function languageOf(element) {
    return element.closest("[lang]").lang;
  }

  function passages() {
    const shown = [...root.querySelectorAll(`.screen ${WORDS}`)].filter((each) => each.checkVisibility?.() ?? each.offsetParent);
    return shown.filter((each) => !each.querySelector(WORDS));
  }

  function utterance(passage) {
    const language = languageOf(passage);
    const words = new SpeechSynthesisUtterance(passage.innerText);
    return Object.assign(words, { lang: language, voice: voiceFor(language) ?? null });
  }

  function say() {
    stop();
    const spoken = passages().map(utterance).filter((words) => words.voice);
    if (!spoken.length) return;
    spoken.at(-1).onend = stop;
    button.setAttribute("aria-pressed", "true");
    for (const words of spoken) voice.speak(words);
  }

  function stop() {
    voice.cancel();
    button.setAttribute("aria-pressed", "false");
  }

  function offer() {
    const text = root.querySelector(".lesson .lead");
    button.hidden = !text || !voiceFor(languageOf(text));
  }

  button.onclick = () => (button.getAttribute("aria-pressed") === "true" ? stop() : say());
  addEventListener("hashchange", stop);
  addEventListener("pagehide", stop);
  voice.addEventListener?.("voiceschanged", offer);
  offer();
}
