// The list of items. Each edit is asked of the server and kept there at once; the list comes back as it is then.

import { announce, draw, h, onPress } from "../dom.js";
import { showModal } from "../modal.js";
import { listed, t } from "../words.js";

const content = document.getElementById("content");
const place = document.getElementById("items");
const dialog = document.getElementById("item-dialog");
const form = document.getElementById("item-form");
const problem = document.getElementById("item-problem");
const listProblem = document.getElementById("list-problem");
const mergeChosen = document.getElementById("merge-chosen");
const own = content.dataset.language; // the conference's, which the items are in
const FIELDS = ["text", "explanation", "plain", "perspective", "kind"];

let { revision, items } = JSON.parse(document.getElementById("wordings").textContent);
let busy = false;
let send = null; // what the dialog's main button does
let goOn = () => null; // the row to go on at, where the one that was pressed is gone

async function ask(edit, said) {
  if (busy) return { ok: false, problem: "" };
  busy = true;
  let answer;
  try {
    const response = await fetch(content.dataset.change, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...edit, revision }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, problem: t("failed") };
  }
  busy = false;
  if (answer.page) show(answer);
  listProblem.textContent = answer.ok ? "" : answer.problem || t("failed");
  if (answer.ok) announce(said);
  return answer;
}

function show(answer) {
  ({ revision, items } = answer);
  const fresh = new DOMParser().parseFromString(answer.page, "text/html");
  draw(place, [...fresh.body.childNodes]);
  choose();
}

// --- choosing

function chosen() {
  return [...place.querySelectorAll("[data-choose]:checked")].map((box) => Number(box.dataset.choose));
}

function choose() {
  mergeChosen.setAttribute("aria-disabled", String(chosen().length < 2));
}

// --- the dialog

function field(name) {
  return form.elements.namedItem(name);
}

/** Open the dialog. `what`: {title, help, go, wording (null: nothing to fill in), undecided (the kind is to be chosen), origins, place, send(), row(): where to go on if the pressed one is gone} */
function open(what) {
  document.getElementById("item-title").textContent = what.title;
  draw(document.getElementById("item-help"), what.help || "");
  document.getElementById("item-go").textContent = what.go;
  document.getElementById("item-fields").hidden = !what.wording;
  document.getElementById("item-place-field").hidden = !what.place;
  draw(
    document.getElementById("item-origins"),
    what.origins ? h("ul", { class: "near-list" }, what.origins.map((n) => h("li", null, h("p", null, h("strong", null, String(n)), " ", h("span", { lang: own }, items[n].text))))) : null,
  );
  askForKind(Boolean(what.undecided));
  for (const name of FIELDS) {
    if (!field(name)) continue;
    const wanted = what.wording ? what.wording[name] : "";
    field(name).value = wanted || (field(name).tagName === "SELECT" ? field(name).options[0].value : "");
  }
  field("place").value = what.place || "";
  problem.textContent = "";
  field("text").removeAttribute("aria-invalid");
  send = what.send;
  goOn = what.row || (() => null);
  showModal(dialog);
  (what.wording ? field("text") : document.getElementById("item-cancel")).focus();
}

/** Let the kind be unsaid, where only a person can tell which one is meant. */
function askForKind(undecided) {
  const kind = field("kind");
  if (!kind) return;
  kind.removeAttribute("aria-invalid");
  if (kind.options[0].value === "") kind.remove(0);
  if (undecided) kind.prepend(h("option", { value: "" }, t("choose_kind")));
}

function kindTitle(kind) {
  return [...field("kind").options].find((option) => option.value === kind).textContent;
}

function values() {
  return Object.fromEntries(FIELDS.filter((name) => field(name)).map((name) => [name, field(name).value]));
}

function landOn(row) {
  if (!row) return;
  row.querySelector('[data-do="change"]').focus();
  row.scrollIntoView({ block: "nearest" });
}

