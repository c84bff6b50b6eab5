/** The box at the bottom: text with its count, the first warning about secrets, files by button, paste and drop. What is sent goes to callbacks. */
import { icon, make } from "./dom.js";
import { shape } from "./secrets.js";
import { forget, keep } from "./storage.js";
import { reason, t } from "./words.js";

const LIMIT = 4000; // characters, as the server counts them: code points
const FILE_LIMIT = 10 * 1024 * 1024; // bytes
const FILE_TYPES = ["image/png", "image/jpeg", "image/webp", "application/pdf"];
const FILES_AT_ONCE = 5;
const TYPING_MS = 3_000; // how often the agent is told that the visitor writes
const TALL_PX = 148;

export class Composer {
  #typed = 0;
  #typingTimer = 0;
  #passed = ""; // a text of which the visitor said that it is no secret
  #counter = make("span", { class: "counter", id: "counter", role: "status" });
  #problem = make("p", { class: "problem", id: "problem", role: "alert", hidden: true });
  #guard = make("div", { class: "guard", role: "alert", hidden: true });
  #personText = make("span", { id: "person-text" });
  #sheetText = make("span");

  /** @param {{text(text: string): void, file(file: File): void, person(): void, sheet(): void, typing(on: boolean): void}} on */
  constructor(on) {
    this.on = on;
    this.text = make("textarea", {
      id: "text", rows: 1, enterkeyhint: "send", "data-label": "input.label", "data-placeholder": "input.placeholder", "aria-describedby": "counter problem",
    });
    this.send = make("button", { type: "submit", class: "icon send", id: "send", "data-label": "send" }, icon("send"));
    this.chooser = make("input", { type: "file", id: "file", accept: FILE_TYPES.join(), multiple: true, hidden: true });
    this.person = make("button", { class: "tool person", id: "person", onclick: () => on.person() }, icon("person"), this.#personText);
    this.sheet = make("button", { class: "tool", id: "sheet-open", hidden: true, onclick: () => on.sheet() }, icon("sheet"), this.#sheetText);
    const attach = make("button", { class: "icon", id: "attach", "data-label": "attach", onclick: () => this.chooser.click() }, icon("clip"));
    this.element = make(
      "form", { class: "compose", autocomplete: "off", onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      make("div", { class: "tools" }, this.person, this.sheet, this.#counter), this.#problem, this.#guard,
      make("div", { class: "box" }, attach, this.chooser, this.text, this.send));
    this.#listen();
  }

  #listen() {
    const { text, chooser } = this;
    text.addEventListener("input", () => { this.changed(); this.#tellTyping(); });
    text.addEventListener("blur", () => this.#quiet());
    text.addEventListener("keydown", (event) => {
      // Enter that picks a word in an input method (isComposing, or 229 in Safari) is not "send".
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    text.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.files(event.clipboardData.files);
    });
    chooser.addEventListener("change", () => {
      const chosen = [...chooser.files];
      chooser.value = "";
      this.files(chosen);
    });
  }

  /** Takes files dropped on `target`, and shows that it would. @param {HTMLElement} target */
  takeDrops(target) {
    const over = (on) => target.classList.toggle("dropping", on);
    target.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    target.addEventListener("dragleave", (event) => { if (!target.contains(event.relatedTarget)) over(false); });
    target.addEventListener("drop", (event) => {
      over(false);
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.files(event.dataTransfer.files);
    });
  }

  /** @param {Iterable<File>} files */
  files(files) {
    this.say("");
    for (const file of [...files].slice(0, FILES_AT_ONCE)) {
      if (!FILE_TYPES.includes(file.type)) this.say("file_type");
      else if (file.size > FILE_LIMIT) this.say("file_too_large");
      else if (!file.size) this.say("file_missing");
      else this.on.file(file);
    }
  }

  #submit() {
    const { text } = this;
    if (this.send.disabled) return;
    const words = text.value.trim();
    const secret = words === this.#passed ? "" : shape(words);
    if (secret) return this.#warn(secret);
    this.on.text(words);
    this.#quiet();
    this.fill("");
  }

  /** Puts a text into the box, after what is there. */
  add(words) {
    this.fill(this.text.value ? `${this.text.value}\n${words}` : words);
    this.text.focus();
  }

  /** @param {string} words */
  fill(words) {
    this.text.value = words;
    this.#passed = "";
    this.changed();
  }

  /** After every change of the text: its count, its draft, its height. */
  changed() {
    const { text, send } = this;
    const counter = this.#counter;
    const length = [...text.value].length;
    const over = length - LIMIT;
    counter.textContent = over > 0 ? t("counter.over", { n: over }) : length > LIMIT - 500 ? t("counter", { n: length }) : "";
    counter.classList.toggle("over", over > 0);
    text.setAttribute("aria-invalid", String(over > 0));
    send.disabled = over > 0 || !text.value.trim();
    this.say("");
    this.#guard.hidden = true;
    // What looks like a secret is not even kept in this browser.
    if (shape(text.value)) forget("draft");
    else keep("draft", text.value);
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, TALL_PX)}px`;
  }

  /** A sentence above the box. @param {string} code  of error.<code>; empty takes it away */
  say(code) {
    this.#problem.hidden = !code;
    this.#problem.dataset.code = code;
    this.#problem.textContent = code ? reason(code) : "";
  }

  /** @param {string} owner @param {{have: number, want: number}} [sheet] */
  show(owner, sheet) {
    this.person.disabled = owner === "human";
    this.#personText.textContent = t(owner === "bot" ? "person" : `person.${owner}`);
    this.sheet.hidden = !sheet;
    if (sheet) this.#sheetText.textContent = t("sheet.open", sheet);
  }

  relabel() {
    this.changed();
    this.say(this.#problem.dataset.code ?? "");
  }

  /** The pressed button is about to be disabled, so the focus needs a place; on a touch screen that would open the keyboard. */
  focusGently() {
    if (!matchMedia("(pointer: coarse)").matches) this.text.focus();
  }

  #warn(secret) {
    const { text } = this;
    const guard = this.#guard;
    guard.replaceChildren(
      make("p", {}, make("b", { text: t(`secret.${secret}`) })),
      make("p", { text: t("secret.why") }),
      make("div", { class: "answers" },
        make("button", { class: "primary", text: t("secret.edit"), onclick: () => { guard.hidden = true; text.focus(); } }),
        make("button", { text: t("secret.clear"), onclick: () => { this.fill(""); text.focus(); } }),
        make("button", { text: t("secret.send"), onclick: () => { this.#passed = text.value.trim(); this.#submit(); text.focus(); } })));
    guard.hidden = false;
    guard.scrollIntoView({ block: "nearest" });
  }

  #tellTyping() {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#quiet(), TYPING_MS + 1000);
    if (Date.now() - this.#typed < TYPING_MS || !this.text.value) return;
    this.#typed = Date.now();
    this.on.typing(true);
  }

  #quiet() {
    clearTimeout(this.#typingTimer);
    if (!this.#typed) return;
    this.#typed = 0;
    this.on.typing(false);
  }
}
