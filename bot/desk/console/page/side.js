/** Beside the conversation: clock, summary, priority, fields known and missing, what was tried, other tickets. */
import { button, byId, make, toast } from "./dom.js";
import { ago, clock, left, t } from "./words.js";

export class Side {
  /** @param {{ask(field: string): void, open(number: string): void, seen(id: number): void}} on @param {Record<string, string>} queues titles */
  constructor(on, queues) {
    this.on = on;
    this.queues = queues;
    this.root = byId("side");
    setInterval(() => this.#tick(), 10_000);
  }

  /** @param {any} ticket @param {{work: boolean}} rights */
  show(ticket, rights) {
    const may = rights.work && ticket.mine;
    const parts = [
      this.#clock(ticket),
      ticket.summary && section(t("side.summary"), make("p", "summary", ticket.summary)),
      this.#priority(ticket),
      ticket.incident && section(t("side.incident"), make("p", "line", t("side.incident_open", { number: ticket.incident.number, count: ticket.incident.open }))),
      this.#fields(ticket, may),
      this.#missing(ticket, may),
      section(t("side.tried"), list(ticket.tried.map((step) => make("li", "", step)), t("side.no_tried"))),
      this.#about(ticket),
      ticket.others.length && section(t("side.others"), list(ticket.others.map((other) => this.#other(other)), "")),
    ];
    const scroll = this.root.scrollTop;
    this.root.replaceChildren(...parts.filter(Boolean));
    this.root.scrollTop = scroll;
    this.#tick();
  }

  #clock(ticket) {
    const box = make("div", "clock-box");
    const running = make("p", "clock big");
    running.due = ticket.due;
    box.append(running);
    if (ticket.due) box.append(make("p", "hint", `${t(`clock.${ticket.due.kind}`)} · ${t("clock.due", { at: clock(ticket.due.due) })}`));
    return section(t("side.clock"), box);
  }

  #priority(ticket) {
    const head = make("p", "line");
    head.append(make("span", `badge ${ticket.priority}`, t(`priority.${ticket.priority}`)));
    return section(t("side.priority"), head, list(ticket.reasons.map(({ text }) => make("li", "", text)), ""));
  }

  #fields(ticket, may) {
    const table = make("dl", "fields");
    for (const field of ticket.fields) {
      const value = make("dd");
      if (field.declined) value.append(make("em", "", t("side.declined")));
      else {
        const shown = make("span", field.value.length > 30 && !field.value.includes(" ") ? "value long" : "value", field.value);
        shown.title = t(`source.${field.source}`);
        value.append(shown, button(t("copy"), () => copy(field.value), "copy"));
        if (field.said) value.append(make("span", "said", t("side.said", { said: field.said })));
        if (field.source === "verified") value.append(make("span", "verified", t("source.verified")));
      }
      if (may && field.declined) value.append(button(t("ask.one"), () => this.on.ask(field.name), "copy"));
      table.append(make("dt", "", field.label), value);
    }
    return ticket.fields.length ? section(t("side.fields"), table) : null;
  }

  #missing(ticket, may) {
    const rows = ticket.missing.map(({ name, label }) => {
      const row = make("li", "missing", label);
      if (ticket.awaiting === name) row.append(make("span", "waiting", t("ask.awaiting", { field: label })));
      else if (may) {
        const ask = button(t("ask.one"), () => this.on.ask(name), "copy");
        ask.setAttribute("aria-label", `${t("ask.one")}: ${label}`);
        row.append(ask);
      }
      return row;
    });
    return section(t("side.missing"), list(rows, t("side.nothing_missing")));
  }

  #about(ticket) {
    const table = make("dl", "fields");
    const row = (label, ...value) => { const dd = make("dd"); dd.append(...value); table.append(make("dt", "", label), dd); };
    row(t("about.assignee"), ticket.assignee?.alias ?? (ticket.offered ? t("offered", { name: ticket.offered.alias }) : t("about.nobody")));
    row(t("about.queue"), this.queues[ticket.queue] ?? ticket.queue);
    if (ticket.level !== "desk") row(t("about.level"), t(`level.${ticket.level}`));
    row(t("about.channel"), t(`channel.${ticket.channel}`));
    row(t("about.language"), t(`language.${ticket.language || "zh-Hans"}`));
    row(t("about.created"), `${clock(ticket.created)} · ${ago(ticket.created)}`);
    if (ticket.contact?.way) row(t("about.contact"), `${t(`contact.${ticket.contact.way}`)}${ticket.contact.address ? ` ${ticket.contact.address}` : ""}${ticket.contact.bounced ? ` (${t("contact.bounced", { address: ticket.contact.bounced })})` : ""}`);
    if (ticket.comparison.length) row(t("about.comparison"), ticket.comparison.join(" · "), make("span", "hint", ` ${t("about.comparison_hint")}`));
    if (ticket.reopened) row(t("about.reopened"), t("about.times", { n: ticket.reopened }));
    if (ticket.resolution) row(t("about.resolution"), t(`resolution.${ticket.resolution}`));
    if (ticket.score) row(t("about.score"), `${ticket.score} / 5`);
    if (ticket.merged_into) row(t("about.merged"), button(ticket.merged_into, () => this.on.open(ticket.merged_into), "link"));
    return section(t("side.about"), table);
  }

  #other(other) {
    const row = make("li");
    row.append(button(other.number, () => this.on.open(other.number), "link"), make("span", "hint", ` ${other.title} · ${t(`state.${other.state}`)} · ${clock(other.created)}`));
    return row;
  }

  #tick() {
    for (const element of this.root.querySelectorAll(".clock.big")) {
      const now = left(element.due);
      element.textContent = now?.text ?? t("side.no_clock");
      element.className = `clock big ${now?.level ?? "none"}`;
    }
  }
}

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch { /* the browser does not allow it: the text can be marked */ }
}

function section(title, ...content) {
  const made = make("section", "part");
  made.append(make("h2", "", title), ...content);
  return made;
}

function list(rows, otherwise) {
  if (!rows.length) return make("p", "hint", otherwise);
  const made = make("ul", "plain");
  made.append(...rows);
  return made;
}
