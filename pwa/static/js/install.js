// Where the browser offers to put the app on the home screen, the page offers it in its own words.
export function start(root) {
  const buttons = root.querySelectorAll("[data-install]");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    for (const button of buttons) {
      button.hidden = false;
      button.onclick = async () => {
        await event.prompt();
        for (const each of buttons) each.hidden = true;
      };
    }
  });
}
