/** Draws the conversation: messages, quick replies, attachments, states. It sends nothing and decides nothing. */
import { icon, make } from "./dom.js";
import { brandName, language, reason, t } from "./words.js";

const GROUP_MS = 5 * 60_000; // messages of one speaker closer than this share one name line
const NEAR_END = 90; // pixels from the end that still count as reading the newest
const PLACES = /https:\/\/[^\s<>"'`，。；！？、（）【】《》「」“”]+/g;
const STEP = /^\s*(\d{1,2})[.、)]\s*(?=\S)/;
const PICTURE_PX = 560; // drawn at most this wide: twice what is shown
const TYPING_AT_MOST_MS = 45_000; // a "typing" that nobody ends is not believed for ever
const REPLAY_MS = 300; // without a message for so long, the replay of a conversation is over

/** @typedef {import("./contract.js").Message} Message */
/** @typedef {import("./outbox.js").Item} Item */

export class View {
  /** @type {Map<number, HTMLElement>} */
  #bySeq = new Map();
  /** @type {Map<string, HTMLElement>} */
  #byClient = new Map();
  #following = true; // the visitor reads the newest: new messages may move the view
  #seen = 0;
  #lastOwn = null; // only the visitor's newest message says how far it got
  #quiet = 0;
  #typing = 0;
  #log = make("div", { class: "log", id: "log", role: "log", "aria-live": "polite", "aria-busy": "true", "data-label": "log.label" });
  #dots = make("div", { class: "typing", id: "typing", hidden: true },
    make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), make("span", { "data-text": "typing" }));
  #scroll = make("div", { class: "scroll", id: "scroll", tabindex: 0, role: "region", "data-label": "log.label" },
    make("p", { class: "trust", "data-text": "trust" }), this.#log, this.#dots);
  #latest = make("button", { class: "latest", id: "latest", hidden: true, "data-text": "latest", onclick: () => this.#toEnd() });
  #pictures;

  /**
   * @param {{press(button: {title: string, payload: string}): void, edit(item: Item): void, retry(item: Item): void, cancel(item: Item): void,
   *   picture(id: string): Promise<Blob>, download(file: import("./contract.js").Attachment): void}} on
   */
  constructor(on) {
    this.on = on;
    const scroll = this.#scroll;
    this.element = make("div", { class: "main" }, scroll, this.#latest);
    this.#pictures = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.#loadPicture(entry.target);
    }, { root: scroll, rootMargin: "200px" });
    // A keyboard, a banner or a longer text in the box takes room away: the newest stays in view.
    new ResizeObserver(() => this.follow()).observe(scroll);
    for (const by of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      scroll.addEventListener(by, () => requestAnimationFrame(() => { this.#following = this.#atEnd(); }), { passive: true });
    }
    scroll.addEventListener("scroll", () => {
      if (!this.#atEnd()) return;
      this.#following = true;
      this.#latest.hidden = true;
    }, { passive: true });
  }

  clear() {
    this.#log.replaceChildren();
    this.#bySeq.clear();
    this.#byClient.clear();
    this.#lastOwn = null;
    this.#seen = 0;
    this.#log.setAttribute("aria-busy", "true");
    this.typing(false);
  }

  /** A message of the log, in its place by number. @param {Message} message @returns {boolean} whether it came just now, not with the replay */
  add(message) {
    const fresh = this.#log.getAttribute("aria-busy") !== "true";
    // A screen reader is spared the replay of the whole conversation: the log is live once messages stop pouring in.
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#log.setAttribute("aria-busy", "false"), REPLAY_MS);
    if (this.#bySeq.has(message.seq)) return fresh;
    this.remove(message.client_id);
    const element = this.#message(message);
    this.#bySeq.set(message.seq, element);
    this.#log.insertBefore(element, this.#placeFor(message.seq));
    this.#regroup(element);
    if (message.author === "user") this.#closeReplies(message);
    if (message.author === "agent") this.seen(message.seq); // who answers has read what was written before
    if (this.#following || message.author === "user") this.#toEnd();
    else this.#latest.hidden = false;
    return fresh;
  }

  /** Somebody writes. */
  typing(on) {
    clearTimeout(this.#typing);
    this.#dots.hidden = !on;
    if (!on) return;
    this.follow();
    this.#typing = setTimeout(() => this.typing(false), TYPING_AT_MOST_MS);
  }

  /** One of the visitor's own messages that is not in the log yet. @param {Item} item @param {number} [share] of an upload */
  pending(item, state, share) {
    let element = this.#byClient.get(item.client_id);
    if (state === "sent") {
      if (element) this.#state(element, state);
      return;
    }
    if (!element) {
      element = this.#message({ author: "user", text: item.text, at: new Date(item.at).toISOString() });
      element.classList.add("pending");
      this.#byClient.set(item.client_id, element);
      this.#log.append(element);
      this.#regroup(element);
      this.#closeReplies(item);
      this.#following = true;
    }
    element.item = item;
    element.classList.toggle("failed", state === "failed");
    this.#state(element, state, share);
    this.follow();
  }

  /** A person has read up to this number. @param {number} seq */
  seen(seq) {
    if (seq <= this.#seen) return;
    this.#seen = seq;
    for (const [number, element] of this.#bySeq) {
      if (number <= seq && element.stateNow === "sent") this.#state(element, "seen");
    }
  }

  /** Writes every text of the widget's own again, after a change of language. */
  relabel() {
    for (const element of this.#log.children) {
      this.#nameLine(element);
      if (element.stateNow) this.#state(element, element.stateNow);
    }
  }

  /** To the newest message; an answer longer than the screen is shown from its beginning. */
  #toEnd() {
    const scroll = this.#scroll;
    let start = this.#log.lastElementChild;
    while (start?.previousElementSibling && start.message.author !== "user" && start.previousElementSibling.message.author !== "user") {
      start = start.previousElementSibling;
    }
    const end = scroll.scrollHeight - scroll.clientHeight;
    const cover = this.#cover();
    const top = start ? start.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - cover - 8 : end;
    scroll.scrollTop = Math.min(end, top);
    this.#latest.hidden = true;
    this.#following = true;
  }

  /** To the newest message, unless the visitor is reading further up. */
  follow() {
    if (this.#following) this.#toEnd();
  }

  /** Pixels at the top that the security notice keeps. */
  #cover() {
    const notice = this.#scroll.firstElementChild;
    return notice && getComputedStyle(notice).position === "sticky" ? notice.offsetHeight : 0;
  }

  #atEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < NEAR_END;
  }

  /** Takes away a message that the visitor took back, or that the log has by now. */
  remove(clientId) {
    const element = clientId && this.#byClient.get(clientId);
    if (!element) return;
    this.#byClient.delete(clientId);
    const next = element.nextElementSibling;
    element.remove();
    if (next) this.#regroup(next);
  }

  #placeFor(seq) {
    let place = null;
    for (let element = this.#log.lastElementChild; element; element = element.previousElementSibling) {
      if (!element.message.seq || element.message.seq > seq) place = element;
      else break;
    }
    return place;
  }

  #message(message) {
    const element = make("div", { class: `message ${message.author}` }, make("p", { class: "day" }), make("div", { class: "name" }));
    element.message = message;
    this.#nameLine(element);
    const bubble = make("div", { class: "bubble" });
    if (message.file) bubble.append(this.#attachment(message.file));
    else if (message.author === "user") bubble.textContent = message.text;
    else bubble.append(...rich(message.text ?? ""));
    element.append(bubble);
    if (message.buttons?.length) element.append(this.#replies(message.buttons));
    if (message.author === "user" && message.seq) this.#state(element, message.seq <= this.#seen ? "seen" : "sent");
    return element;
  }

  #nameLine(element) {
    const { author, name, at } = element.message;
    const who = make("b", { text: author === "agent" && name ? t("who.agent_named", { name }) : t(`who.${author}`, { brand: brandName() }) });
    element.querySelector(".name").replaceChildren(who, make("time", { datetime: at, text: clock(at) }));
    element.querySelector(".day").textContent = dayName(at);
  }

  #regroup(element) {
    for (const one of [element, element.nextElementSibling]) {
      if (!one) continue;
      const before = one.previousElementSibling?.message;
      const { author, name, at } = one.message;
      const sameDay = before && day(at) === day(before.at);
      const same = sameDay && before.author === author && before.name === name && Date.parse(at) - Date.parse(before.at) < GROUP_MS;
      one.classList.toggle("first", !same);
      one.classList.toggle("newday", !sameDay && (Boolean(before) || day(at) !== day(Date.now())));
    }
    let last = this.#log.lastElementChild;
    while (last && last.message.author !== "user") last = last.previousElementSibling;
    if (last === this.#lastOwn) return;
    this.#lastOwn?.classList.remove("last");
    last?.classList.add("last");
    this.#lastOwn = last;
  }

  #replies(buttons) {
    const scale = buttons.length > 3 && buttons.every(({ title }) => /^\d$/.test(title));
    return make("ul", { class: scale ? "replies scale" : "replies" }, ...buttons.map(({ title, payload }) => make("li", {}, make("button", {
      text: title, "data-payload": payload, onclick: () => this.on.press({ title, payload }),
    }))));
  }

  /** An answer was given: the choices above it are history. The one that was pressed stays marked. */
  #closeReplies({ seq = Infinity, text }) {
    const open = [...this.#log.querySelectorAll(".replies button:enabled")];
    const above = open.filter((button) => (button.closest(".message").message.seq ?? 0) < seq);
    const chosen = above.findLast?.((button) => button.textContent === text);
    for (const button of above) button.disabled = true;
    chosen?.setAttribute("aria-pressed", "true");
  }

  #state(element, state, share) {
    element.stateNow = state;
    element.querySelector(".state")?.remove();
    const { item } = element;
    const line = make("p", { class: `state ${state}`, text: t(`state.${state}`) });
    element.append(line);
    if (item?.kind === "file" && state !== "sent" && state !== "failed") {
      line.append(
        make("progress", { max: 1, value: share ?? 0, "aria-label": t("progress", { name: item.text }) }),
        action(t("cancel"), () => this.on.cancel(item)));
    }
    if (state !== "failed") return;
    line.append(` · ${reason(item.failed)}`);
    line.append(item.kind === "text" ? action(t("edit"), () => this.on.edit(item)) : action(t("retry"), () => this.on.retry(item)), action(t("remove"), () => this.on.cancel(item)));
  }

  #attachment(file) {
    const picture = file.kind.startsWith("image/");
    const button = make("button", {
      class: "attachment", "data-picture": picture && file.id,
      "aria-label": picture ? t("file.image", { name: file.name }) : `${t("download")}: ${file.name}`, onclick: () => this.on.download(file),
    }, icon("file"), make("span", { text: file.name }));
    if (picture) this.#pictures.observe(button);
    return button;
  }

  /** Drawn on a canvas: a page's content policy may forbid every other way to show bytes that came by fetch. */
  async #loadPicture(button) {
    this.#pictures.unobserve(button);
    try {
      const bitmap = await createImageBitmap(await this.on.picture(button.dataset.picture));
      const scale = Math.min(1, PICTURE_PX / bitmap.width);
      const canvas = make("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      button.replaceChildren(canvas);
      this.follow();
    } catch {
      // the name stays, as a link to download
    }
  }
}

