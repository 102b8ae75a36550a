// Ceremonies of passkeys. A form names where to ask for options and where to send what the browser made of them.
export function start(root) {
  const secret = taken(root);
  for (const form of root.querySelectorAll("[data-passkey]")) {
    const able = window.PublicKeyCredential && navigator.credentials;
    if (!able) tell(form, "unable");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (able) run(form, secret);
    });
  }
}

// The secret of an invitation leaves the address before anything else happens, and is held in memory only.
function taken(root) {
  const form = root.querySelector("[data-secret]");
  if (!form) return undefined;
  // Another link opened on this same page changes nothing but what stands behind #.
  addEventListener("hashchange", () => location.reload());
  const secret = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (secret) return secret;
  form.hidden = true;
  root.querySelector("[data-no-secret]").hidden = false;
  return undefined;
}

async function run(form, secret) {
  const button = form.querySelector("button");
  button.disabled = true;
  tell(form, "");
  try {
    const said = { secret, name: form.elements.name?.value };
    const options = await post(form.dataset.options, said);
    const credential = await asked(form.dataset.passkey, options);
    await post(form.dataset.finish, { ...said, credential });
    // What was typed while the passkey grew old is sent now.
    if (form.dataset.then) form.ownerDocument.getElementById(form.dataset.then).requestSubmit();
    else if (form.dataset.next) location.replace(form.dataset.next);
    else location.reload();
  } catch (error) {
    tell(form, reason(form, error));
    button.disabled = false;
  }
}

function reason(form, error) {
  const known = { InvalidStateError: "held", NotAllowedError: "stopped", AbortError: "stopped" };
  const key = known[error.name] ?? error.message;
  return form.querySelector(`[data-told="${CSS.escape(key)}"]`) ? key : "failed";
}

function tell(form, key) {
  for (const each of form.querySelectorAll("[data-told]")) each.hidden = each.dataset.told !== key;
  // What was typed stays, and the way to go on with it stands below.
  const again = form.ownerDocument.getElementById(form.dataset.again);
  if (again) again.hidden = key !== "not-fresh";
}

// What the server refuses it names in one word, which is the error's message.
async function post(address, said) {
  const answer = await fetch(address, {
    method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" },
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.status);
  return told;
}

async function asked(kind, options) {
  const credential = kind === "create"
    ? await navigator.credentials.create({ publicKey: read(options, "parseCreationOptionsFromJSON") })
    : await navigator.credentials.get({ publicKey: read(options, "parseRequestOptionsFromJSON") });
  try {
    return credential.toJSON();
  } catch {
    return written(credential); // Some keepers of passwords put objects in the way that lack it.
  }
}

function read(options, name) {
  if (PublicKeyCredential[name]) return PublicKeyCredential[name](options);
  const listed = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  return {
    ...options, challenge: bytes(options.challenge), ...(user && { user }),
    excludeCredentials: listed(options.excludeCredentials), allowCredentials: listed(options.allowCredentials),
  };
}

function written({ rawId, type, response }) {
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const there = fields.filter((name) => response[name]);
  const id = text(rawId);
  return { id, rawId: id, type, response: Object.fromEntries(there.map((name) => [name, text(response[name])])) };
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
