// Reads the screen aloud, in each passage's own language, where this phone has a voice of its own for it. A voice that
// needs a network would send the words to somebody: only local ones are used.
export function start(root) {
  const button = root.querySelector("[data-aloud]");
  const voice = window.speechSynthesis;
  if (!button || !voice) return;

  function voiceFor(language) {
    const [short] = language.toLowerCase().split("-");
    return voice.getVoices().find((each) => each.localService && each.lang.toLowerCase().split(/[-_]/)[0] === short);
  }

  function languageOf(element) {
    return element.closest("[lang]").lang;
  }

  function passages() {
    const shown = root.querySelectorAll(".screen :is(h2, h3, p, li, summary)");
    return [...shown].filter((each) => each.checkVisibility?.() ?? each.offsetParent);
  }

  function say() {
    stop();
    for (const passage of passages()) {
      const language = languageOf(passage);
      const words = new SpeechSynthesisUtterance(passage.innerText);
      words.voice = voiceFor(language) ?? null;
      words.lang = language;
      if (words.voice) voice.speak(words);
    }
    button.setAttribute("aria-pressed", "true");
    voice.speak(Object.assign(new SpeechSynthesisUtterance(" "), { onend: stop }));
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
