/** Questions before a deed: whom to give a ticket to, why it ends, what to ask for; and the list of shortcuts. Each returns what was chosen, or null. */
import { button, byId, make } from "./dom.js";
import { call } from "./server.js";
import { t } from "./words.js";

const dialog = byId("dialog");
let settle = () => {};
// The event comes late: by then the next question may be open, and it is not that one's answer.
dialog.addEventListener("close", () => { if (!dialog.open) settle(null); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

/** @template V @param {string} title @param {(done: (value: V) => void) => Node[]} fill @returns {Promise<V|null>} */
function ask(title, fill) {
  return new Promise((resolve) => {
    if (dialog.open) dialog.close();
    settle = (value) => { settle = () => {}; resolve(value); };
    const done = (value) => { const answer = settle; settle = () => {}; dialog.close(); answer(value); };
    const head = make("header");
    const heading = make("h2", "", title);
    heading.id = "dialog-title";
    const close = button("×", () => dialog.close(), "icon");
    close.setAttribute("aria-label", t("close"));
    head.append(heading, close);
    const body = make("div", "dialog-body");
    body.append(...fill(done));
    dialog.replaceChildren(head, body);
    dialog.showModal();
    (body.querySelector("[autofocus]") ?? body.querySelector("input, button"))?.focus();
    keys(body);
  });
}

/** Arrows move between the choices of a dialog. */
function keys(body) {
  body.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = [...body.querySelectorAll("button:not([disabled]), input")];
    const at = all.indexOf(document.activeElement);
    all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.focus();
    event.preventDefault();
  });
}

function choices(rows, done) {
  const list = make("ul", "choices");
  for (const { value, text, hint = "", disabled = false, lamp = "" } of rows) {
    const row = make("li");
    const choose = button("", () => done(value), "choice");
    if (lamp) choose.append(make("i", `lamp ${lamp}`));
    choose.append(make("span", "", text));
    if (hint) choose.append(make("span", "hint", hint));
    choose.disabled = disabled;
    row.append(choose);
    list.append(row);
  }
  return list;
}

/** @param {string} text */
export const confirm = (text) => ask(text, (done) => {
  const row = make("div", "confirm");
  const yes = button(t("confirm"), () => done(true), "primary");
  yes.autofocus = true;
  row.append(button(t("cancel"), () => dialog.close(), "tool"), yes);
  return [row];
});

/** @param {any} ticket @param {{name: string, title: string}[]} queues @param {number} me @returns {Promise<{queue: string}|{to: number}|null>} */
export async function transfer(ticket, queues, me) {
  const { people } = await call("people");
  return ask(t("transfer.title", { number: ticket.number }), (done) => [
    make("h3", "", t("transfer.person")),
    choices(people.filter(({ id }) => id !== ticket.assignee?.id).map((one) => ({
      value: { to: one.id }, text: one.alias + (one.id === me ? ` (${t("author.you")})` : ""), lamp: one.presence,
      hint: `${t(`presence.${one.presence}`)} · ${t("transfer.holds", { n: one.held, most: one.at_once })}`,
    })), done),
    make("h3", "", t("transfer.queue")),
    choices(queues.filter(({ name }) => name !== ticket.queue || ticket.state === "taken").map(({ name, title }) => ({ value: { queue: name }, text: title })), done),
  ]);
}

/** @param {string} number @param {string[]} reasons @returns {Promise<string|null>} */
export const resolve = (number, reasons) => ask(t("resolve.title", { number }), (done) => [
  make("p", "hint", t("resolve.explain")),
  choices(reasons.map((reason) => ({ value: reason, text: t(`resolution.${reason}`) })), done),
]);

/** @param {any} ticket @returns {Promise<string|null>} the field's name */
export const field = (ticket) => ask(t("ask.title"), (done) => {
  const missing = new Set(ticket.missing.map(({ name }) => name));
  const rows = [...ticket.askable].sort((a, b) => missing.has(b.name) - missing.has(a.name));
  return [make("p", "hint", t("ask.explain")), choices(rows.map(({ name, label }) => ({ value: name, text: label, hint: missing.has(name) ? t("side.missing") : "" })), done)];
});

/** @param {any} ticket @returns {Promise<string|null>} the other ticket's number */
export const merge = (ticket) => ask(t("merge.title", { number: ticket.number }), (done) => {
  const form = make("form", "inline");
  const label = make("label", "", t("merge.number"));
  const input = make("input");
  input.placeholder = "TK-";
  input.maxLength = 12;
  input.autofocus = true;
  label.append(input);
  const go = make("button", "primary", t("merge"));
  form.append(label, go);
  form.addEventListener("submit", (event) => { event.preventDefault(); if (input.value.trim()) done(input.value.trim()); });
  return [make("p", "hint", t("merge.explain")), choices(ticket.others.filter(({ state }) => state !== "merged").map((other) => ({
    value: other.number, text: other.number, hint: `${other.title} · ${t(`state.${other.state}`)}` })), done), form];
});

/** @param {{text: string, run: () => void}[]} deeds @returns {Promise<void>} */
export async function menu(deeds) {
  const chosen = await ask(t("actions"), (done) => [choices(deeds.map((deed) => ({ value: deed, text: deed.text })), done)]);
  chosen?.run();
}

/** @param {any[]} notices @param {(number: string) => void} open @param {(id: number) => void} seen */
export const notices = (notices, open, seen) => ask(t("notices"), (done) => {
  if (!notices.length) return [make("p", "hint", t("notices.none"))];
  const list = make("ul", "plain notices");
  for (const notice of notices) {
    const row = make("li");
    row.append(make("span", "", t(`notice.${notice.kind}`)), make("span", "hint", notice.ago));
    if (notice.number) row.append(button(notice.number, () => { done(null); open(notice.number); }, "link"));
    row.append(button(t("notice.done"), () => { row.remove(); seen(notice.id); }, "tool"));
    list.append(row);
  }
  return [list];
});

/** @param {[string, string][]} shortcuts keys and what they do */
export const help = (shortcuts) => ask(t("help"), () => {
  const table = make("dl", "keys");
  for (const [keys, text] of shortcuts) {
    const term = make("dt");
    term.append(...keys.split(" ").map((key) => make("kbd", "", key)));
    table.append(term, make("dd", "", text));
  }
  return [table];
});

export const isOpen = () => dialog.open;
