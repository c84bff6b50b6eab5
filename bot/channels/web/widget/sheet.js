/**
 * The case sheet: what the support team will need, what is there and what is missing, each line editable, and a description to copy
 * or correct. The server reads every value (bot/channels/web/case.py); this only shows them.
 *
 * @typedef {{name: string, label: string, value: string, missing: boolean, editable: boolean, hint: string, max: number}} Field
 * @typedef {{title: string, ticket: string|null, fields: Field[], files: number, description: string, editable: boolean}} Case
 */
import { fill, icon, make } from "./dom.js";
import { language, reason, t } from "./words.js";

export class Sheet {
  #open = "";
  #drawn = "";

  /**
   * @param {import("./contract.js").Contract} contract
   * @param {{closed(): void, attach(): void}} on
   */
  constructor(contract, on) {
    Object.assign(this, { contract, on });
    this.body = make("div", { class: "sheet-body" });
    this.element = make(
      "section", { class: "sheet", hidden: true, "data-label": "sheet.title" },
      make("div", { class: "sheet-head" },
        make("button", { class: "icon", "data-label": "back", onclick: () => this.close() }, icon("back")),
        make("h3", { "data-text": "sheet.title" })),
      this.body);
  }

  get open() {
    return !this.element.hidden;
  }

  async show() {
    this.element.hidden = false;
    this.element.querySelector("button").focus();
    await this.refresh();
  }

  close() {
    if (!this.open) return;
    this.element.hidden = true;
    this.#open = "";
    this.on.closed();
  }

  /** Reads the case again, unless the visitor is editing a line of it. */
  async refresh() {
    if (!this.open || this.#open || this.body.contains(this.#focused()) && this.#focused().tagName === "TEXTAREA") return;
    try {
      this.#draw(await this.contract.authorised("/api/case"));
    } catch (problem) {
      this.#drawn = "";
      fill(this.body, make("p", { class: "problem", role: "alert", text: reason(problem.code ?? "unavailable", { n: problem.retryAfter }) }));
    }
  }

  #focused() {
    return this.element.getRootNode().activeElement;
  }

  /** @param {Case} found */
  #draw(found) {
    const all = JSON.stringify([found, language()]);
    if (all === this.#drawn) return;
    this.#drawn = all;
    const missing = found.fields.filter((field) => field.missing).length + !found.files;
    fill(this.body, make("p", { class: "case" }, make("b", { text: found.title || t("sheet.none") }), found.ticket && make("span", { class: "ticket", text: found.ticket })),
      make("p", { class: "quiet", text: t(missing ? "sheet.missing" : "sheet.complete", { n: missing }) }),
      make("ul", { class: "fields" }, ...found.fields.map((field) => this.#row(field)), this.#pictures(found.files)),
      found.description && this.#description(found));
  }

  #row(field) {
    const row = make("li", { class: field.missing ? "missing" : "", "data-field": field.name });
    const value = make("span", { class: "value", text: field.value || t(field.missing ? "sheet.not_yet" : "sheet.declined") });
    const show = () => {
      this.#open = "";
      fill(row, make("span", { class: "label", text: field.label }), value,
        field.editable && make("button", {
          class: "icon small", "aria-label": t(field.value ? "sheet.edit" : "sheet.add", { label: field.label }), onclick: () => this.#edit(row, field, show),
        }, icon("pencil")));
    };
    show();
    return row;
  }

  #edit(row, field, back) {
    this.#open = field.name;
    const input = make("input", { type: "text", value: field.value, maxlength: field.max, "aria-label": field.label, autocomplete: "off", "aria-describedby": `why-${field.name}` });
    const why = make("p", { class: "hint", id: `why-${field.name}`, role: "status", text: field.hint });
    const cancel = () => { back(); row.querySelector("button")?.focus(); };
    const form = make(
      "form", { onsubmit: async (event) => {
        event.preventDefault();
        if (await this.#save({ [field.name]: input.value }, why)) this.element.querySelector(`[data-field="${field.name}"] button`)?.focus();
        else { input.setAttribute("aria-invalid", "true"); input.focus(); }
      }, onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); cancel(); } } },
      make("span", { class: "label", text: field.label }), input, why,
      make("div", { class: "answers" },
        make("button", { type: "submit", class: "primary", text: t("save") }),
        make("button", { text: t("cancel"), onclick: cancel })));
    fill(row, form);
    input.focus();
  }

  async #save(fields, why) {
    try {
      const found = await this.contract.authorised("/api/case", { json: { fields } });
      this.#open = "";
      this.#draw(found);
      return true;
    } catch (problem) {
      why.textContent = problem.said || reason(problem.code ?? "unavailable", { n: problem.retryAfter });
      why.classList.add("bad");
      return false;
    }
  }

  #pictures(count) {
    return make("li", { class: count ? "" : "missing" },
      make("span", { class: "label", text: t("sheet.pictures") }),
      make("span", { class: "value", text: count ? t("sheet.pictures_n", { n: count }) : t("sheet.not_yet") }),
      make("button", { class: "icon small", "aria-label": t("attach"), onclick: () => this.on.attach() }, icon("clip")));
  }

  #description(found) {
    const text = make("textarea", { rows: 6, "aria-label": t("sheet.description"), maxlength: 500 });
    text.value = found.description;
    const said = make("p", { class: "hint", role: "status" });
    const tell = (key) => { said.classList.remove("bad"); said.textContent = t(key); };
    return make("div", { class: "description" },
      make("h4", { text: t("sheet.description") }), make("p", { class: "quiet", text: t("sheet.description_why") }), text,
      make("div", { class: "answers" },
        found.editable && make("button", { class: "primary", text: t("sheet.use"), onclick: async () => {
          if (await this.#save({ problem: text.value }, said)) this.body.querySelector(".description .hint").textContent = t("sheet.used");
        } }),
        make("button", { text: t("copy"), onclick: async () => {
          try {
            await navigator.clipboard.writeText(text.value);
          } catch {
            text.select();
            document.execCommand("copy");
          }
          tell("copied");
        } })),
      said);
  }
}
