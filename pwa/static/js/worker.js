// Talking with the worker that keeps the pages.
async function registered() {
  if (!("serviceWorker" in navigator)) return null;
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  return (await navigator.serviceWorker.ready).active;
}

// Sends a wish and calls `told` with each answer; the promise ends with the first that is no progress.
export async function ask(wish, told) {
  const worker = await registered();
  return worker ? answered(worker, wish, told) : { state: "unable" };
}

const PATIENCE = 5000;

// Empties the worker's store and takes the worker away. A worker that is not there is not made for it; one that does
// not answer is taken away all the same.
export async function dismiss() {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) {
    await Promise.race([answered(registration.active, { do: "wipe" }), new Promise((end) => setTimeout(end, PATIENCE))]);
  }
  await registration?.unregister();
}

function answered(worker, wish, told) {
  const channel = new MessageChannel();
  return new Promise((resolve) => {
    channel.port1.onmessage = ({ data }) => {
      told?.(data);
      if (data.state !== "busy") resolve(data);
    };
    worker.postMessage(wish, [channel.port2]);
  });
}
