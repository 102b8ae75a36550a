import { fromText, joined, number, sha256, toText, utf8 } from "./bytes.js";
import { seal } from "./hpke.js";

// A slot of 24 bytes, sealed for the server and for one page. docs/counting.md says what stands where.
const KINDS = { dummy: 0, count: 1, flag: 2 };
const REASONS = { silent: 1, wrong: 2, moved: 3, closed: 4 };

export function thisMonth(date) {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

export function sealDummy(key, page) {
  return sealed(key, page, joined(head("dummy", page), new Uint8Array(20)));
}

export function sealCount(key, page, { area, month, disclosures, referrals }) {
  const text = joined(head("count", page), monthNumber(month), letters(area), number(disclosures, 1), number(referrals, 1));
  return sealed(key, page, joined(text, new Uint8Array(8)));
}

export async function sealFlag(key, page, { area, month, reason, service }) {
  const entry = (await sha256(utf8(service))).slice(0, 8);
  const text = joined(head("flag", page), monthNumber(month), letters(area), number(REASONS[reason], 1), number(0, 1));
  return sealed(key, page, joined(text, entry));
}

function head(kind, page) {
  return joined(number(1, 1), number(KINDS[kind], 1), monthNumber(page.made));
}

// A phone whose clock stands before 2000 or far ahead still counts: the server brings the month into its own year.
function monthNumber(month) {
  const [year, of] = month.split("-").map(Number);
  return number(Math.min(65535, Math.max(0, (year - 2000) * 12 + of - 1)), 2);
}

function letters(area) {
  return joined(utf8(area), new Uint8Array(8 - area.length));
}

async function sealed(key, page, text) {
  const publicKey = fromText(key);
  const name = (await sha256(publicKey)).slice(0, 4);
  const info = joined(utf8("right-door count 1"), fromText(page.id));
  return toText(joined(name, await seal(publicKey, info, text)));
}
