import { start as countdown } from "./countdown.js";
import { start as passkey } from "./passkey.js";
import { start as print } from "./print.js";

countdown(document);
passkey(document);
print(document);

// What was refused or did not arrive is sent once more as a plain form: its answer is a page that says why.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, ({ detail }) => {
    if (detail.elt.matches("form")) detail.elt.submit();
  });
}

// A page that comes back from the browser's memory may be of one who has signed out since: it is asked for again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.documentElement.classList.add("left");
  location.reload();
});
