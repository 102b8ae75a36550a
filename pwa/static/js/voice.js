// The voice of this phone for a language, or undefined. A voice that needs a network would send the words to somebody:
// only local ones are used.
export function voiceFor(language) {
  const [short] = language.toLowerCase().split("-");
  return speechSynthesis.getVoices().find((each) => each.localService && each.lang.toLowerCase().split(/[-_]/)[0] === short);
}
