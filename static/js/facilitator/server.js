// What the facilitator asks of the server. Each request says which revision it was decided on.

const TAKES = {
  start: ["round"],
  open: ["item"],
  reopen: ["item"],
  void: ["item", "reason"],
  decide: ["items", "verdict", "reason"],
  undo: ["reason"],
  "on-paper": ["organisation", "role"],
  "off-paper": ["paper"],
  admit: ["organisation", "role"],
  "sign-out": ["paper", "card"],
  "sign-in": ["paper", "card"],
  leave: ["paper", "card"],
  "new-card": ["paper", "new_seat", "organisation", "role"],
  withdraw: ["signed_out"],
  "join-code": ["open"],
  display: ["blank", "frozen", "zoom"],
  timer: ["do", "seconds"],
  "what-if": ["knob", "at"],
  pace: ["on", "open_after", "close_after", "close_when_all"],
  tables: ["tables", "names"],
  arguments: ["open"],
  moderate: ["argument", "verdict"],
  "show-arguments": ["item"],
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
  return post(conference, token, action, body);
}

/** Hand in what stands on a paper: {paper, round, votes}. -> as `ask` */
export function typeIn(conference, token, paper) {
  return post(conference, token, "paper-vote", paper);
}

async function post(conference, token, name, body) {
  try {
    const response = await fetch(`/api/c/${encodeURIComponent(conference)}/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: "unreachable" };
  }
}
