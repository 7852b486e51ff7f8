// Text as large as its box allows, so that it is read from the back of the room.

const STEP = 0.05;
const BELOW = 2;

/**
 * Give every [data-fit="smallest,largest"] (in rem) inside `place` the largest size at which nothing overflows, with all
 * of the page larger or smaller by `zoom`. Where it would not fit the page any more, it is zoomed as far as it does; where
 * even that is not enough, text goes below its smallest size: small letters can be walked up to, cut ones cannot be read.
 */
export function fitAll(place, zoom) {
  for (let tried = zoom; ; tried = Math.round(100 * (tried - STEP)) / 100) {
    const last = tried - STEP < 1;
    document.documentElement.style.setProperty("--zoom", String(tried));
    const all = [...place.querySelectorAll("[data-fit]")].map((box) => {
      const [smallest, largest] = box.dataset.fit.split(",").map(Number);
      return fit(box, smallest / Math.max(1, tried), largest) || (last && fit(box, smallest / BELOW, smallest));
    });
    alike(place);
    if (last || (all.every(Boolean) && holds(place.querySelector("main")))) return;
  }
}

// What has the same [data-fit-with] is read together, and has one size: the smallest that any of them needs.
function alike(place) {
  const together = {};
  for (const box of place.querySelectorAll("[data-fit-with]")) (together[box.dataset.fitWith] = together[box.dataset.fitWith] || []).push(box);
  for (const boxes of Object.values(together)) {
    const size = Math.min(...boxes.map((box) => parseFloat(box.style.fontSize)));
    for (const box of boxes) box.style.setProperty("font-size", `${size}rem`);
  }
}

// A line of large letters reaches a little out of its own height.
function holds(page) {
  return page.scrollHeight <= page.clientHeight * 1.01 && page.scrollWidth <= page.clientWidth + 1;
}

function fit(box, smallest, largest) {
  let low = smallest;
  let high = largest;
  if (fits(box, high)) return true;
  while (high - low > 0.03) {
    const middle = (low + high) / 2;
    if (fits(box, middle)) low = middle;
    else high = middle;
  }
  return fits(box, low);
}

function fits(box, size) {
  box.style.setProperty("font-size", `${size}rem`);
  return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}
