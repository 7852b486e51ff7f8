// A dialog that must be answered, also where the browser has none (before 2022): then it is drawn over the page here.

const FIELDS = "button, input, select, textarea, a[href]";

/** Open a <dialog> as a modal one. What comes of it are the events `cancel` and `close`, as of any dialog. */
export function showModal(dialog) {
  if (!dialog.showModal) learn(dialog);
  dialog.showModal();
}

function learn(dialog) {
  let outside = [];
  const key = (event) => {
    if (event.key === "Escape" && dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
    else if (event.key === "Tab") stayInside(dialog, event);
  };
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  // After whoever listens for it: a form that nobody has taken would load the page anew.
  document.addEventListener("submit", (event) => {
    if (!dialog.contains(event.target) || event.target.getAttribute("method") !== "dialog" || event.defaultPrevented) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal = () => {
    dialog.setAttribute("open", "");
    outside = [...document.body.children].filter((other) => other !== dialog && other.tagName !== "SCRIPT" && !other.hasAttribute("aria-hidden"));
    for (const other of outside) other.setAttribute("aria-hidden", "true");
    document.addEventListener("keydown", key);
  };
  dialog.close = () => {
    dialog.removeAttribute("open");
    for (const other of outside) other.removeAttribute("aria-hidden");
    document.removeEventListener("keydown", key);
    dialog.dispatchEvent(new Event("close"));
  };
}

function stayInside(dialog, event) {
  const all = [...dialog.querySelectorAll(FIELDS)].filter((one) => !one.disabled);
  const [end, other] = event.shiftKey ? [all[0], all[all.length - 1]] : [all[all.length - 1], all[0]];
  if (all.length && document.activeElement !== end && dialog.contains(document.activeElement)) return;
  event.preventDefault();
  if (other) other.focus();
}
