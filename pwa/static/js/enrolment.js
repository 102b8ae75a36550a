import { deliverIn } from "./clerk.js";

// Enrolling this phone with a code: from the address that a QR code holds, or typed.
export function start(root, box, ask, ready) {
  const form = box.querySelector("[data-enrol]");
  const field = form.querySelector("input");
  fromAddress();
  addEventListener("hashchange", fromAddress);

  function fromAddress() {
    const code = location.hash.slice(1);
    if (!/^[0-9A-Za-z]{8}$/.test(code)) return;
    // First of all it goes from the address: whoever looks at the screen or the history should not find it.
    history.replaceState(null, "", location.pathname);
    field.value = code;
    form.closest("details").open = true;
    form.scrollIntoView();
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("busy");
    const told = await ask({ do: "enrol", code: field.value, lang: root.body.dataset.lang });
    button.disabled = false;
    say(told.state);
    if (told.state !== "ready") return;
    field.value = "";
    form.closest("details").open = false;
    deliverIn(12);
    await navigator.storage.persist?.();
    ready(await ask({ do: "open" }));
  };

  function say(state) {
    for (const words of form.querySelectorAll("[data-enrolling]")) words.hidden = words.dataset.enrolling !== state;
  }
}
