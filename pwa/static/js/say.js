import { voiceFor } from "./voice.js";

// Reads one phrase aloud, where this phone has a voice of its own for her language.
export function start(root) {
  const buttons = [...root.querySelectorAll("[data-say]")];
  const voice = window.speechSynthesis;
  if (!buttons.length || !voice) return;

  function hers(button) {
    return button.parentElement.querySelector(".hers");
  }

  function offer() {
    for (const button of buttons) button.hidden = !voiceFor(hers(button).lang);
  }

  for (const button of buttons) {
    button.onclick = () => {
      const { lang, innerText } = hers(button);
      voice.cancel();
      voice.speak(Object.assign(new SpeechSynthesisUtterance(innerText), { lang, voice: voiceFor(lang) ?? null, rate: 0.9 }));
    };
  }
  addEventListener("pagehide", () => voice.cancel());
  voice.addEventListener?.("voiceschanged", offer);
  offer();
}
