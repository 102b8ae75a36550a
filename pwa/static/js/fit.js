const SMALLEST = 0.72; // Of the size that is read from the back of a room.

// Makes a slide fit its window: as large as it can be, and where it would be too small, in parts one after the other.
export function parts(face) {
  const blocks = [...face.querySelectorAll(":scope > .prose > *")];
  const groups = [];
  for (const block of blocks) {
    const kind = block.className ? "words" : "text";
    const last = groups.at(-1);
    if (last && block.matches(".source")) {
      last.blocks.push(block);
      continue;
    }
    if (last && last.kind === kind && (kind === "text" || last.blocks.length < 2)) last.blocks.push(block);
    else groups.push({ kind, blocks: [block] });
  }
  return groups.map((group) => group.blocks);
}

export function show(groups, from, to) {
  groups.forEach((blocks, at) => {
    for (const block of blocks) block.hidden = at < from || at > to;
  });
}

// The largest size, 1 to SMALLEST, at which `face` does not overflow; 0 where there is none.
export function fit(face) {
  for (let size = 1; size >= SMALLEST; size -= 0.04) {
    face.style.setProperty("--size", size);
    if (face.scrollHeight <= face.clientHeight && face.scrollWidth <= face.clientWidth) return size;
  }
  return 0;
}
