/** Draws the conversation: messages, quick replies, attachments, states. It sends nothing and decides nothing. */
import { language, t, has } from "./strings.js";

const GROUP_MS = 5 * 60_000; // messages of one speaker closer than this share one name line
const NEAR_END = 90; // pixels from the end that still count as reading the newest
const PLACES = /https:\/\/[^\s<>"'`，。；！？、（）【】《》「」]+/g;

/** @typedef {import("./contract.js").Message} Message */
/** @typedef {import("./outbox.js").Item} Item */

export class View {
  /** @type {Map<number, HTMLElement>} */
  #bySeq = new Map();
  /** @type {Map<string, HTMLElement>} */
  #byClient = new Map();
  #following = true; // the visitor reads the newest: new messages may move the view

  /**
   * @param {{log: HTMLElement, scroll: HTMLElement, latest: HTMLElement, on: {press(button: {title: string,
   *   payload: string}): void, edit(item: Item): void, retry(item: Item): void, image(id: string): Promise<string>,
   *   download(file: import("./contract.js").Attachment): void}}} parts
   */
  constructor({ log, scroll, latest, on }) {
    Object.assign(this, { log, scroll, latest, on });
    this.pictures = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.#loadPicture(entry.target);
    }, { root: scroll, rootMargin: "200px" });
    latest.addEventListener("click", () => this.toEnd());
    // A keyboard, a banner or a longer text in the box takes room away: the newest stays in view.
    new ResizeObserver(() => this.follow()).observe(scroll);
    for (const by of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      scroll.addEventListener(by, () => requestAnimationFrame(() => { this.#following = this.#atEnd(); }), { passive: true });
    }
    scroll.addEventListener("scroll", () => {
      if (!this.#atEnd()) return;
      this.#following = true;
      latest.hidden = true;
    }, { passive: true });
  }

  clear() {
    this.log.replaceChildren();
    this.#bySeq.clear();
    this.#byClient.clear();
  }

  /** A message of the log, in its place by number. @param {Message} message */
  add(message) {
    if (this.#bySeq.has(message.seq)) return;
    this.#drop(message.client_id);
    const element = this.#message(message);
    this.#bySeq.set(message.seq, element);
    this.log.insertBefore(element, this.#placeFor(message.seq));
    this.#regroup(element);
    if (message.author === "user") this.#closeReplies(message);
    if (this.#following || message.author === "user") this.toEnd();
    else this.latest.hidden = false;
  }

  /** One of the visitor's own messages that is not in the log yet. @param {Item} item */
  pending(item, state) {
    if (state === "sent") {
      const element = this.#byClient.get(item.client_id);
      if (element) this.#state(element, state);
      return;
    }
    let element = this.#byClient.get(item.client_id);
    if (!element) {
      element = this.#message({ author: "user", text: item.text, at: new Date(item.at).toISOString() });
      element.classList.add("pending");
      this.#byClient.set(item.client_id, element);
      this.log.append(element);
      this.#regroup(element);
      this.#closeReplies(item);
      this.#following = true;
    }
    element.item = item;
    element.classList.toggle("failed", state === "failed");
    this.#state(element, state);
    this.follow();
  }

  /** Takes away a message that the visitor took back to edit. */
  remove(clientId) {
    this.#drop(clientId);
  }

  /** Writes every text of the page's own again, after a change of language. */
  relabel() {
    for (const element of this.log.children) {
      this.#nameLine(element);
      if (element.stateNow) this.#state(element, element.stateNow);
    }
  }

  /** To the newest message; an answer longer than the screen is shown from its beginning. */
  toEnd() {
    const { scroll, log } = this;
    let start = log.lastElementChild;
    while (start?.previousElementSibling && start.message.author !== "user" && start.previousElementSibling.message.author !== "user") {
      start = start.previousElementSibling;
    }
    const end = scroll.scrollHeight - scroll.clientHeight;
    const top = start ? start.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - 8 : end;
    scroll.scrollTop = Math.min(end, top);
    this.latest.hidden = true;
    this.#following = true;
  }

  /** To the newest message, unless the visitor is reading further up. */
  follow() {
    if (this.#following) this.toEnd();
  }

  #atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  #drop(clientId) {
    const element = clientId && this.#byClient.get(clientId);
    if (!element) return;
    this.#byClient.delete(clientId);
    const next = element.nextElementSibling;
    element.remove();
    if (next) this.#regroup(next);
  }

  #placeFor(seq) {
    let place = null;
    for (let element = this.log.lastElementChild; element; element = element.previousElementSibling) {
      if (!element.message.seq || element.message.seq > seq) place = element;
      else break;
    }
    return place;
  }

  #message(message) {
    const element = make("div", `message ${message.author}`);
    element.message = message;
    element.append(make("div", "name"));
    this.#nameLine(element);
    const bubble = make("div", "bubble");
    if (message.file) bubble.append(this.#attachment(message.file));
    else if (message.author === "user") bubble.textContent = message.text;
    else bubble.append(linked(message.text ?? ""));
    element.append(bubble);
    if (message.buttons?.length) element.append(this.#replies(message.buttons));
    if (message.author === "user" && message.seq) this.#state(element, "sent");
    return element;
  }

  #nameLine(element) {
    const { author, name, at } = element.message;
    const who = make("b");
    who.textContent = author === "agent" && name ? t("who.agent_named", { name }) : t(`who.${author}`);
    const time = make("time");
    time.dateTime = at;
    time.textContent = clock(at);
    element.querySelector(".name").replaceChildren(who, time);
  }

  #regroup(element) {
    for (const one of [element, element.nextElementSibling]) {
      if (!one) continue;
      const before = one.previousElementSibling?.message;
      const { author, name, at } = one.message;
      const same = before && before.author === author && before.name === name && Date.parse(at) - Date.parse(before.at) < GROUP_MS;
      one.classList.toggle("first", !same);
    }
  }

  #replies(buttons) {
    const list = make("ul", "replies");
    for (const { title, payload } of buttons) {
      const button = make("button");
      button.type = "button";
      button.textContent = title;
      button.dataset.payload = payload;
      button.addEventListener("click", () => this.on.press({ title, payload }));
      const row = make("li");
      row.append(button);
      list.append(row);
    }
    return list;
  }

  /** An answer was given: the choices above it are history. The one that was pressed stays marked. */
  #closeReplies({ seq = Infinity, text }) {
    const open = [...this.log.querySelectorAll(".replies button:enabled")];
    const above = open.filter((button) => (button.closest(".message").message.seq ?? 0) < seq);
    const chosen = above.findLast((button) => button.textContent === text);
    for (const button of above) button.disabled = true;
    chosen?.setAttribute("aria-pressed", "true");
  }

  #state(element, state) {
    element.stateNow = state;
    let line = element.querySelector(".state");
    if (!line) element.append((line = make("p", "state")));
    line.textContent = t(`state.${state}`);
    if (state !== "failed") return;
    const { item } = element;
    const reason = `error.${item.failed}`;
    line.textContent += ` · ${t(has(reason) ? reason : "error.unavailable")}`;
    if (item.kind === "text") line.append(action(t("edit"), () => this.on.edit(item)));
    else line.append(action(t("retry"), () => this.on.retry(item)));
  }

  #attachment(file) {
    const button = make("button", "attachment");
    button.type = "button";
    button.addEventListener("click", () => this.on.download(file));
    const label = make("span");
    label.textContent = file.name;
    button.append(label);
    if (file.kind.startsWith("image/")) {
      button.dataset.picture = file.id;
      button.setAttribute("aria-label", t("file.image", { name: file.name }));
      this.pictures.observe(button);
    } else button.setAttribute("aria-label", `${t("download")}: ${file.name}`);
    return button;
  }

  async #loadPicture(button) {
    this.pictures.unobserve(button);
    const picture = make("img");
    picture.alt = "";
    try {
      picture.src = await this.on.image(button.dataset.picture);
      await picture.decode();
    } catch {
      return; // the name stays as a link to download
    }
    button.replaceChildren(picture);
    this.follow();
  }
}

function make(tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

function action(text, run) {
  const button = make("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}

function clock(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(today ? {} : { month: "short", day: "numeric" }) };
  return new Intl.DateTimeFormat(language(), format).format(date);
}

/** Text as text; only plain https addresses, without a user name in them, become links. */
function linked(text) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(PLACES)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url || url.protocol !== "https:" || url.username || url.password) continue;
    const link = make("a");
    link.href = url.href;
    link.textContent = url.hostname.startsWith("xn--") || url.hostname.includes(".xn--") ? url.href : address;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    out.append(text.slice(end, match.index), link);
    end = match.index + address.length;
  }
  out.append(text.slice(end));
  return out;
}
