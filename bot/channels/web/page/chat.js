/** The chat page: joins contract, outbox and view to the page's elements; it holds no rule of the dialogue. */
import { Contract } from "./contract.js";
import { Outbox } from "./outbox.js";
import { View } from "./view.js";
import * as strings from "./strings.js";

const LIMIT = 4000; // characters, as the server counts them: code points
const FILE_LIMIT = 10 * 1024 * 1024; // bytes
const FILE_TYPES = ["image/png", "image/jpeg", "image/webp", "application/pdf"];
const LANGUAGE_WORDS = { "zh-Hans": "simplified", "zh-Hant": "traditional", en: "english" };
const TYPING_MS = 45_000; // a "typing" that nobody ends is not believed for ever

const byId = (id) => document.getElementById(id);
const [chat] = document.getElementsByClassName("chat");
const { t } = strings;
const storage = usableStorage();

const contract = new Contract({ storage, language: strings.language });
const outbox = new Outbox({
  storage, contract, on: {
    changed(item, state) { view.pending(item, state); },
    slow(seconds) { banner("slow", seconds); },
  },
});
const view = new View({
  log: byId("log"), scroll: byId("scroll"), latest: byId("latest"), on: {
    press({ title, payload }) { outbox.add({ kind: "payload", text: title, payload }); focusText(); },
    edit(item) { takeBack(item); text.value = text.value ? `${text.value}\n${item.text}` : item.text; typed(); text.focus(); },
    retry(item) { again(item); },
    async image(id) { return URL.createObjectURL(await contract.fetchFile(id)); },
    download,
  },
});

const text = byId("text");
let owner = "bot";
let serverLanguage = "";
let state = null;
let typingTimer = 0;
let bannerTimer = 0;
let quietTimer = 0;
let linkUp = true;

/** localStorage, or, where the browser forbids it, a stand-in that lives as long as the page. */
function usableStorage() {
  try {
    localStorage.setItem("chat.probe", "1");
    localStorage.removeItem("chat.probe");
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (i) => [...kept.keys()][i] ?? null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, String(value)),
      removeItem: (key) => kept.delete(key),
    };
  }
}

/** The pressed button is about to be disabled, so the focus needs a place; on a touch screen that would open the keyboard. */
function focusText() {
  if (matchMedia("(pointer: fine)").matches) text.focus();
}

function takeBack(item) {
  outbox.settle(item.client_id);
  view.remove(item.client_id);
}

function again(item) {
  if (item.kind === "file") {
    const file = outbox.file(item.client_id);
    takeBack(item);
    if (file) attach(file);
    else byId("file").click();
  } else {
    takeBack(item);
    outbox.add({ kind: item.kind, text: item.text, payload: item.payload });
  }
}

// Sending

