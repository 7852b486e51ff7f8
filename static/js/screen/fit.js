// Text as large as its box allows, so that it is read from the back of the room.

/** Give every [data-fit="smallest,largest"] (in rem) inside `place` the largest size at which nothing overflows. */
export function fitAll(place) {
  for (const box of place.querySelectorAll("[data-fit]")) {
    const [smallest, largest] = box.dataset.fit.split(",").map(Number);
    fit(box, smallest, largest);
  }
}

function fit(box, smallest, largest) {
  let low = smallest;
  let high = largest;
  if (fits(box, high)) return;
  while (high - low > 0.03) {
    const middle = (low + high) / 2;
    if (fits(box, middle)) low = middle;
    else high = middle;
  }
  fits(box, low);
}

function fits(box, size) {
  box.style.setProperty("font-size", `${size}rem`);
  return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}
