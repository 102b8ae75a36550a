// Talking with the worker that keeps the pages.
export async function worker() {
  if (!("serviceWorker" in navigator)) return null;
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  return (await navigator.serviceWorker.ready).active;
}

// Sends a wish and calls `told` with each answer; the promise ends with the last one ("ready", "none" or "failed").
export async function ask(wish, told) {
  const target = await worker();
  if (!target) return { state: "unable" };
  const channel = new MessageChannel();
  return new Promise((resolve) => {
    channel.port1.onmessage = ({ data }) => {
      told?.(data);
      if (data.state !== "busy") resolve(data);
    };
    target.postMessage(wish, [channel.port2]);
  });
}
