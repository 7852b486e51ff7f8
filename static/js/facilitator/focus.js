// Where the focus goes when what had it is gone: to something that is read, so that nothing that can be pressed comes under a finger that
// is still on its way.

import { takeTo } from "../dom.js";

const PRESSED = "button, a, input, select, textarea, summary, [tabindex]";

/** What stands now in the place `at` within `around`, or the heading of its section. */
export function nearby(around, at) {
  const now = around.children[at];
  return now && !now.matches(PRESSED) ? now : headingOf(around);
}

function headingOf(node) {
  const section = node.closest("section[aria-labelledby]");
  return (section && document.getElementById(section.getAttribute("aria-labelledby"))) || document.querySelector("main h2");
}

/** After a dialog: give the focus back to what had it, or, where that is gone by now, to the first heading. */
export function giveBack(back) {
  if (!back || back === document.body) return;
  if (back.isConnected) back.focus();
  else takeTo(document.querySelector("main h2"));
}
