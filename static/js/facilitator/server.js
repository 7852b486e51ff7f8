// What the facilitator asks of the server. Each request says which revision it was decided on.

const TAKES = {
  start: ["round"],
  open: ["item"],
  reopen: ["item"],
  void: ["item", "reason"],
  decide: ["items", "verdict", "reason"],
  undo: ["reason"],
  publish: ["files"],
  "open-evaluation": ["questions"],
  "show-evaluation": ["show"],
};

/** The facilitator's snapshot as it is now, or null where no answer came. */
export async function look(conference, token) {
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`/api/c/${encodeURIComponent(conference)}/state`, { headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Ask for an action. -> {ok, state?, error?, message?}; error "unreachable" where no answer came. */
export async function ask(conference, token, action, details, revision) {
  const body = { revision };
  for (const name of TAKES[action] || []) {
    if (details[name] !== undefined && details[name] !== null) body[name] = details[name];
  }
  try {
    const response = await fetch(`/api/c/${encodeURIComponent(conference)}/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: "unreachable" };
  }
}
