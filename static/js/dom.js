// A page is a function of the snapshot: draw() brings what stands in the document to what the function returns,
// touching only what differs, so that focus, scroll position and open details stay where they are.

const PLAIN = new Set(["string", "number"]);

/** Make an element. `style` is a table of properties (set by script: the page's policy allows no style text). */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") {
      for (const [property, setting] of Object.entries(value)) node.style.setProperty(property, setting);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(PLAIN.has(typeof child) ? document.createTextNode(child) : child);
  }
  return node;
}

/** Make the children of `place` those given. Elements with the same tag and `data-key` are kept. */
export function draw(place, ...children) {
  const wanted = h("div", null, children);
  matchChildren(place, wanted);
}

function matchChildren(old, wanted) {
  let here = old.firstChild;
  const all = [...wanted.childNodes];
  for (const [at, next] of all.entries()) {
    const kept = findSame(here, next);
    if (!kept) {
      old.insertBefore(next, here);
      continue;
    }
    while (here !== kept) {
      const other = here;
      here = here.nextSibling;
      if (keyOf(other) !== null && all.slice(at + 1).some((later) => same(other, later))) old.insertBefore(other, kept.nextSibling);
      else other.remove();
    }
    match(kept, next);
    here = kept.nextSibling;
  }
  while (here) {
    const gone = here;
    here = here.nextSibling;
    gone.remove();
  }
}

function findSame(from, wanted) {
  for (let node = from; node; node = node.nextSibling) {
    if (same(node, wanted)) return node;
    if (keyOf(wanted) === null) return null;
  }
  return null;
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null;
}

function same(a, b) {
  return a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

// What a person has opened or typed is theirs, not the snapshot's.
const THEIRS = { DETAILS: ["open"], DIALOG: ["open"], TEXTAREA: ["value"] };

function match(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  const kept = THEIRS[old.nodeName] || [];
  for (const { name } of [...old.attributes]) {
    if (name === "style" || wanted.hasAttribute(name) || kept.includes(name)) continue;
    if (name === "tabindex" && old === document.activeElement) continue; // see holdFocus: without it the focus would fall off
    old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.style.cssText !== wanted.style.cssText) old.style.cssText = wanted.style.cssText;
  if (old.nodeName === "INPUT" && (old.type === "checkbox" || old.type === "radio")) {
    if (!old.hasAttribute("data-theirs")) old.checked = wanted.hasAttribute("checked");
  }
  if (old.hasAttribute("data-still")) return; // its inside belongs to someone else
  matchChildren(old, wanted);
}

/** Call `act(what, element)` when something with data-do is pressed inside `place`. */
export function onPress(place, act) {
  place.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (pressed && place.contains(pressed) && !pressed.disabled && pressed.getAttribute("aria-disabled") !== "true") {
      act(pressed.dataset.do, pressed, event);
    }
  });
}

/**
 * Remember where the focus is while the page is drawn anew. If what had it is gone afterwards, the function that is returned gives it to
 * `otherwise(around, at)`: what is left around it, and its place there. Nobody who reads by keyboard or ear falls out of the page.
 */
export function holdFocus() {
  const held = document.activeElement;
  const trail = []; // from the inside out
  for (let at = held; at && at.parentElement; at = at.parentElement) trail.push([at.parentElement, [...at.parentElement.children].indexOf(at)]);
  return (otherwise) => {
    const now = document.activeElement;
    if (held === document.body || (now !== document.body && now !== held) || (held.isConnected && !held.disabled)) return;
    takeTo(otherwise(...trail.find(([element]) => element.isConnected)));
  };
}

/** Give the focus to something that is read. */
export function takeTo(node) {
  if (!node) return;
  if (!node.hasAttribute("tabindex")) node.tabIndex = -1;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

/** Say something once to those who listen to the page. */
export function announce(told) {
  const place = document.getElementById("announcer");
  if (!place || place.textContent === wordsOf(told)) return;
  place.textContent = "";
  place.append(...[told].flat());
}

/** What is told as one text. It may come in parts, of which some are elements in another language. */
export function wordsOf(told) {
  return [told].flat().map((part) => (typeof part === "string" ? part : part.textContent)).join("");
}

/** A function that says once what a page has to tell: what is shown, when that changes, else what came of one's own answer. */
export function speaker() {
  let told = "";
  let answered = "";
  return ({ tell, answer = "" }) => {
    if (wordsOf(tell) !== told) announce(tell);
    else if (answer && answer !== answered) announce(answer);
    told = wordsOf(tell);
    answered = answer;
  };
}
