/** Joins the widget's parts and follows what happens to the conversation. It holds no rule of the dialogue. */
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Contract } from "./contract.js";
import { save } from "./dom.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Sheet } from "./sheet.js";
import { forget, forgetAll, keep, keptKeys, recall } from "./storage.js";
import { Telegram } from "./telegram.js";
import { Unread } from "./unread.js";
import { View } from "./view.js";
import { SPOKEN, knownLanguage, language, loadWords, pickLanguage, t, writeWords } from "./words.js";

const ACTIVE_MS = 24 * 3600_000; // whoever talked to us within a day hears of an answer on every page
const RETRY_MS = 4_000;

export class Widget {
  #listeners = new Map();
  #serverLanguage = "";
  #state = { owner: "bot" };
  #begun = false;
  #provider = null;
  #resume = false;
  #asked;
  #identity;
  #page;
  #panel;
  #contract;
  #outbox;
  #composer;
  #sheet;
  #view;
  #line;
  #connection;
  #telegram;
  #unread;

  /** @param {HTMLScriptElement} script */
  constructor(script) {
    const { mode, theme, position = "", launcher, lang = "auto", identity } = script.dataset;
    const base = new URL(script.src).origin;
    this.#asked = lang;
    this.#identity = identity;
    this.#page = mode === "page";
    this.#contract = new Contract({ base, language });
    this.#panel = new Panel({
      page: this.#page, launcher: launcher !== "none", css: __CSS__, cssAddress: `${base}/widget.css`, theme, position,
      on: {
        opened: () => this.#opened(), closed: () => this.#emit("close"), language: (tag) => this.setLanguage(tag),
        restart: () => this.#press("restart", "/start_over"),
        record: (format) => this.#download(`/api/record?format=${format}`, `${t("record.name")}.${format}`),
        back: () => { const { open } = this.#sheet; this.#sheet.close(); return open; },
        offer: () => this.#telegram.offer,
      },
    });
    this.#parts();
    this.#line = new Line(this.#contract, {
      message: (message) => this.#message(message),
      typing: (on) => this.#view.typing(on),
      state: (state) => this.#heard(state),
      link: (up) => { if (this.#connection.link(up)) this.#outbox.pump(); },
      lost: () => this.#lost(),
    });
    this.#contract.onNewConversation = () => this.#anew();
    this.#contract.onExpired = async () => {
      this.#emit("identity-expired");
      return this.#provider?.();
    };
    this.#listen();
  }

  #parts() {
    const contract = this.#contract;
    const panel = this.#panel;
    this.#outbox = new Outbox(contract, {
      changed: (item, state, share) => { this.#view.pending(item, state, share); this.#active(); },
      gone: (clientId) => this.#view.remove(clientId),
      slow: (seconds) => this.#connection.say("slow", seconds),
    });
    this.#composer = new Composer({
      text: (text) => this.#outbox.add({ kind: "text", text }),
      file: (file) => this.#outbox.add({ kind: "file", text: file.name }, file),
      person: () => this.#press("person", "/human_agent"),
      sheet: () => this.#showSheet(),
      typing: (on) => { if (this.#state.owner === "human") contract.authorised("/api/typing", { json: { on } }).catch(() => {}); },
    });
    this.#sheet = new Sheet(contract, { closed: () => this.#sheetClosed(), attach: () => this.#composer.chooser.click() });
    this.#view = new View({
      press: ({ title, payload }) => { this.#outbox.add({ kind: "payload", text: title, payload }); this.#composer.focusGently(); },
      edit: (item) => { this.#outbox.cancel(item.client_id); this.#composer.add(item.text); },
      retry: (item) => this.#again(item),
      cancel: (item) => this.#outbox.cancel(item.client_id),
      picture: (id) => contract.fetchBlob(`/api/files/${encodeURIComponent(id)}`),
      download: (file) => this.#download(`/api/files/${encodeURIComponent(file.id)}`, file.name),
    });
    this.#connection = new Connection(panel.banner, contract, () => this.#line.stop());
    this.#telegram = new Telegram(contract, panel, (code) => this.#composer.say(code ?? "unavailable"));
    this.#unread = new Unread(panel, (count) => this.#emit("unread", count));
    panel.talk.append(this.#view.element, this.#composer.element, this.#sheet.element);
    this.#composer.takeDrops(panel.panel);
  }

  #listen() {
    addEventListener("online", () => { this.#connection.refresh(); this.#line.wake(); this.#outbox.pump(); });
    addEventListener("offline", () => this.#connection.refresh());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.#line.wake();
      if (this.#begun) this.#outbox.pump();
      this.#unread.show();
    });
    // A page that the browser keeps for its Back button must not hold the line.
    addEventListener("pagehide", () => { this.#resume = this.#line.running; this.#line.stop(); });
    addEventListener("pageshow", ({ persisted }) => { if (persisted && this.#resume) this.#line.start(); });
    addEventListener("storage", ({ key, newValue }) => {
      if (key === "support-chat.language" && newValue) this.#speak(newValue);
      // Another tab signed in or out: this one shows the same conversation.
      else if (key === "support-chat.user" || key === null) { if (this.#begun || this.#line.running) this.#anew(); }
    });
  }

  /** Paints, then learns the words and who the visitor is. */
  async start() {
    const place = new URL(location.href);
    if (this.#page) this.#fromPlace(place);
    this.#composer.fill(recall("draft") ?? "");
    await this.#speak(pickLanguage(this.#asked));
    if (this.#identity === "" && this.#contract.user) this.logout();
    else if (this.#identity) await this.identify(this.#identity).catch(() => {});
    if (this.#page) await this.#begin(place.searchParams.get("case"));
    else if (this.#contract.token && Date.now() - Number(recall("active")) < ACTIVE_MS) this.#line.start();
    this.#emit("ready");
  }

  /** A page of its own gets its token behind the #, which no server and no log sees, and forgets it at once. */
  #fromPlace(place) {
    const given = new URLSearchParams(place.hash.slice(1));
    this.#asked = place.searchParams.get("lang") ?? this.#asked;
    if (!given.has("identity")) return;
    this.#identity = given.get("identity");
    history.replaceState(null, "", place.pathname + place.search);
  }

  // What the page may call

  /** Opens the window. @param {{text?: string, case?: string}} [how]  text: put into the box; case: a ticket's number, to show its sheet */
  open(how = {}) {
    if (how.text) this.#composer.fill(how.text);
    this.#panel.show();
    if (how.case) this.#begin(how.case);
  }

  close() {
    this.#panel.close();
  }

  /**
   * The visitor is a signed-in user of the exchange.
   * @param {string|(() => Promise<string>)} token  signed by the exchange's backend, good for five minutes at most; or a function
   *   that fetches one, which is asked again when it is needed
   */
  async identify(token) {
    this.#provider = typeof token === "function" ? token : null;
    const identity = this.#provider ? await token() : token;
    const before = this.#contract.user ? "" : this.#contract.token;
    const who = recall("who");
    const session = await this.#contract.open({ identity, begin: this.#panel.open && this.#begun });
    if (who && who !== session.who) { // somebody else's words stay theirs
      for (const key of ["draft", ...keptKeys("out.")]) forget(key);
      this.#composer.fill("");
    }
    keep("who", session.who);
    if (session.joinable) keep("join", before);
    this.#consent();
    if (this.#line.running || session.conversation) this.#line.start();
  }

  /** The user signed out: nothing of the conversation stays on this device. */
  logout() {
    this.#line.stop();
    this.#provider = null;
    for (const item of this.#outbox.items()) this.#outbox.cancel(item.client_id);
    forgetAll();
    this.#composer.fill("");
    this.#sheet.close();
    this.#panel.answered("join");
    this.#anew();
    if (this.#panel.open) this.#begin();
  }

  /** @param {string} event  ready, open, close, message, unread, state, identity-expired @param {(detail: any) => void} run @returns {() => void} ends it */
  on(event, run) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(run);
    return () => this.#listeners.get(event).delete(run);
  }

  /** @param {string} tag  zh-Hans, zh-Hant or en */
  async setLanguage(tag) {
    const known = knownLanguage(tag);
    if (!known || known === language()) return;
    keep("language", known);
    await this.#speak(known);
    if (this.#begun) this.#outbox.add({ kind: "payload", text: t(`language.${known}`), payload: `/change_language{"language":"${SPOKEN[known]}"}` });
  }

  /** Shows a word of the page's own beside the launcher. @param {string} text @param {{once?: string}} [how]  once: not again under this name */
  showMessage(text, { once } = {}) {
    if (once && recall(`told.${once}`)) return;
    if (once) keep(`told.${once}`, "1");
    this.#panel.nudge(String(text).slice(0, 300));
  }

  #emit(event, detail) {
    for (const run of this.#listeners.get(event) ?? []) {
      try { run(detail); } catch (problem) { reportError(problem); }
    }
    // An app that shows this page in a WebView hears the same.
    const said = JSON.stringify({ event, detail });
    window.SupportChatApp?.postMessage?.(said);
    window.webkit?.messageHandlers?.supportChat?.postMessage(said);
  }

  // Beginning and ending

  async #opened() {
    this.#emit("open");
    this.#composer.focusGently();
    this.#unread.show();
    await this.#begin();
  }

  /** @param {string} [ticket] */
  async #begin(ticket) {
    this.#active();
    this.#outbox.restore();
    this.#begun = true;
    try {
      await this.#contract.open(ticket ? { case: ticket } : {});
      this.#line.start();
      this.#consent();
      if (ticket) this.#showSheet();
    } catch (problem) {
      if (problem.status === 401) this.#lost();
      else if (!this.#contract.shut) {
        this.#connection.link(false);
        this.#line.start();
      }
    }
  }

  /** Another conversation is shown from now on. */
  #anew() {
    this.#view.clear();
    this.#serverLanguage = "";
    this.#heard({ owner: "bot" });
    this.#unread.clear();
    if (this.#begun) this.#outbox.restore();
    this.#line.restart();
  }

  #consent() {
    const join = recall("join");
    if (!join) return;
    const done = () => forget("join");
    this.#panel.ask("join", "join.ask", {}, [
      ["join.yes", () => { done(); this.#contract.open({ join }).catch(() => this.#composer.say("unavailable")); }],
      ["join.no", done],
    ]);
  }

  #lost() {
    this.#line.stop();
    this.#connection.say("signed_out");
  }

  // What comes

  #message(message) {
    if (message.client_id) this.#outbox.settle(message.client_id);
    const fresh = this.#view.add(message);
    if (message.author === "user") return;
    this.#view.typing(false);
    this.#unread.add(message.seq, fresh);
    if (!fresh) return;
    this.#emit("message", { author: message.author, seq: message.seq });
    this.#active();
  }

  #heard(state) {
    this.#state = state;
    if (state.seen) this.#view.seen(state.seen);
    // Followed only when it changes there (the visitor asked the bot to switch), so that a late echo undoes no choice.
    if (this.#serverLanguage && state.language && state.language !== this.#serverLanguage && state.language !== language()) {
      keep("language", state.language);
      this.#speak(state.language);
    }
    this.#serverLanguage = state.language;
    this.#telegram.heard(state.telegram);
    this.#showState();
    this.#sheet.refresh();
    this.#emit("state", { owner: state.owner, ticket: state.ticket });
  }

  #showState() {
    const { owner, position, ticket, wait } = this.#state;
    const waiting = owner === "waiting";
    let line = t(waiting && position ? "status.waiting_position" : `status.${owner}`, { n: position });
    if (waiting && wait) line += ` · ${t("status.wait", { low: wait[0], high: wait[1] })}`;
    this.#panel.say(line, ticket);
    this.#panel.panel.dataset.owner = owner;
    this.#composer.show(owner, this.#state.case);
  }

  // What the visitor does

  #press(title, payload) {
    this.#outbox.add({ kind: "payload", text: t(title), payload });
    this.#composer.focusGently();
  }

  #again(item) {
    const file = this.#outbox.file(item.client_id);
    this.#outbox.cancel(item.client_id);
    if (item.kind !== "file") this.#outbox.add({ kind: item.kind, text: item.text, payload: item.payload });
    else if (file) this.#composer.files([file]);
    else this.#composer.chooser.click();
  }

  async #download(path, name) {
    try {
      save(await this.#contract.fetchBlob(path), name);
    } catch (problem) {
      this.#composer.say(problem.code ?? "unavailable");
    }
  }

  #showSheet() {
    this.#behindSheet(true);
    if (this.#page && !history.state?.sheet) {
      history.pushState({ sheet: true }, "");
      addEventListener("popstate", () => this.#sheet.close(), { once: true });
    }
    this.#sheet.show();
  }

  #sheetClosed() {
    this.#behindSheet(false);
    if (this.#page && history.state?.sheet) history.back();
    if (!this.#composer.sheet.hidden) this.#composer.sheet.focus();
  }

  #behindSheet(inert) {
    this.#composer.element.inert = this.#view.element.inert = inert;
  }

  #active() {
    keep("active", Date.now());
  }

  /** Speaks a language; keeps trying while its words cannot be had. */
  async #speak(tag) {
    try {
      await loadWords(this.#contract.base, tag);
    } catch {
      setTimeout(() => this.#speak(tag), RETRY_MS);
      return;
    }
    writeWords(this.#panel.root);
    for (const part of [this.#panel, this.#composer, this.#view, this.#connection]) part.relabel();
    this.#showState();
    this.#sheet.refresh();
  }
}
