/** The lists on the left: views with their counts, filters, search, rows. It opens nothing itself. */
import { byId, make, options } from "./dom.js";
import { ago, left, t } from "./words.js";
import { call } from "./server.js";

export const VIEWS = ["mine", "unassigned", "all", "closed"];
const PRIORITIES = ["urgent", "high", "normal", "low"];
const TYPING_MS = 200;
const TOGETHER_MS = 400;

export class List {
  /** @param {{open(number: string): void, counted(counts: any): void}} on @param {any} start */
  constructor(on, start) {
    this.on = on;
    this.start = start;
    this.view = start.me.may.includes("work_desk") ? "mine" : "all";
    this.queue = "";
    this.rows = [];
    this.opened = "";
    this.asked = 0;
    this.titles = Object.fromEntries(start.queues.map(({ name, title }) => [name, title]));
    this.ul = byId("tickets");
    byId("more").addEventListener("click", () => this.load(true));
    byId("search").addEventListener("input", () => { clearTimeout(this.typing); this.typing = setTimeout(() => this.load(), TYPING_MS); });
    byId("queue").addEventListener("change", () => { this.queue = byId("queue").value; this.load(); });
    byId("priority").addEventListener("change", () => this.load());
    this.ul.addEventListener("click", (event) => {
      const number = event.target.closest("button[data-number]")?.dataset.number;
      if (number) this.on.open(number);
    });
    setInterval(() => this.#clocks(), 10_000);
    this.words();
  }

  words() {
    options(byId("queue"), [{ value: "", text: t("queue.all") }, ...this.start.queues.map(({ name, title }) => ({ value: name, text: title }))], this.queue);
    options(byId("priority"), [{ value: "", text: `${t("filter.priority")}: ${t("filter.any")}` }, ...PRIORITIES.map((value) => ({ value, text: t(`priority.${value}`) }))], byId("priority").value);
    this.#views(this.counts ?? { queues: {} });
    this.#title();
  }

  /** @param {string} view @param {string} [queue] */
  show(view, queue = "") {
    this.view = view;
    this.queue = queue;
    byId("queue").value = queue;
    byId("search").value = "";
    this.load();
  }

  /** Something changed: reads the list again, soon and together. */
  stale() {
    this.waiting ??= setTimeout(() => { this.waiting = null; this.load(false, true); }, TOGETHER_MS);
  }

  /** @param {boolean} [more] the next page @param {boolean} [quiet] nobody asked for it */
  async load(more = false, quiet = false) {
    const asked = ++this.asked;
    const text = byId("search").value.trim();
    const query = new URLSearchParams({ view: this.view, queue: this.queue, priority: byId("priority").value, q: text });
    if (more) query.set("after", this.rows.at(-1)?.number ?? "");
    if (quiet) query.set("quiet", "1");
    let found;
    try {
      found = await call(`tickets?${query}`);
    } catch {
      return; // the banner says that the connection is gone; the next change reads again
    }
    if (asked !== this.asked) return;
    this.rows = more ? [...this.rows, ...found.tickets] : found.tickets;
    this.#draw(found.more, text);
    this.counts = found.counts;
    this.#views(found.counts);
    this.#title(text);
    this.on.counted(found.counts);
  }

  /** Marks the open ticket. @param {string} number */
  mark(number) {
    this.opened = number;
    for (const button of this.ul.querySelectorAll("button[data-number]")) {
      if (button.dataset.number === number) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** The number of the ticket before or after the open one. @param {number} step */
  beside(step) {
    const at = this.rows.findIndex((row) => row.number === this.opened);
    const to = at < 0 ? (step > 0 ? 0 : -1) : at + step;
    return this.rows[to]?.number;
  }

  focus(number) { this.ul.querySelector(`button[data-number="${CSS.escape(number)}"]`)?.focus(); }

  #title(text = "") {
    byId("list-title").textContent = text ? t("search.results") : this.queue ? this.titles[this.queue] ?? this.queue : t(`view.${this.view}`);
  }

  #views(counts) {
    const item = (text, n, current, run, label = "") => {
      const row = make("li");
      const button = make("button", "view");
      button.type = "button";
      button.append(make("span", "view-name", text));
      if (n) button.append(make("span", "count", String(n)));
      if (label) button.setAttribute("aria-label", label);
      if (current) button.setAttribute("aria-current", "true");
      button.addEventListener("click", run);
      row.append(button);
      return row;
    };
    const searching = Boolean(byId("search").value.trim());
    byId("views").replaceChildren(...VIEWS.map((view) =>
      item(t(`view.${view}`), view === "closed" ? 0 : counts[view], !searching && !this.queue && this.view === view, () => this.show(view))));
    const mine = this.start.me.queues;
    const queues = this.start.queues.filter(({ name }) => !mine.length || mine.includes(name));
    byId("queues").replaceChildren(...queues.map(({ name, title }) =>
      item(title, counts.queues[name], !searching && this.queue === name, () => this.show("all", name))));
  }

  #draw(more, text) {
    const focused = document.activeElement?.closest?.("#tickets button")?.dataset.number;
    const kept = new Map([...this.ul.children].map((row) => [row.dataset.number, row]));
    const rows = this.rows.map((row) => {
      const shape = JSON.stringify(row);
      const old = kept.get(row.number);
      if (old?.shape === shape) return old;
      const made = this.#row(row);
      made.shape = shape;
      return made;
    });
    this.ul.replaceChildren(...rows);
    this.ul.setAttribute("aria-busy", "false");
    this.mark(this.opened);
    if (focused) this.focus(focused);
    byId("more").hidden = !more;
    byId("empty").hidden = rows.length > 0;
    byId("empty").textContent = t(text ? "empty.search" : `empty.${this.view}`);
    this.#clocks();
  }

  #row(row) {
    const item = make("li");
    item.dataset.number = row.number;
    const button = make("button", `ticket ${row.priority}`);
    button.type = "button";
    button.dataset.number = row.number;
    const head = make("span", "ticket-head");
    const wants = row.last?.author === "user" && ["open", "taken"].includes(row.state);
    if (wants) button.classList.add("wants");
    head.append(make("span", `dot ${row.priority}`), make("span", "visually-hidden", `${t(`priority.${row.priority}`)} `), make("b", "ticket-title", row.title || row.number), make("span", "ago", ago(row.last?.at ?? row.created)));
    const preview = make("span", "preview");
    if (row.last) preview.textContent = `${row.last.author === "user" ? "" : `${t(`author.${row.last.author}`)}: `}${row.last.text || (row.last.file ? t("file.short") : "")}`;
    const foot = make("span", "ticket-foot");
    foot.append(make("span", "number", row.number));
    if (row.due) {
      const clock = make("span", "clock");
      clock.due = row.due;
      foot.append(clock);
    }
    foot.append(make("span", "who", row.state === "taken" ? row.assignee?.alias ?? "" : row.offered?.id === this.start.me.id ? t("offered.you") : row.state === "open" ? this.titles[row.queue] ?? row.queue : t(`state.${row.state}`)));
    button.append(head, preview, foot);
    item.append(button);
    return item;
  }

  #clocks() {
    for (const clock of this.ul.querySelectorAll(".clock")) {
      const now = left(clock.due);
      clock.textContent = now?.text ?? "";
      clock.className = `clock ${now?.level ?? ""}`;
    }
  }
}
