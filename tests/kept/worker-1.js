// The worker that keeps packs on the phone. A pack is one area in one language, whole and of one version.
//
// Caches: "kept" holds one entry, the list of packs; each pack has a cache of its own, named by its version. A new
// version is fetched into a new cache and checked file by file; only then does the list name it. Whatever is cut off
// before that changes nothing.

const LIST = "/kept.json";
const CALM = 5 * 60 * 1000; // Between two looks at the server for the same pack, unless asked for.

let queue = Promise.resolve();
const looked = new Map();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const port = event.ports[0];
  const { do: wish, language, area } = event.data;
  const tell = (status) => port.postMessage(status);
  if (wish === "status") event.waitUntil(status(language, area).then(tell));
  if (wish === "keep") event.waitUntil(inTurn(() => keep(language, area, tell)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = request.method === "GET" && url.origin === location.origin;
  if (!ours || /^\/(desk|counts)(\/|$)/.test(url.pathname) || request.headers.has("HX-Request")) return;
  event.respondWith(answer(request, url));
});

async function answer(request, url) {
  const packs = await kept();
  const front = url.pathname === "/" && packs[0];
  if (front) return Response.redirect(`/${front.language}/`);
  for (const pack of inOrder(packs, url.pathname)) {
    const stored = await caches.open(pack.cache).then((cache) => cache.match(url.pathname));
    if (stored) return stored;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const page = request.mode === "navigate" && await offlinePage(packs, url.pathname.split("/")[1]);
    if (page) return page;
    throw error;
  }
}

// The pack of the address's own area answers for it; then the pack that was kept last.
function inOrder(packs, path) {
  const [, language, area] = path.split("/");
  const rank = (pack) => (pack.language === language && pack.area === area ? 0 : pack.language === language ? 1 : 2);
  return [...packs].sort((a, b) => rank(a) - rank(b));
}

async function offlinePage(packs, language) {
  for (const pack of inOrder(packs, `/${language}/`)) {
    const page = await caches.open(pack.cache).then((cache) => cache.match(`/${pack.language}/offline/`));
    if (page) return page;
  }
  return null;
}

// One after the other: two of them would write the same list.
function inTurn(job) {
  queue = queue.then(job, job);
  return queue;
}

async function kept() {
  const stored = await caches.match(LIST, { cacheName: "kept" });
  return stored ? stored.json() : [];
}

async function write(packs) {
  const cache = await caches.open("kept");
  await cache.put(LIST, new Response(JSON.stringify(packs), { headers: { "Content-Type": "application/json" } }));
}

function said(pack) {
  const { name, wire, updated, version } = pack;
  return { state: "ready", name, wire, updated, version };
}

async function status(language, area) {
  const pack = (await kept()).find((each) => each.language === language && each.area === area);
  return pack && await isWhole(pack) ? said(pack) : { state: "none" };
}

async function isWhole(pack) {
  if (!await caches.has(pack.cache)) return false;
  const cache = await caches.open(pack.cache);
  return (await cache.keys()).length === pack.files;
}

async function keep(language, area, tell) {
  const before = (await kept()).find((each) => each.language === language && each.area === area);
  const ready = before && await isWhole(before);
  // What is here is said at once; what is newer comes behind it.
  if (ready) tell(said(before));
  const key = `${language} ${area}`;
  if (ready && Date.now() - (looked.get(key) ?? 0) < CALM) return;
  try {
    const list = await json(`/${language}/${area ? `${area}/` : ""}pack.json`);
    looked.set(key, Date.now());
    const pack = ready && before.version === list.version ? before : await fetchWhole(list, ready ? before : null, ready ? () => {} : tell);
    await remember(pack, before);
    tell(said(pack));
  } catch (error) {
    console.warn(String(error));
    if (!ready) tell({ state: "failed" });
  }
}

async function remember(pack, before) {
  const others = (await kept()).filter((each) => each.language !== pack.language || each.area !== pack.area);
  await write([pack, ...others]);
  // The list names the new cache by now; nothing reads any other.
  const named = new Set(["kept", pack.cache, ...others.map((each) => each.cache)]);
  for (const name of await caches.keys()) if (!named.has(name)) await caches.delete(name);
}

async function fetchWhole(list, before, tell) {
  const name = `${list.language} ${list.area} ${list.version}`;
  await caches.delete(name);
  const cache = await caches.open(name);
  try {
    const wanted = new Map(list.files.map((file) => [file.address, file]));
    const total = list.bundles.reduce((sum, bundle) => sum + bundle.bytes, 0);
    let done = 0;
    const progress = (bytes) => tell({ state: "busy", percent: (100 * (done + bytes)) / total, wire: list.wire });
    progress(0);
    for (const bundle of list.bundles) {
      const files = await copied(bundle, before, wanted) ?? await unpacked(bundle, progress);
      for (const file of files) await checkedIn(cache, file, wanted);
      done += bundle.bytes;
    }
    if (wanted.size) throw new Error(`Missing: ${[...wanted.keys()].join(" ")}`);
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  const { language, area, version, wire, bundles } = list;
  return {
    language, area, version, wire, cache: name, name: list.name, files: list.files.length,
    updated: new Date().toISOString().slice(0, 10), bundles: bundles.map((bundle) => bundle.address),
  };
}

// A bundle of the same address has the same bytes: what the last pack holds of it is not fetched again.
async function copied(bundle, before, wanted) {
  if (!before?.bundles.includes(bundle.address)) return null;
  const old = await caches.open(before.cache);
  const files = [];
  for (const address of bundle.files) {
    const stored = wanted.has(address) && await old.match(address);
    if (!stored) return null;
    files.push({ address, headers: stored.headers, body: await stored.text() });
  }
  return files;
}

async function unpacked(bundle, progress) {
  const response = await fetch(bundle.address, { credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`${bundle.address}: ${response.status}`);
  const reader = response.body.getReader();
  const parts = [];
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    progress(bytes);
  }
  const { headers, files } = JSON.parse(await new Blob(parts).text());
  return files.map(({ address, type, body }) => ({ address, body, headers: { ...headers, "Content-Type": type } }));
}

async function checkedIn(cache, { address, headers, body }, wanted) {
  const bytes = new TextEncoder().encode(body);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (wanted.get(address)?.sha256 !== hex) throw new Error(`${address} is not what the list says.`);
  wanted.delete(address);
  await cache.put(address, new Response(bytes, { headers }));
}

async function json(address) {
  const response = await fetch(address, { cache: "no-cache", credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}
