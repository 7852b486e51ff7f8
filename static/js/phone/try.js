// Does this phone reach the server, and can it keep a line open? Nothing is joined: a line without a seat is refused at the
// door, and a refusal is an answer.

import { io } from "../../vendor/socket.io-client/socket.io.esm.min.js";
import { announce, draw, h } from "../dom.js";
import { t } from "../words.js";

const PATIENCE = 6000;
const root = document.getElementById("phone");

/** Whether the server answers over one transport. */
function answers(transport) {
  return new Promise((resolve) => {
    const socket = io({ transports: [transport], reconnection: false, timeout: PATIENCE, forceNew: true });
    const end = (found) => {
      socket.disconnect();
      resolve(found);
    };
    socket.on("connect", () => end(true));
    socket.on("connect_error", (error) => end(error.data !== undefined));
    setTimeout(() => end(false), PATIENCE);
  });
}

function show(key) {
  draw(
    root,
    h("main", { id: "main", class: "phone-main" }, h("h1", { class: "headline" }, t("title")), h("p", { class: "lead", "data-found": key }, t(key)), key === "trying" ? null : h("p", null, h("a", { class: "button", href: "/try" }, t("try_again")))),
  );
  document.title = t("title");
  announce(t(key));
}

async function tryOut() {
  show("trying");
  if (await answers("websocket")) show("reached");
  else show((await answers("polling")) ? "reached_by_polling" : "not_reached");
}

tryOut();
