/** What this browser keeps for the visitor: localStorage under one prefix; where that is forbidden or full, memory that lives as long as the page. */

const PREFIX = "support-chat.";

/** Whether other tabs and later visits see what is kept. */
export const shared = usable();
const memory = new Map();

function usable() {
  try {
    localStorage.setItem(`${PREFIX}probe`, "1");
    localStorage.removeItem(`${PREFIX}probe`);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key @returns {string|null} */
export function recall(key) {
  return memory.get(key) ?? (shared ? localStorage.getItem(PREFIX + key) : null);
}

/** @param {string} key @param {string|number} value */
export function keep(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
    memory.delete(key);
  } catch {
    memory.set(key, String(value));
  }
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  if (shared) localStorage.removeItem(PREFIX + key);
}

/** The keys kept under a beginning. @param {string} [beginning] @returns {string[]} */
export function keptKeys(beginning = "") {
  const all = shared ? Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)) : [];
  return [...all, ...memory.keys()].filter((key) => key.startsWith(beginning));
}

/** Forgets everything but the choices that tell nothing about anybody. */
export function forgetAll() {
  for (const key of keptKeys()) if (key !== "language" && key !== "sound") forget(key);
}
