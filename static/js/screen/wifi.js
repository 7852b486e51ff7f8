// The network's square in the lobby. Its text holds the password, so that it is fetched with the screen's token and never
// stands in an address.

import { h } from "../dom.js";
import { t } from "../words.js";

let shown = null; // what the square is of
let square = null;

/** Fetch the square of a network, once; `then` is called when it is there. */
export async function fetchSquare(snapshot, token, then) {
  const wanted = snapshot.wifi ? JSON.stringify(snapshot.wifi) : null;
  if (wanted === shown) return;
  shown = wanted;
  square = null;
  if (!wanted) return;
  try {
    const address = `/api/c/${encodeURIComponent(snapshot.conference)}/wifi.svg`;
    const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
    if (response.ok && wanted === shown) square = `data:image/svg+xml,${encodeURIComponent(await response.text())}`;
  } catch {
    square = null; // name and password stand beside it
  }
  if (!square) shown = null; // with the next snapshot it is tried again
  else then();
}

/** The way into the network: first of two, for who is not in it cannot join the vote. */
export function wifiWay({ name, password }) {
  return h(
    "section",
    { class: "way" },
    h("h2", { class: "large" }, "1. ", t("wifi_join")),
    square ? h("img", { class: "square", src: square, alt: t("wifi_square") }) : h("div", { class: "square" }),
    h("p", { class: "middle" }, h("span", { class: "quiet" }, `${t("wifi_name")} `), h("strong", null, name)),
    password ? h("p", { class: "middle" }, h("span", { class: "quiet" }, `${t("wifi_password")} `), h("strong", { class: "password" }, password)) : h("p", { class: "middle quiet" }, t("wifi_free")),
  );
}
