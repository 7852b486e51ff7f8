// The form for a new conference: what has been filled in is not lost by a slip; sending the form is no slip.

const form = document.getElementById("filled-in");
const startOver = document.getElementById("start-over");
let leaving = false;

function differs(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

/** Whether there is anything to lose: what has been sent once already, or is written here. */
function filledIn() {
  return form.dataset.filled !== undefined || [...form.elements].some((field) => field.tagName !== "BUTTON" && differs(field));
}

document.addEventListener("submit", () => (leaving = true));
window.addEventListener("beforeunload", (event) => {
  if (!leaving && filledIn()) event.preventDefault();
});
// Back from the next page, as some browsers keep this one: there is as much to lose as before.
window.addEventListener("pageshow", () => (leaving = false));

if (startOver) {
  startOver.addEventListener("click", (event) => {
    if (window.confirm(startOver.dataset.ask)) leaving = true;
    else event.preventDefault();
  });
}
