// Find an area by any of its names, tone marks or not: "da nang" finds Đà Nẵng and what it was joined with.
const MOST = 12;

export function start(root) {
  const box = root.querySelector("[data-find]");
  if (!box) return;
  const input = box.querySelector("input");
  const found = box.querySelector("[data-found]");
  const nothing = box.querySelector("[data-nothing]");
  let areas = null;

  async function fetched() {
    areas ??= fetch(box.dataset.find).then((answer) => answer.json());
    return areas;
  }

  async function show() {
    const wanted = plain(input.value.trim());
    const rows = wanted ? matches(await fetched(), wanted) : [];
    if (plain(input.value.trim()) !== wanted) return;
    found.replaceChildren(...rows.map(item));
    nothing.hidden = !wanted || rows.length > 0;
  }

  function item([area, name, inside]) {
    const link = Object.assign(root.createElement("a"), { href: `/${root.body.dataset.lang}/${area}/`, textContent: name });
    link.append(Object.assign(root.createElement("small"), { textContent: inside }));
    const entry = root.createElement("li");
    entry.append(link);
    return entry;
  }

  input.addEventListener("input", () => show().catch(() => { areas = null; }));
  box.hidden = false;
}

export function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d");
}

// The area's own name first, then its other names, then names that only hold the letters somewhere.
export function matches(areas, wanted) {
  const ranked = [];
  for (const area of areas) {
    const names = [plain(area[1]), ...area[3].split("|")];
    const at = names.findIndex((name) => name.startsWith(wanted));
    if (at >= 0) ranked.push([at, area]);
    else if (names.some((name) => name.includes(wanted))) ranked.push([names.length + 100, area]);
  }
  return ranked.sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, area]) => area);
}