const newest = () => document.getElementById(`item-${Math.max(...Object.keys(items).map(Number))}`);
const rowAt = (at) => place.querySelector(`[data-place="${Math.min(at, Object.keys(items).length)}"]`);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await send();
  if (answer.ok) {
    dialog.close();
    if (!place.contains(document.activeElement) && !mergeChosen.matches(":focus")) landOn(goOn());
    return;
  }
  problem.textContent = answer.problem || "";
  if (!field("text").value.trim()) field("text").setAttribute("aria-invalid", "true");
  else if (field("kind") && !field("kind").value) {
    field("kind").setAttribute("aria-invalid", "true");
    field("kind").focus();
  }
});

document.getElementById("item-cancel").addEventListener("click", () => dialog.close());

// --- edits

function change(number) {
  const before = items[number];
  open({
    title: t("change_item", { item: String(number) }),
    go: t("keep"),
    wording: before,
    place: String(before.place),
    send: async () => {
      const to = Number.parseInt(field("place").value, 10);
      const reworded = FIELDS.some((name) => field(name) && field(name).value !== before[name]);
      let answer = { ok: true };
      if (reworded) answer = await ask({ do: "change", item: number, ...values() }, t("item_changed", { item: String(number) }));
      if (answer.ok && to && to !== before.place) answer = await ask({ do: "move", item: number, place: to }, t("item_moved", { item: String(number), place: to }));
      return answer;
    },
  });
}

function add() {
  open({
    title: t("add_item"),
    go: t("keep"),
    wording: {},
    send: () => ask({ do: "add", ...values() }, t("item_added")),
  });
}

function merge(numbers) {
  if (numbers.length < 2) return;
  const parts = numbers.map((n) => items[n]);
  const all = (name) => [...new Set(parts.map((part) => part[name]).filter(Boolean))].join("\n");
  const [first] = parts;
  const kinds = [...new Set(parts.map((part) => part.kind))];
  const undecided = kinds.length > 1;
  open({
    title: t("merge_items", { items: listed(numbers) }),
    help: undecided ? `${t("merge_help")} ${t("merge_kinds", { kinds: listed(kinds.map(kindTitle)) })}` : t("merge_help"),
    undecided,
    go: t("merge"),
    origins: numbers,
    wording: { text: first.text, explanation: all("explanation"), plain: all("plain"), perspective: first.perspective, kind: undecided ? "" : first.kind },
    send: () => ask({ do: "merge", items: numbers, ...values() }, t("items_merged")),
    row: newest,
  });
}

function remove(number) {
  const at = items[number].place;
  open({
    title: t("remove_item", { item: String(number) }),
    help: [h("span", { lang: own }, items[number].text), " ", t("remove_help")],
    go: t("remove"),
    send: () => ask({ do: "remove", item: number }, t("item_removed", { item: String(number) })),
    row: () => rowAt(at),
  });
}

async function move(number, by) {
  const at = items[number].place;
  const to = at + by;
  if (to < 1 || to > Object.keys(items).length) return;
  const focused = document.activeElement;
  await ask({ do: "move", item: number, place: to }, t("item_moved", { item: String(number), place: to }));
  // The row may have been put in again: then the same thing in it has the focus still wanted.
  const row = document.getElementById(`item-${number}`);
  const same = focused && focused.dataset.do ? `[data-do="${focused.dataset.do}"]` : "[data-choose]";
  const again = focused && focused.isConnected ? focused : row && row.querySelector(same);
  if (again) again.focus();
  if (row) row.scrollIntoView({ block: "nearest" });
}

const acts = {
  change: (button) => change(Number(button.dataset.item)),
  remove: (button) => remove(Number(button.dataset.item)),
  up: (button) => move(Number(button.dataset.item), -1),
  down: (button) => move(Number(button.dataset.item), 1),
  merge: (button) => merge(button.dataset.items.split(" ").map(Number)),
};

onPress(place, (what, button) => acts[what] && acts[what](button));
place.addEventListener("change", (event) => event.target.matches("[data-choose]") && choose());
place.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-place]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!row || !by || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  move(Number(row.dataset.item), by);
});
document.getElementById("add-item").addEventListener("click", add);
mergeChosen.addEventListener("click", () => merge(chosen()));
