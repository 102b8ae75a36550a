import { ask, isEnrolled } from "./clerk.js";

// A reader on an enrolled phone says that an entry is wrong. Where nobody is enrolled there is nothing to see.
export function start(root) {
  const dialog = root.querySelector("[data-flags]");
  if (!dialog?.showModal || !isEnrolled(root)) return;
  const [reasons, flagged, unflagged] = ["reasons", "flagged", "unflagged"].map((name) => dialog.querySelector(`[data-${name}]`));
  let service = "";
  for (const part of root.querySelectorAll("[data-flag], [data-flagging]")) part.hidden = false;

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-flag]");
    if (!button) return;
    // In an entry it is that entry; above the list the button says which.
    const entry = button.closest("[data-service]");
    service = entry ? entry.id : button.dataset.flag;
    dialog.querySelector("[data-flag-name]").textContent = entry ? entry.querySelector("h3").textContent : button.dataset.name;
    reasons.hidden = false;
    flagged.hidden = unflagged.hidden = true;
    dialog.showModal();
  });

  for (const button of reasons.querySelectorAll("button")) {
    button.onclick = async (event) => {
      event.preventDefault();
      reasons.hidden = true;
      const told = await ask(root, { do: "flag", area: dialog.dataset.flags, service, reason: button.value });
      flagged.hidden = told.state !== "ready";
      unflagged.hidden = told.state === "ready";
    };
  }
}
