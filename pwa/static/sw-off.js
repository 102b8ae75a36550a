// The kill switch (RIGHT_DOOR_WORKER=off): this worker takes the old one's place, empties its store and goes. A page
// that asks it before it is gone hears that nothing is kept.
self.addEventListener("message", (event) => event.ports[0]?.postMessage({ state: "none" }));
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
  })());
});
