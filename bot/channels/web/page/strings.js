/** The page's own words in three languages, and which of them is spoken; not what the bot says. */

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];

let table = {};
let current = "zh-Hans";

/** Loads the table and picks the language: chosen before, else the browser's. */
export async function load(chosen) {
  table = await (await fetch("/assets/strings.json")).json();
  current = LANGUAGES.includes(chosen) ? chosen : fromBrowser(navigator.languages);
}

/** @param {readonly string[]} preferred BCP 47 tags, best first */
export function fromBrowser(preferred) {
  for (const tag of preferred) {
    if (/^zh\b.*(hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
    if (/^zh\b/i.test(tag)) return "zh-Hans";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

export const language = () => current;
export function setLanguage(tag) { if (LANGUAGES.includes(tag)) current = tag; }

/** @param {string} key @param {Record<string, string|number>} [values] fill the {names} of the text */
export function t(key, values = {}) {
  const text = table[current]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const has = (key) => key in (table[current] ?? {});

/** Writes the texts of everything marked with data-text, data-label, data-title or data-placeholder. */
export function apply(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of root.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
}
