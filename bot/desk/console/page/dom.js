/** Small helpers for elements. Text is only ever set as text: nothing here reads markup. */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} [className] @param {string} [text] @returns {HTMLElementTagNameMap[T]} */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** @param {string} id @returns {any} the element, which the page has */
export const byId = (id) => document.getElementById(id);

/** @param {string} text @param {() => void} run @param {string} [className] */
export function button(text, run, className = "") {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", run);
  return element;
}

/** @param {HTMLSelectElement} select @param {{value: string, text: string}[]} options @param {string} chosen */
export function options(select, options, chosen) {
  select.replaceChildren(...options.map(({ value, text }) => {
    const option = make("option", "", text);
    option.value = value;
    return option;
  }));
  select.value = chosen;
}

const ADDRESSES = /https:\/\/[^\s<>"'，。；、）)]+/g;

/** Text as text; plain https addresses become links. @param {string} text */
export function linked(text) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(ADDRESSES)) {
    const address = found[0].replace(/[.,;:!?\]}]+$/, "");
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url || url.username || url.password) continue;
    const link = make("a", "", address);
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    out.append(text.slice(end, found.index), link);
    end = found.index + address.length;
  }
  out.append(text.slice(end));
  return out;
}

const toasts = byId("toasts");

/** A word at the edge of the page that goes by itself. @param {string} text @param {boolean} [bad] */
export function toast(text, bad = false) {
  const element = make("p", bad ? "toast bad" : "toast", text);
  toasts.append(element);
  setTimeout(() => element.remove(), bad ? 8000 : 4500);
}
