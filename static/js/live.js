// The line to the conference. Whole snapshots come; the newest one is right, whatever was missed.

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";

const FINAL = new Set(["unknown-seat", "not-allowed"]);
const PAUSE = 1500;
const ASLEEP = 20000; // after this long in a pocket the line is taken anew instead of trusted

/**
 * Connect with a token. `on.state(snapshot)`, `on.seat(seat)`, and `on.line(how)` with how one of
 * "connecting", "connected", "reconnecting", "refused" (for good).
 */
export function connect(token, on) {
  const socket = io({
    auth: { token },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 400,
    reconnectionDelayMax: 3000,
    timeout: 8000,
  });
  let revision = -1;
  on.line("connecting");
  socket.on("connect", () => on.line("connected"));
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    on.line("reconnecting");
    // A server that hangs up on purpose is asked again; it says then whether that is final.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), PAUSE);
  });
  socket.on("connect_error", (error) => {
    if (!socket.active && FINAL.has(error.data)) {
      on.line("refused");
      return;
    }
    on.line("reconnecting");
    if (!socket.active) setTimeout(() => socket.connect(), PAUSE); // refused for a reason that passes
  });
  socket.on("state", (snapshot) => {
    if (snapshot.revision < revision) return;
    revision = snapshot.revision;
    on.state(snapshot);
  });
  socket.on("seat", (seat) => on.seat && on.seat(seat));
  keepAwake(socket);
  return socket;
}

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
