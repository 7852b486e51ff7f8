// The line to the conference. Whole snapshots come; the newest one is right, whatever was missed.

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { askTheTime, forgetTheTime } from "./clock.js";

const FINAL = new Set(["unknown-seat", "not-allowed"]);
const PAUSE = 1500;
const ASLEEP = 20000; // after this long in a pocket the line is taken anew instead of trusted
// A proxy before several workers sends the same lane to the same one, as polling needs it. It says nothing of the phone, and
// each attempt takes another: it may be the worker that does not answer.
const lane = () => ({ lane: Math.random().toString(36).slice(2, 10) });

/**
 * Connect with a token. `on.state(snapshot)`, `on.seat(seat)`, `on.trouble(message)` (the facilitator's; null once it is over),
 * and `on.line(how)` with how one of "connecting", "connected", "reconnecting", "refused" (for good).
 */
export function connect(token, on) {
  const socket = io({
    auth: { token },
    query: lane(),
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    // After a restart a whole panel comes back: spread over one and a half seconds at first, then over more.
    reconnectionDelay: 800,
    randomizationFactor: 0.9,
    reconnectionDelayMax: 4000,
    timeout: 6000,
  });
  socket.io.on("reconnect_attempt", () => (socket.io.opts.query = lane()));
  pollInBetween(socket);
  let revision = -1;
  on.line("connecting");
  socket.on("connect", () => {
    forgetTheTime();
    on.line("connected");
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    on.line("reconnecting");
    // A server that hangs up on purpose is asked again; it says then whether that is final.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), spread(PAUSE));
  });
  socket.on("connect_error", (error) => {
    if (!socket.active && FINAL.has(error.data)) {
      on.line("refused");
      return;
    }
    on.line("reconnecting");
    if (!socket.active) setTimeout(() => socket.connect(), spread(PAUSE)); // refused for a reason that passes
  });
  socket.on("state", (snapshot) => {
    if (snapshot.revision < revision) return;
    revision = snapshot.revision;
    if ((snapshot.timer && snapshot.timer.ends) || snapshot.automatic) askTheTime(socket);
    on.state(snapshot);
  });
  socket.on("seat", (seat) => on.seat && on.seat(seat));
  socket.on("trouble", ({ message }) => on.trouble && on.trouble(message));
  keepAwake(socket);
  return socket;
}

/**
 * Some networks let a WebSocket open and then swallow everything: then polling is tried in between. (Where one cannot be
 * opened at all, the library polls by itself.) A phone that was in before tries its WebSocket twice as often: it
 * has rather lost its network, and thousands that poll are dear. But one that opened and stayed silent is no lost network.
 */
function pollInBetween(socket) {
  let wereIn = false;
  let silent = 0;
  socket.on("connect", () => {
    wereIn = true;
    silent = 0;
  });
  socket.io.on("error", (error) => {
    if (error.message !== "timeout") return;
    silent = (silent + 1) % (wereIn ? 3 : 2);
    const poll = silent === (wereIn ? 2 : 1) || swallowed(socket.io.engine);
    if (poll) silent = -1;
    socket.io.opts.transports = poll ? ["polling"] : ["websocket", "polling"];
  });
}

/** Whether a WebSocket was opened: our server says its first word with the same breath. */
function swallowed({ transport }) {
  return transport.name === "websocket" && transport.readyState === "open";
}

/** Between half of a pause and one and a half: a panel that was cut off together is not to come back together. */
const spread = (pause) => pause * (0.5 + Math.random());

function keepAwake(socket) {
  let hidden = 0;
  const look = () => {
    if (document.visibilityState === "hidden") {
      hidden = Date.now();
      return;
    }
    if (!socket.active) return;
    if (!socket.connected) socket.disconnect().connect();
    else if (hidden && Date.now() - hidden > ASLEEP) socket.io.engine.close();
    hidden = 0;
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  window.addEventListener("online", look);
  // A device that knows it is offline says so at once; the line's own heartbeat would take half a minute.
  window.addEventListener("offline", () => socket.connected && socket.io.engine.close());
}
