// Bytes, and how they are written.
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

// A whole number as `length` bytes, the greater first.
export function number(value, length) {
  return Uint8Array.from({ length }, (_, at) => (value >>> (8 * (length - 1 - at))) & 255);
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

// Base64url without filling.
export function toText(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromText(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
