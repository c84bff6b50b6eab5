/** The box an agent writes in: replies and private notes, drafts, ready answers, files. What is sent goes through the outbox. */
import { byId, make, toast } from "./dom.js";
import { call, Refused } from "./server.js";
import { t } from "./words.js";

const LIMIT = 10_000;
const TYPING_EVERY_MS = 3000;
const FILE_BYTES = 10 * 1024 * 1024;
const GAP = /\[[^\[\]\n]{1,30}\]/;

export class Compose {
  /** @param {{send(kind: "reply"|"note", text: string): void, typing(on: boolean): void, ask(): void, take(): void}} on */
  constructor(on) {
    this.on = on;
    this.kind = "reply";
    this.ticket = null;
    this.canned = [];
    this.text = byId("text");
    this.text.addEventListener("input", () => this.#changed());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    byId("compose").addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    byId("tab-reply").addEventListener("click", () => this.write("reply"));
    byId("tab-note").addEventListener("click", () => this.write("note"));
    byId("ask").addEventListener("click", () => this.on.ask());
    byId("canned-open").addEventListener("click", () => this.openCanned());
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", () => this.#attach(byId("file").files));
    this.text.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) { event.preventDefault(); this.#attach(event.clipboardData.files); }
    });
  }

  /** @param {any} ticket @param {{work: boolean}} rights */
  show(ticket, rights) {
    const another = this.ticket?.number !== ticket.number;
    this.ticket = ticket;
    this.rights = rights;
    if (another) {
      this.canned = [];
      this.#hideCanned();
      this.kind = ticket.mine || ticket.live && rights.work ? "reply" : "note";
      this.text.value = sessionStorage.getItem(this.#draftKey()) ?? "";
      this.#grow();
    }
    const stop = byId("stop");
    stop.replaceChildren();
    const why = !rights.work ? t("compose.read_only") : this.kind === "note" || ticket.mine ? "" : !ticket.live ? t("compose.closed")
      : ticket.assignee ? t("compose.with", { name: ticket.assignee.alias }) : t("compose.take_first");
    stop.hidden = !why;
    stop.append(why);
    if (why && rights.work && ticket.live) {
      const take = make("button", "primary small", t(ticket.assignee ? "take_over" : "take"));
      take.type = "button";
      take.addEventListener("click", () => this.on.take());
      stop.append(take);
    }
    const open = rights.work && !why;
    byId("compose").classList.toggle("note", this.kind === "note");
    byId("tab-reply").setAttribute("aria-pressed", String(this.kind === "reply"));
    byId("tab-note").setAttribute("aria-pressed", String(this.kind === "note"));
    this.text.hidden = !open;
    byId("compose").querySelector(".tools").hidden = !open;
    this.text.setAttribute("aria-labelledby", `tab-${this.kind}`);
    this.text.placeholder = t(`compose.${this.kind}.hint`);
    byId("send").textContent = t(this.kind === "note" ? "send.note" : "send");
    for (const id of ["canned-open", "ask", "attach"]) byId(id).hidden = this.kind === "note";
    byId("awaiting").textContent = ticket.awaiting ? t("ask.awaiting", { field: ticket.askable.find(({ name }) => name === ticket.awaiting)?.label ?? ticket.awaiting }) : "";
    this.#count();
  }

  /** @param {"reply"|"note"} kind */
  write(kind) {
    if (!this.ticket) return;
    if (this.kind !== kind) {
      this.#keep();
      this.kind = kind;
      this.text.value = sessionStorage.getItem(this.#draftKey()) ?? "";
      this.#problem("");
      this.#grow();
      this.show(this.ticket, this.rights);
    }
    if (!this.text.hidden) this.text.focus();
  }

  /** Puts a text back that was refused. @param {any} item */
  edit(item) {
    this.write(item.kind);
    this.text.value = item.text + (this.text.value ? `\n${this.text.value}` : "");
    this.#changed();
  }

  async openCanned() {
    this.write("reply");
    if (this.text.hidden) return;
    if (!this.text.value.startsWith("/")) this.text.value = `/${this.text.value}`;
    this.text.focus();
    await this.#changed();
  }

  async #changed() {
    this.#keep();
    this.#grow();
    this.#count();
    this.#problem("");
    this.confirmed = false;
    if (this.kind === "reply") {
      const at = Date.now();
      if (this.text.value && !this.text.value.startsWith("/") && at - (this.typed ?? 0) > TYPING_EVERY_MS) {
        this.typed = at;
        this.on.typing(true);
      } else if (!this.text.value && this.typed) this.#rest();
      await this.#suggest();
    }
  }

  #rest() {
    if (this.typed) this.on.typing(false);
    this.typed = 0;
  }

  async #suggest() {
    if (!this.#asked()) { this.#hideCanned(); return; }
    const number = this.ticket.number;
    if (!this.canned.length) {
      try {
        this.loading ??= call(`tickets/${number}/canned`).finally(() => { this.loading = null; });
        this.canned = (await this.loading).canned;
      } catch (error) {
        this.#problem(error.message);
        return;
      }
      if (number !== this.ticket.number) { this.canned = []; return; }
    }
    const asked = this.#asked(); // what is in the box now: it went on being written while the answers came
    if (!asked) return;
    const typed = asked[1];
    const wanted = typed.trim().toLowerCase();
    const fitting = this.canned.filter(({ name, title, text }) => !wanted || [name, title, text].some((part) => part.toLowerCase().includes(wanted)));
    const list = byId("canned");
    list.replaceChildren(...(fitting.length ? fitting : [null]).map((answer, at) => {
      const row = make("li", "", answer ? "" : t("canned.none"));
      row.setAttribute("role", "option");
      row.id = `canned-${at}`;
      if (answer) {
        row.append(make("b", "", answer.title), make("span", "shortcut", `/${answer.name}`), make("span", "preview", answer.text));
        row.answer = answer;
        row.addEventListener("pointerdown", (event) => { event.preventDefault(); this.#insert(answer); });
      }
      return row;
    }));
    list.hidden = false;
    this.text.setAttribute("aria-controls", "canned");
    this.#point(0);
  }

  /** What is typed behind a slash at the beginning, if anything. */
  #asked() { return this.text.value.match(/^\/([^\n]{0,30})$/); }

  #point(at) {
    const rows = [...byId("canned").children];
    this.pointed = Math.max(0, Math.min(at, rows.length - 1));
    rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === this.pointed)));
    rows[this.pointed]?.scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", rows[this.pointed]?.id ?? "");
  }

  #insert(answer) {
    this.text.value = answer.text;
    this.#hideCanned();
    this.#changed();
    const gap = answer.text.match(GAP);
    if (gap) this.text.setSelectionRange(gap.index, gap.index + gap[0].length);
    this.text.focus();
  }

  #hideCanned() {
    byId("canned").hidden = true;
    this.text.removeAttribute("aria-activedescendant");
    this.text.removeAttribute("aria-controls");
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
    if (!byId("canned").hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); this.#point(this.pointed + (event.key === "ArrowDown" ? 1 : -1)); return; }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.text.value = ""; this.#changed(); return; }
      if (event.key === "Enter" || event.key === "Tab") {
        const chosen = byId("canned").children[this.pointed]?.answer;
        if (chosen) { event.preventDefault(); this.#insert(chosen); return; }
      }
    }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#send(); }
  }

  #send() {
    const text = this.text.value.trim();
    if (!text || this.text.hidden) return;
    const over = [...text].length - LIMIT;
    if (over > 0) { this.#problem(t("compose.over", { n: over })); return; }
    const gap = this.kind === "reply" && this.#templateGap(text);
    if (gap && !this.confirmed) {
      this.confirmed = true;
      this.#problem(t("compose.gap", { gap }));
      return;
    }
    this.text.value = "";
    this.#changed();
    this.#rest();
    this.on.send(this.kind, text);
  }

  /** A gap that a ready answer left: `[交易哈希]`. Other brackets are the agent's own. */
  #templateGap(text) {
    const labels = new Set(this.ticket.askable.map(({ label }) => `[${label}]`));
    return this.canned.some((answer) => answer.text.match(GAP)) ? text.match(GAP)?.[0] : [...labels].find((label) => text.includes(label));
  }

  async #attach(files) {
    const number = this.ticket.number;
    for (const file of [...files]) {
      if (file.size > FILE_BYTES) { toast(t("error.file_too_large"), true); continue; }
      const client = `a-${crypto.randomUUID()}`;
      for (let tries = 0; ; tries += 1) {
        const form = new FormData();
        form.set("client_id", client);
        form.set("file", file);
        try {
          await call(`tickets/${number}/files`, { method: "POST", body: form });
          break;
        } catch (error) {
          if (error instanceof Refused && error.passing && tries < 4) { await new Promise((done) => setTimeout(done, 1000 * (tries + 1))); continue; }
          toast(`${file.name}: ${error.message}`, true);
          break;
        }
      }
    }
    byId("file").value = "";
  }

  #draftKey() { return `desk.draft.${this.ticket.number}.${this.kind}`; }

  #keep() {
    if (!this.ticket) return;
    if (this.text.value) sessionStorage.setItem(this.#draftKey(), this.text.value);
    else sessionStorage.removeItem(this.#draftKey());
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 220)}px`;
  }

  #count() {
    const over = this.text.value.length > LIMIT - 500 ? [...this.text.value].length - LIMIT : -500;
    byId("counter").textContent = over > 0 ? t("compose.over", { n: over }) : over > -500 ? `${LIMIT + over} / ${LIMIT}` : "";
    byId("counter").classList.toggle("over", over > 0);
  }

  #problem(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = !text;
  }
}
