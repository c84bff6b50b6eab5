/** The console's own words (strings.json), times and clocks, in the agent's language. */

let table = {};
let current = document.cookie.match(/(?:^|; )desk_language=(zh|en)/)?.[1] ?? (navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? "en").slice(0, 2).toLowerCase();
let skew = 0; // milliseconds that the server's clock is ahead of ours

export async function load() {
  table = await (await fetch("/desk/assets/strings.json", { credentials: "same-origin" })).json();
  document.documentElement.lang = current === "zh" ? "zh-Hans" : "en";
}

export const language = () => current;
export const locale = () => (current === "zh" ? "zh-CN" : "en-GB");

/** Chooses for good: the server reads the cookie too. @param {string} name */
export function chooseLanguage(name) {
  document.cookie = `desk_language=${name}; path=/desk; max-age=31536000; samesite=lax`;
}

/** @param {string} key @param {Record<string, string|number>} [values] */
export function t(key, values = {}) {
  const text = table[current]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const has = (key) => key in (table[current] ?? {});

/** @param {ParentNode} root */
export function apply(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of root.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
}

/** @param {string} serverNow */
export function setNow(serverNow) { skew = Date.parse(serverNow) - Date.now(); }
export const now = () => Date.now() + skew;

/** `3 min`: a span roughly. @param {number} milliseconds */
export function span(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
  if (minutes < 1) return t("time.minutes", { n: 1 });
  if (minutes < 90) return t("time.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("time.hours", { n: Math.round(minutes / 60) });
  return t("time.days", { n: Math.round(minutes / 1440) });
}

/** How long ago. @param {string} at */
export function ago(at) {
  const since = now() - Date.parse(at);
  return since < 60_000 ? t("time.now") : span(since);
}

/** `14:05`, with the day where it is not today. @param {string} at */
export function clock(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date(now()).toDateString();
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(today ? {} : { month: "short", day: "numeric" }) }).format(date);
}

/** What a running clock says, and how bad it is. @param {{due: string, made: string, paused: boolean}|null} due @returns {{text: string, level: string}|null} */
export function left(due) {
  if (!due) return null;
  if (due.paused) return { text: t("clock.paused"), level: "paused" };
  const rest = Date.parse(due.due) - now();
  if (rest < 0) return { text: t("clock.over", { t: span(rest) }), level: "over" };
  const whole = Date.parse(due.due) - Date.parse(due.made);
  return { text: t("clock.left", { t: span(rest) }), level: rest < whole * 0.2 ? "near" : "fine" };
}
