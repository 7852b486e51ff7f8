// The page's texts, numbers and shares in the reader's language.

const place = document.getElementById("words");
const all = JSON.parse(place.textContent);
const elsewhere = place.dataset.elsewhere; // where the words in other languages are, on a page that has one alone
const names = JSON.parse((document.getElementById("languages") || { textContent: "{}" }).textContent);
let language = pick(document.documentElement.lang);

function pick(wanted) {
  return wanted in all ? wanted : Object.keys(all)[0];
}

/** The language that the reader has chosen on this device, or null. */
export function chosenLanguage() {
  const found = /(?:^|;\s*)language=([a-z]+)/.exec(document.cookie);
  return found && (found[1] in all || found[1] in names) ? found[1] : null;
}

/** `changed()` is called as soon as the page can be drawn in the language. */
export function chooseLanguage(wanted, changed) {
  document.cookie = `language=${wanted}; path=/; max-age=31536000; samesite=lax`;
  useLanguage(wanted, changed);
  if (language === wanted) changed();
}

/** Change the language. `changed()` is called later, where its words have to be fetched first. */
export function useLanguage(wanted, changed) {
  if (elsewhere && wanted in names && !(wanted in all)) {
    fetchWords(wanted, changed);
    return;
  }
  language = pick(wanted);
  document.documentElement.lang = language;
}

let fetching = null;

async function fetchWords(wanted, changed) {
  if (fetching === wanted) return;
  fetching = wanted;
  try {
    all[wanted] = await (await fetch(`${elsewhere}${wanted}`)).json();
    if ((chosenLanguage() || wanted) === wanted) useLanguage(wanted);
    changed();
  } catch {
    // No contact: the language stays as it is.
  }
  fetching = null;
}

export function currentLanguage() {
  return language;
}

export function languages() {
  return Object.entries(names);
}

/** The text called `key`. With `n` in `values` it is the form for that number. */
export function t(key, values = {}) {
  let text = all[language][key];
  if (text === undefined) return key;
  if (typeof text === "object") {
    const form = pluralForm(Number(values.n));
    text = text[form] || text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? shown(values[name]) : whole));
}

// Browsers before 2019 know no PluralRules; the languages there are tell one from many.
function pluralForm(n) {
  if (!Intl.PluralRules) return n === 1 ? "one" : "other";
  return new Intl.PluralRules(language).select(n);
}

function shown(value) {
  return typeof value === "number" ? number(value) : value;
}

export function has(key) {
  return all[language][key] !== undefined;
}

/** Of a text in several languages, the reader's. */
export function inLanguage(texts) {
  if (!texts || typeof texts === "string") return texts || "";
  return texts[language] || texts.en || Object.values(texts)[0] || "";
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** An exact measure as sent, "20/23" or "7.5", as a number to show. Nothing is decided with it. */
export function valueOf(exact) {
  if (typeof exact !== "string") return Number(exact);
  const [above, below] = exact.split("/");
  return below === undefined ? Number(above) : Number(above) / Number(below);
}

/** A share in per cent, never rounded to all, none or half. */
export function percent(share) {
  const misleads = (rounded) => rounded !== share && [0, 0.5, 1].includes(rounded);
  let digits = 0;
  while (digits < 8 && misleads(Math.round(share * 100 * 10 ** digits) / (100 * 10 ** digits))) digits += 1;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** A number that is one of a hundred, with its sign as the language writes it: in Swedish after a space that does not break. */
export function perCent(text) {
  return new Intl.NumberFormat(language, { style: "percent" }).format(0.5).replace("50", text);
}

/** A code of six digits as it is read and typed: in threes that stay together. */
export function spaced(code) {
  return code.replace(/(\d{3})(?=\d)/g, "$1\u00a0");
}

/** A list in one breath: "1, 2 and 3". */
export function listed(values) {
  if (!Intl.ListFormat) return values.join(", ");
  return new Intl.ListFormat(language, { type: "conjunction" }).format(values.map(String));
}
