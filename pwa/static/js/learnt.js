import { read, write } from "./store.js";

// Which modules were read on this phone, and how far: {listen: {at: "screen-3", read: true, check: true}}. Never sent.
export function learnt(module) {
  const all = read("learnt");
  const one = all && typeof all === "object" ? all[module] : null;
  return one && typeof one === "object" ? one : {};
}

export function note(module, change) {
  const all = read("learnt");
  write("learnt", { ...(all && typeof all === "object" ? all : {}), [module]: { ...learnt(module), ...change } });
}

export function forget() {
  write("learnt", null);
}
