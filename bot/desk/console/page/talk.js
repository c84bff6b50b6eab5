/** The open conversation: messages and private notes in order, what is on its way, who is typing. It sends nothing. */
import { button, byId, linked, make } from "./dom.js";
import { clock, t } from "./words.js";
import { call } from "./server.js";

const TYPING_MS = 6000;
const TOGETHER_MS = 3 * 60_000;
const NEAR_END = 120; // pixels from the end that still count as the end

export class Talk {
  /** @param {{edit(item: any): void}} on */
  constructor(on) {
    this.on = on;
    this.log = byId("log");
    this.scroller = byId("log-scroll");
    this.number = "";
    this.messages = new Map();
    this.scroller.addEventListener("scroll", () => { if (this.#atEnd()) byId("latest").hidden = true; });
    byId("latest").addEventListener("click", () => this.end());
    byId("earlier").addEventListener("click", () => this.earlier());
    new ResizeObserver(() => { if (this.stuck) this.end(); }).observe(this.log);
  }

  /** Begins with a ticket: its newest messages and its notes. @param {any} ticket @param {{messages: any[], more: boolean}} page @param {any[]} pending */
  open(ticket, page, pending) {
    this.number = ticket.number;
    this.messages.clear();
    this.log.replaceChildren();
    this.typing("user", false);
    byId("latest").hidden = true;
    byId("earlier").hidden = !page.more;
    for (const message of page.messages) this.add(message, true);
    this.notes(ticket.notes);
    for (const item of pending) this.pending(item);
    this.end();
  }

  get last() { return Math.max(0, ...this.messages.keys()); }

  async earlier() {
    const first = Math.min(...this.messages.keys());
    const number = this.number;
    const page = await call(`tickets/${number}/messages?before=${first}`);
    if (number !== this.number) return;
    const before = this.scroller.scrollHeight - this.scroller.scrollTop;
    for (const message of page.messages) this.add(message, true);
    byId("earlier").hidden = !page.more;
    this.scroller.scrollTop = this.scroller.scrollHeight - before;
  }

  /** A message of the log; each number is shown once. @param {any} message @param {boolean} [quiet] */
  add(message, quiet = false) {
    if (this.messages.has(message.seq)) return;
    const stuck = this.#atEnd();
    if (message.client_id) this.log.querySelector(`[data-client="${CSS.escape(message.client_id)}"]`)?.remove();
    const element = this.#bubble(message);
    this.messages.set(message.seq, element);
    this.#place(element, message.seq, 0);
    if (message.author === "user") this.typing("user", false);
    if (message.author === "agent") this.typing("agent", false);
    if (quiet) return;
    if (stuck || message.author === "agent") this.end();
    else byId("latest").hidden = false;
  }

  /** @param {any[]} notes */
  notes(notes) {
    const stuck = this.#atEnd();
    for (const note of notes) {
      const client = CSS.escape(note.key);
      if (this.log.querySelector(`[data-note="${client}"]`)) continue;
      this.log.querySelector(`[data-client="${client}"]`)?.remove();
      const element = make("article", "message note");
      element.dataset.note = note.key;
      element.append(this.#name(t("note"), note.name, note.at), make("p", "bubble", note.text));
      this.#place(element, note.seq, 1);
    }
    if (stuck) this.end();
  }

  /** What this page has sent and the server has not confirmed. @param {any} item */
  pending(item) {
    let element = this.log.querySelector(`[data-client="${CSS.escape(item.client_id)}"]`);
    if (!element) {
      element = make("article", `message pending ${item.kind === "note" ? "note" : "agent mine"}`);
      element.dataset.client = item.client_id;
      element.append(make("p", "bubble", item.text), make("p", "fate"));
      this.log.append(element);
    }
    element.classList.toggle("failed", Boolean(item.failed));
    const fate = element.querySelector(".fate");
    fate.textContent = item.failed ? `${t("failed")}: ${item.failed}` : navigator.onLine ? t("pending") : t("pending.retry");
    if (item.failed) fate.append(button(t("edit"), () => { element.remove(); this.on.edit(item); }));
    this.end();
  }

  /** Takes the bubble of something confirmed away; the log's own comes or came. @param {string} client */
  settled(client) { this.log.querySelector(`[data-client="${CSS.escape(client)}"]`)?.remove(); }

  /** @param {"user"|"agent"} who @param {boolean} on */
  typing(who, on) {
    clearTimeout(this.typingTimer);
    const element = byId("typing");
    element.hidden = !on;
    element.textContent = on ? t(`typing.${who}`) : "";
    if (on) {
      this.typingTimer = setTimeout(() => this.typing(who, false), TYPING_MS);
      if (this.#atEnd()) this.end();
    }
  }

  end() { this.scroller.scrollTop = this.scroller.scrollHeight; this.stuck = true; }

  #atEnd() {
    this.stuck = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;
    return this.stuck;
  }

  /** By number; a note stands behind the message it was written after; what is pending stays last. */
  #place(element, seq, rank) {
    element.order = seq + rank / 2;
    const after = [...this.log.children].findLast((each) => each.order !== undefined && each.order <= element.order);
    if (after) after.after(element);
    else this.log.prepend(element);
    for (const each of [element, element.nextElementSibling]) if (each) each.classList.toggle("same", goesOn(each.previousElementSibling, each));
  }

  #name(who, name, at) {
    const line = make("header", "name");
    line.append(make("b", "", name || who));
    if (name && who !== name) line.append(make("span", "tag", who));
    const time = make("time", "", clock(at));
    time.dateTime = at;
    line.append(time);
    return line;
  }

  #bubble(message) {
    const element = make("article", `message ${message.author}`);
    element.dataset.seq = message.seq;
    Object.assign(element, { by: `${message.author} ${message.name ?? ""}`, at: Date.parse(message.at) });
    element.append(this.#name(t(`author.${message.author}`), message.name ?? "", message.at));
    if (message.text) {
      const bubble = make("p", "bubble");
      bubble.append(linked(message.text));
      element.append(bubble);
    }
    if (message.file) element.append(this.#file(message.file));
    if (message.buttons?.length) element.append(make("p", "offered", t("buttons.shown", { list: message.buttons.map(({ title }) => title).join(" · ") })));
    return element;
  }

  #file(file) {
    const href = `/desk/api/tickets/${this.number}/files/${encodeURIComponent(file.id)}`;
    const link = make("a", "attachment");
    link.href = href;
    link.download = file.name;
    if (file.kind.startsWith("image/")) {
      const image = make("img");
      image.src = href;
      image.alt = t("file.picture", { name: file.name });
      image.loading = "lazy";
      image.addEventListener("load", () => { if (this.stuck) this.end(); });
      image.addEventListener("error", () => image.replaceWith(file.name));
      link.append(image);
    } else link.textContent = `${t("file.other", { name: file.name })} · ${Math.ceil(file.size / 1024)} KB`;
    return link;
  }
}

/** Whether a message needs no name of its own: the same person wrote the one before, a moment ago. */
function goesOn(before, element) {
  return Boolean(element.by && before?.by === element.by && element.at - before.at < TOGETHER_MS);
}
