import { joined, number, utf8 } from "./bytes.js";

// HPKE, RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Only sealing, and one text a key: whoever
// has this phone cannot open what it sealed.
export async function seal(publicKey, info, text) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", publicKey, curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
  const dh = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const { key, nonce } = await schedule(await shared(new Uint8Array(dh), joined(enc, publicKey)), info);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, aes, text);
  return joined(enc, new Uint8Array(sealed));
}

// Section 4.1, ExtractAndExpand.
async function shared(dh, context) {
  const suite = joined(utf8("KEM"), number(0x10, 2));
  const prk = await extract(suite, new Uint8Array(0), "eae_prk", dh);
  return expand(suite, prk, "shared_secret", context, 32);
}

// Section 5.1, KeySchedule without a key shared beforehand.
async function schedule(secret, info) {
  const suite = joined(utf8("HPKE"), number(0x10, 2), number(1, 2), number(1, 2));
  const none = new Uint8Array(0);
  const context = joined(
    number(0, 1), await extract(suite, none, "psk_id_hash", none), await extract(suite, none, "info_hash", info),
  );
  const prk = await extract(suite, secret, "secret", none);
  const key = await expand(suite, prk, "key", context, 16);
  return { key, nonce: await expand(suite, prk, "base_nonce", context, 12) };
}

function extract(suite, salt, label, secret) {
  return hmac(salt, joined(utf8("HPKE-v1"), suite, utf8(label), secret));
}

// One block of HKDF-Expand: nothing here is longer than 32 bytes.
async function expand(suite, prk, label, info, length) {
  const labelled = joined(number(length, 2), utf8("HPKE-v1"), suite, utf8(label), info);
  return (await hmac(prk, joined(labelled, number(1, 1)))).slice(0, length);
}

async function hmac(key, text) {
  // An empty key is refused by some browsers; filled with zeros it is the same key.
  const bytes = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, text));
}
