import { start as passkey } from "./passkey.js";

passkey(document);

// A page that comes back from the browser's memory may be of one who has signed out since: it is asked for again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.documentElement.classList.add("left");
  location.reload();
});
