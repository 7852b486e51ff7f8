// The line to the conference. Whole snapshots come; the newest one is right, whatever was missed.

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";

const ASLEEP = 20000; // after this long in a pocket the line is taken anew instead of trusted

/**
 * Connect with a token. `on.state(snapshot)`, `on.seat(seat)`, and `on.line(how)` with how one of
 * "connecting", "connected", "reconnecting", "refused".
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
    // The server hangs up on purpose when a seat has moved or its place is gone.
    on.line(reason === "io server disconnect" ? "ended" : "reconnecting");
  });
  socket.on("connect_error", () => on.line(socket.active ? "reconnecting" : "refused"));
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
}