function typed() {
  const length = [...text.value].length;
  const over = length - LIMIT;
  const counter = byId("counter");
  counter.textContent = over > 0 ? t("counter.over", { n: over }) : length > LIMIT - 500 ? t("counter", { n: length }) : "";
  counter.classList.toggle("over", over > 0);
  text.setAttribute("aria-invalid", String(over > 0));
  byId("send").disabled = over > 0 || !text.value.trim();
  problem("");
  try { storage.setItem("chat.draft", text.value); } catch { /* no room: the draft stays on the screen */ }
  if (!CSS.supports("field-sizing", "content")) grow();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 148)}px`;
}

function submit() {
  if (byId("send").disabled) return;
  outbox.add({ kind: "text", text: text.value.trim() });
  text.value = "";
  typed();
}

function attach(file) {
  problem("");
  if (!FILE_TYPES.includes(file.type)) return problem("file_type");
  if (file.size > FILE_LIMIT) return problem("file_too_large");
  return outbox.add({ kind: "file", text: file.name }, file);
}

async function download(file) {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await contract.fetchFile(file.id));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch {
    problem("unavailable");
  }
}

byId("compose").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
text.addEventListener("input", typed);
text.addEventListener("keydown", (event) => {
  // Enter that picks a word in an input method (isComposing, or 229 in Safari) is not "send".
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
text.addEventListener("paste", (event) => {
  const [file] = event.clipboardData?.files ?? [];
  if (file) { event.preventDefault(); attach(file); }
});
byId("attach").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (file) attach(file);
});
byId("person").addEventListener("click", () => outbox.add({ kind: "payload", text: t("person"), payload: "/human_agent" }));
byId("restart").addEventListener("click", () => outbox.add({ kind: "payload", text: t("restart"), payload: "/start_over" }));

// What the page says about itself

function problem(code) {
  const line = byId("problem");
  line.hidden = !code;
  line.dataset.code = code;
  line.textContent = code ? t(`error.${code}`) : "";
}

/** @param {"offline"|"retrying"|"slow"|""} kind @param {number} [seconds] */
function banner(kind, seconds = 0) {
  clearTimeout(bannerTimer);
  const line = byId("banner");
  line.hidden = !kind;
  line.dataset.kind = kind;
  line.textContent = kind ? t(`connection.${kind}`, { n: seconds }) : "";
  if (seconds) bannerTimer = setTimeout(connection, seconds * 1000);
}

function connection() {
  banner(navigator.onLine ? (linkUp ? "" : "retrying") : "offline");
}

/** A screen reader is spared the replay of the whole conversation: the log is live once messages stop pouring in. */
function replayed() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => byId("log").setAttribute("aria-busy", "false"), 300);
}

function typing(on) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !on;
  if (on) view.follow();
  if (on) typingTimer = setTimeout(() => typing(false), TYPING_MS);
}

function showState() {
  chat.dataset.owner = owner;
  const waiting = owner === "waiting" && state?.position;
  const line = waiting ? t("status.waiting_position", { n: state.position }) : t(`status.${owner}`);
  byId("status").textContent = line;
  if (state?.ticket) {
    const ticket = document.createElement("span");
    ticket.className = "ticket";
    ticket.textContent = t("status.ticket", { ticket: state.ticket });
    byId("status").replaceChildren(`${line} · `, ticket);
  }
  byId("person").disabled = owner === "human";
  byId("person-text").textContent = t(owner === "bot" ? "person" : `person.${owner}`);
}

function showLanguage() {
  const { brandZh, brandEn } = document.documentElement.dataset;
  const name = t("page.title", { brand: strings.language() === "en" ? brandEn : brandZh });
  document.documentElement.lang = strings.language();
  document.title = name;
  strings.apply(document);
  byId("brand").textContent = name;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === strings.language()));
  }
  view.relabel();
  showState();
  problem(byId("problem").dataset.code ?? "");
  connection();
}

function chooseLanguage(tag) {
  strings.setLanguage(tag);
  storage.setItem("chat.language", tag);
  showLanguage();
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    if (button.dataset.language === strings.language()) return;
    chooseLanguage(button.dataset.language);
    outbox.add({ kind: "payload", text: t(`language.${button.dataset.language}`), payload: `/change_language{"language":"${LANGUAGE_WORDS[button.dataset.language]}"}` });
  });
}

// Following the conversation

addEventListener("online", () => { connection(); contract.wake(); outbox.pump(); });
addEventListener("offline", connection);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { contract.wake(); outbox.pump(); } });

contract.onNewConversation = () => { view.clear(); outbox.restore(); };

await strings.load(storage.getItem("chat.language"));
text.value = storage.getItem("chat.draft") ?? "";
showLanguage();
typed();
outbox.restore();
contract.follow({
  message(message) {
    if (message.client_id) outbox.settle(message.client_id);
    view.add(message);
    replayed();
    if (message.author !== "user") typing(false);
  },
  typing,
  state(next) {
    state = next;
    owner = next.owner;
    // Followed only when it changes there (the visitor asked the bot to switch), so that a late echo undoes no choice.
    if (serverLanguage && next.language !== serverLanguage && next.language !== strings.language()) chooseLanguage(next.language);
    serverLanguage = next.language;
    showState();
  },
  link(up) {
    linkUp = up;
    connection();
    if (up) outbox.pump();
  },
});
await contract.open().catch(() => {}); // a new token at every visit; follow() opens it anyway if this fails
