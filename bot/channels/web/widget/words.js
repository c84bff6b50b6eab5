/** The widget's own words in three languages, and which of them is spoken; not what the bot says. */
import { recall } from "./storage.js";

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
/** What each language is called in the payload that switches the bot. */
export const SPOKEN = { "zh-Hans": "simplified", "zh-Hant": "traditional", en: "english" };

let table = {};
let current = "en";
let brand = "";

/** Picks the language: chosen before, else asked for by the page (`data-lang`), else the page's, else the browser's. @param {string} asked */
export function pickLanguage(asked) {
  const chosen = recall("language");
  const wanted = [chosen, asked !== "auto" && asked, document.documentElement.lang, ...navigator.languages];
  return wanted.map((tag) => tag && knownLanguage(tag)).find(Boolean) || "en";
}

/** Ours for a BCP 47 tag, or undefined. @param {string} tag */
export function knownLanguage(tag) {
  if (/^zh\b.*\b(hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
  if (/^zh\b/i.test(tag)) return "zh-Hans";
  return /^en\b/i.test(tag) ? "en" : undefined;
}

/** Fetches the words of a language and speaks it. @param {string} base @param {string} tag */
export async function loadWords(base, tag) {
  const answer = await fetch(`${base}/widget/${tag}.json?v=__VERSION__`, { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  ({ words: table, brand } = await answer.json());
  current = tag;
}

export const language = () => current;
export const brandName = () => brand;

/** @param {string} key @param {Record<string, string|number>} [values] fill the {names} of the text */
export function t(key, values = {}) {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const has = (key) => key in table;

/** An error's sentence. @param {string} code @param {Record<string, string|number>} [values] */
export const reason = (code, values) => t(has(`error.${code}`) ? `error.${code}` : "error.unavailable", values);

/** Writes the texts of everything marked with data-text, data-label or data-placeholder. @param {ParentNode} root */
export function writeWords(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    if (element.tagName === "BUTTON") element.title = t(element.dataset.label);
  }
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
}