function action(text, run) {
  return make("button", { text, onclick: run });
}

const day = (at) => new Date(at).toDateString();

function clock(at) {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

function dayName(at) {
  const back = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (back === 0 || back === 1) return t(back ? "yesterday" : "today");
  const far = new Date(at).getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(language(), { month: "long", day: "numeric", weekday: "short", ...far }).format(new Date(at));
}

/** Text as text: numbered lines become a list, plain https addresses links; nothing else is more than its letters. @returns {Node[]} */
function rich(text) {
  const out = [];
  let list = null;
  let plain = [];
  const flush = () => {
    const words = plain.join("\n").replace(/^\n+|\n+$/g, "");
    if (words) out.push(make("p", {}, linked(words)));
    plain = [];
  };
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const step = STEP.exec(line);
    const follows = step && (list ? Number(step[1]) === list.start + list.children.length : STEP.test(lines[at + 1] ?? ""));
    if (!follows) {
      list = null;
      plain.push(line);
      return;
    }
    if (!list) {
      flush();
      out.push((list = make("ol", { start: step[1] })));
    }
    list.append(make("li", {}, linked(line.slice(step[0].length))));
  });
  flush();
  return out;
}

/** Only plain https addresses, without a user name in them, become links. */
function linked(text) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(PLACES)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    let url;
    try { url = new URL(address); } catch { continue; }
    if (url.protocol !== "https:" || url.username || url.password) continue;
    const shown = /(^|\.)xn--/.test(url.hostname) ? url.href : address;
    out.append(text.slice(end, match.index), make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", text: shown }));
    end = match.index + address.length;
  }
  out.append(text.slice(end));
  return out;
}
