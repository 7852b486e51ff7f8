// Pictures that the server draws of what is sealed. They are fetched with the screen's token, which stands in no address.

import { h } from "../dom.js";
import { roundTitle } from "../figures.js";
import { t } from "../words.js";

const WHEN = { sealed: ["round", "funnel"], finished: ["funnel"] };
const known = new Map(); // address and revision -> data URL; null while it is on its way, or where there is none

function wanted(snapshot) {
  const folder = `/api/c/${encodeURIComponent(snapshot.conference)}/picture`;
  return (WHEN[snapshot.state] || [])
    .filter((name) => name !== "round" || (snapshot.round && snapshot.round.feedback === "full"))
    .map((name) => {
      const address = name === "round" ? `${folder}/round.svg?id=${encodeURIComponent(snapshot.round.id)}` : `${folder}/${name}.svg`;
      return { name, address, key: `${snapshot.revision} ${address}` };
    });
}

/** Fetch what this snapshot has pictures of; `changed()` is called when one has come. */
export function fetchPictures(snapshot, token, changed) {
  for (const { address, key } of wanted(snapshot)) {
    if (known.has(key)) continue;
    known.set(key, null);
    fetch(address, { headers: { Authorization: `Bearer ${token}` } })
      .then((response) => (response.ok ? response.text() : null))
      .then((text) => {
        if (text === null) return;
        known.set(key, `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
        changed();
      })
      .catch(() => known.delete(key)); // the next snapshot tries again
  }
}

/** A page for each picture that has come. */
export function picturePages(snapshot) {
  return wanted(snapshot)
    .filter(({ key }) => known.get(key))
    .map(({ name, key }) =>
      h(
        "div",
        { class: "drawn", "data-key": `picture-${name}` },
        h("h1", { class: "large" }, name === "funnel" ? t("funnel") : roundTitle(snapshot.round)),
        h("img", { class: "drawn-picture", src: known.get(key), alt: t(name === "funnel" ? "funnel_alt" : "picture_alt") }),
      ),
    );
}
