// One sealed page to the server: "" is that of the site itself. The answer is what is to be noted of it, or null where nobody answered that we know.
const PATIENCE = 60 * 1000;
const REFUSALS = new Set(["too old", "unknown key", "malformed", "conflict"]);

export async function send(server, token, { id, slots }) {
  try {
    const response = await fetch(`${server}/counts/batches`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ batch: id, slots }),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return known(response.status, await response.json(), id);
  } catch {
    return null;
  }
}

// Only what repeats the page's name is a receipt: a page of somebody's Wi-Fi is none.
function known(code, said, id) {
  if (code === 401) return { status: "token" };
  if (said.batch !== id) return null;
  if ((code === 201 || code === 200) && /^\d{4}-\d{2}$/.test(said.month)) return said;
  return (code === 400 || code === 409) && REFUSALS.has(said.status) ? { status: said.status } : null;
}

export async function enrol(server, code, lang) {
  const response = await fetch(`${server}/counts/phones`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, lang }),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status !== 201) return null;
  return response.json();
}
