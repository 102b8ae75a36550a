import { random, toText } from "./bytes.js";
import { sealCount, sealDummy, sealFlag } from "./slot.js";

// What an enrolled phone holds, and how it changes. Each function takes the state and gives the new one; nothing here
// touches disk or network.
const SLOTS = 24;
const MOST = 255;

export async function enrolled(state, { token, key, areas, month }) {
  const about = { token, key, areas, month, refused: "" };
  // Slots for another key belong on another page.
  const pages = state?.key === key ? state.pages : [...state?.pages ?? [], await page(about)];
  return { delivered: "", ...state, ...about, pages };
}

// A slot for this opening, taken before it is known whether anything will be counted.
export async function take(state) {
  const pages = lastOf(state).next < SLOTS ? state.pages : [...state.pages, await page(state)];
  const last = pages.at(-1);
  const changed = { ...state, pages: [...pages.slice(0, -1), { ...last, next: last.next + 1 }] };
  return { state: changed, opening: { page: last.id, slot: last.next, area: "", month: "", disclosures: 0, referrals: 0 } };
}

// One more of `what`, "disclosures" or "referrals". The opening's sum is sealed again over its own slot.
export async function counted(state, opening, { what, area, month }) {
  const same = opening.area === area && opening.month === month || !opening.area;
  const goesOn = same && opening.page === lastOf(state).id && opening[what] < MOST;
  const at = goesOn ? { state, opening } : await take(state);
  const sum = { ...at.opening, area, month, [what]: at.opening[what] + 1 };
  return { state: await filled(at.state, sum.slot, (key, last) => sealCount(key, last, sum)), opening: sum };
}

export async function flagged(state, flag) {
  const { state: taken, opening } = await take(state);
  return filled(taken, opening.slot, (key, last) => sealFlag(key, last, flag));
}

// The open page is sealed by opening another.
export async function sealedForSending(state) {
  return { ...state, pages: [...state.pages, await page(state)] };
}

export function sealed(state) {
  return state.pages.slice(0, -1);
}

// What the server said of a page: it has it, with its month, or why it does not take it.
export function answered(state, id, answer, day) {
  const { month } = answer;
  if (!month) return state;
  return { ...state, pages: state.pages.filter((each) => each.id !== id), month, delivered: day };
}

export function refusal({ status, month, unread }) {
  return month ? unread && "unread" : status;
}

function lastOf(state) {
  return state.pages.at(-1);
}

async function filled(state, slot, make) {
  const last = lastOf(state);
  const slots = [...last.slots];
  slots[slot] = await make(state.key, last);
  return { ...state, pages: [...state.pages.slice(0, -1), { ...last, slots }] };
}

// The counter starts anywhere in the first third, so that a low number tells nothing.
async function page({ key, month }) {
  const about = { id: toText(random(16)), made: month, next: random(1)[0] % (SLOTS / 3) };
  const slots = [];
  while (slots.length < SLOTS) slots.push(await sealDummy(key, about));
  return { ...about, slots };
}
