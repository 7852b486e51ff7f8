// Waits until a rehearsal has ended, then shows the page anew.

const PAUSE = 1000;
const shown = document.getElementById("seconds");

async function look() {
  try {
    const found = await (await fetch(shown.dataset.address)).json();
    if (found.state !== "running") {
      location.reload();
      return;
    }
    shown.textContent = String(found.seconds);
  } catch {
    // No contact just now: it is asked again.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
