/** The console: joins lists, conversation, details and composer to the server. What may be done, and what it means, the server decides. */
import { button, byId, make, options, toast } from "./dom.js";
import { ago, apply, chooseLanguage, language, load, setNow, t } from "./words.js";
import { call, post, Refused, Stream } from "./server.js";
import { Outbox } from "./outbox.js";
import { List, VIEWS } from "./list.js";
import { Talk } from "./talk.js";
import { Side, copy } from "./side.js";
import { Compose } from "./compose.js";
import * as dialogs from "./dialogs.js";

const IDLE_MS = 10 * 60_000; // without a touch for so long somebody is away
const REFRESH_MS = 30_000; // should a note get lost, the list is right again after this
const WIDE = matchMedia("(min-width: 1180px)");

const [start] = await Promise.all([call("start").catch(goToLogin), load()]);
setNow(start.now);
const rights = { work: start.me.may.includes("work_desk"), supervise: start.me.may.includes("supervise_desk") };
const titles = Object.fromEntries(start.queues.map(({ name, title }) => [name, title]));
let ticket = null; // the open one, as the server last told
let opening = 0;
let signedOut = false;
let unread = 0;
let noticed = Infinity; // notices at the last look: more than that is news

const list = new List({ open: (number) => open(number), counted }, start);
const talk = new Talk({ edit: (item) => { outbox.drop(item); compose.edit(item); } });
const side = new Side({ ask: (field) => deed("ask", { field }), open: (number) => open(number) }, titles);
const compose = new Compose({
  send: (kind, text) => { talk.pending(outbox.add(ticket.number, kind, text)); },
  typing: (on) => { if (ticket?.mine) post(`tickets/${ticket.number}/typing`, { on }).catch(() => {}); },
  ask: askField,
  take,
});
const outbox = new Outbox(String(start.me.id), {
  changed: (item) => { if (item.number === ticket?.number) talk.pending(item); },
  refused: (item, error) => { toast(error.message, true); if (item.number === ticket?.number) { talk.pending(item); refresh(); } },
  sent: (item, answer) => {
    if (item.number !== ticket?.number) return;
    if (answer.note) talk.notes([answer.note]);
    else setTimeout(() => talk.settled(item.client_id), 4000); // the log's own message takes its place long before
  },
});
const stream = new Stream({ event: heard, up: (up) => banner(up ? "" : t("offline")), signedOut: ended });

words();
document.body.classList.toggle("narrow", !WIDE.matches);
WIDE.addEventListener("change", () => document.body.classList.toggle("narrow", !WIDE.matches));
await list.load();
stream.follow("", 0);
if (location.hash.startsWith("#TK-")) open(location.hash.slice(1), false);
setInterval(() => { if (!document.hidden) list.load(false, true); }, REFRESH_MS);
addEventListener("popstate", () => { const number = location.hash.slice(1); if (number) open(number, false); else pane("list"); });
document.body.dataset.ready = "";

// -- opening a ticket ---------------------------------------------------------------------------------

/** @param {string} number @param {boolean} [remember] */
async function open(number, remember = true) {
  const mine = ++opening;
  list.mark(number);
  let found, page;
  try {
    [found, page] = await Promise.all([call(`tickets/${number}?seen=1`), call(`tickets/${number}/messages`)]);
  } catch (error) {
    if (mine === opening) toast(error.message, true);
    return;
  }
  if (mine !== opening) return;
  ticket = found;
  if (remember && location.hash !== `#${number}`) history.pushState(null, "", `#${number}`);
  byId("nothing").hidden = true;
  byId("open").hidden = false;
  byId("side").hidden = document.body.classList.contains("no-side");
  talk.open(ticket, page, outbox.of(number));
  shown();
  stream.follow(number, talk.last);
  pane("talk");
}

/** The open ticket again, as it is now. */
async function refresh() {
  const number = ticket?.number;
  if (!number) return;
  let found;
  try {
    found = await call(`tickets/${number}`);
  } catch {
    return;
  }
  if (ticket?.number !== number) return;
  const had = ticket;
  ticket = found;
  if (had.mine && !ticket.mine && ticket.live) toast(ticket.assignee ? t("lost", { number, name: ticket.assignee.alias }) : t("gone", { number }));
  if (!had.mine && ticket.mine && !taking) toast(t("assigned", { number }));
  talk.notes(ticket.notes);
  shown();
}

function shown() {
  byId("talk-title").textContent = ticket.title || ticket.number;
  byId("talk-line").replaceChildren(make("span", "number", ticket.number), ` · ${t(`state.${ticket.state}`)}${ticket.state === "taken" ? ` · ${ticket.assignee?.alias ?? ""}` : ""}`);
  side.show(ticket, rights);
  compose.show(ticket, rights);
  deeds();
}

function deeds() {
  const shown = [];
  const add = (text, run, className = "tool") => shown.push(button(text, run, className));
  if (rights.work && ticket.live) {
    if (!ticket.mine) add(t(ticket.assignee ? "take_over" : "take"), take, "primary");
    if (ticket.mine) add(t("resolve"), resolve, "primary");
    add(t("transfer"), transfer);
  }
  const more = button("⋯", () => dialogs.menu(others()), "icon");
  more.setAttribute("aria-label", t("actions"));
  more.title = t("actions");
  byId("deeds").replaceChildren(...shown, more);
}

function others() {
  const rows = [{ text: t("copy_number"), run: () => copy(ticket.number) }];
  if (!rights.work || !ticket.live) return rows;
  rows.unshift({ text: t("transfer"), run: transfer }); // on a phone its button has no room
  if (ticket.mine || rights.supervise) {
    rows.unshift({ text: t("return"), run: giveBack });
    if (ticket.state === "taken") rows.unshift({ text: t("release"), run: () => deed("release") });
  }
  if (ticket.mine) rows.unshift({ text: t("ask"), run: askField });
  rows.push({ text: t("merge"), run: merge });
  return rows;
}

// -- deeds ---------------------------------------------------------------------------------------------

let taking = false;

/**
 * @param {string} name @param {object} [said] @param {string} [number]
 * @param {{code: string, ask(error: Refused): Promise<boolean|null>, said: object}} [unsure] what the server wants to be asked first, and what is said after a yes
 */
async function deed(name, said = {}, number = ticket?.number, unsure = undefined) {
  if (!number) return null;
  taking = name === "take" || name === "assign";
  try {
    return await post(`tickets/${number}/${name}`, said);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code !== unsure?.code) toast(error.message, true);
    else if (await unsure.ask(error)) return await deed(name, unsure.said, number);
    return null;
  } finally {
    await refresh();
    taking = false;
    list.stale();
  }
}

async function take() {
  const from = ticket.assignee;
  if (from && !(await dialogs.confirm(t("take_over.ask", { name: from.alias, number: ticket.number })))) return;
  await deed("take", from ? { from: from.id } : {});
  if (ticket.mine) compose.write("reply");
}

async function transfer() {
  const number = ticket.number;
  const to = await dialogs.transfer(ticket, start.queues, start.me.id).catch((error) => { toast(error.message, true); return null; });
  if (to) await deed("assign", to, number);
}

async function resolve() {
  const number = ticket.number;
  const reason = await dialogs.resolve(number, start.resolutions);
  if (reason) await deed("resolve", { reason }, number);
}

async function giveBack() {
  const number = ticket.number;
  if (await dialogs.confirm(t("return.ask", { number }))) await deed("return", {}, number);
}

async function merge() {
  const number = ticket.number;
  const into = await dialogs.merge(ticket);
  if (!into) return;
  const unsure = { code: "maybe_other_person", ask: (error) => dialogs.confirm(error.message), said: { into, sure: true } };
  const done = await deed("merge", { into }, number, unsure);
  if (done?.into) open(done.into);
}

async function askField() {
  const number = ticket.number;
  const field = await dialogs.field(ticket);
  if (field) await deed("ask", { field }, number);
}

// -- what the server says -----------------------------------------------------------------------------

function heard(kind, data) {
  if (kind === "message") {
    talk.add(data);
    if (data.author !== "user") return;
    if (document.hidden) { unread += 1; counted(list.counts ?? {}); } else seen();
  } else if (kind === "user_typing") talk.typing("user", data.on);
  else if (kind === "typing") { if (!ticket?.mine) talk.typing("agent", data.on); }
  else if (kind === "state") refresh();
  else if (kind === "tickets") {
    list.stale();
    if (data.numbers.includes(ticket?.number)) refresh();
  }
}

function counted(counts) {
  bell(counts.notices);
  document.title = `${unread ? `(${unread}) ` : ""}${counts.unassigned ? `${t("view.unassigned")} ${counts.unassigned} · ` : ""}${t("title")}`;
}

/** @param {number|undefined} count of notices nobody has seen to */
function bell(count) {
  if (count === undefined) return;
  byId("bell").hidden = !count;
  byId("bell").textContent = t("notices.count", { n: count });
  if (count > noticed) toast(t("notices.new"));
  noticed = count;
}

async function notices() {
  const found = await call("notices").catch((error) => { toast(error.message, true); return null; });
  if (!found) return;
  const rows = found.notices.map((notice) => ({ ...notice, ago: ago(notice.at) }));
  await dialogs.notices(rows, (number) => open(number), (id) => post(`notices/${id}`, {}).then(() => list.stale(), (error) => toast(error.message, true)));
}

byId("bell").addEventListener("click", notices);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (unread) seen();
  unread = 0;
  counted(list.counts ?? {});
});

/** What came while the ticket is looked at was read. */
function seen() {
  if (rights.work && ticket?.live) post(`tickets/${ticket.number}/seen`, {}).catch(() => {});
}

function banner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

function ended() {
  signedOut = true;
  banner(t("signed_out"));
  const link = make("a", "", t("sign_in_again"));
  link.href = "/desk/login";
  byId("banner").append(" ", link);
}

function goToLogin(error) {
  if (error.status === 401 || error.status === 403) location.replace("/desk/login");
  else setTimeout(() => location.reload(), 2000);
  return new Promise(() => {});
}

// -- presence -----------------------------------------------------------------------------------------

let touched = Date.now();
let chosen = start.me.presence === "away" ? "away" : "online";

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { const away = idle(); touched = Date.now(); if (away) beat(); }, { passive: true });
const idle = () => Date.now() - touched > IDLE_MS;

function beat() {
  if (!rights.work || signedOut) return;
  const said = chosen === "online" && idle() ? "away" : chosen;
  byId("lamp").className = `lamp ${said}`;
  post("presence", { said }).catch(() => {});
}

function present(said) {
  chosen = said;
  byId("presence").value = said;
  beat();
}

byId("presence").addEventListener("change", () => present(byId("presence").value));
byId("presence").closest("label").hidden = !rights.work;
setInterval(beat, start.heartbeat * 1000);
present(chosen);

// -- the page's own controls --------------------------------------------------------------------------

function words() {
  apply(document);
  byId("brand").textContent = start.brand;
  byId("me").textContent = start.me.alias;
  byId("me").setAttribute("aria-label", `${t("account")}: ${start.me.alias}`);
  options(byId("presence"), ["online", "away"].map((value) => ({ value, text: t(`presence.${value}`) })), "online");
  counted({});
}

/** On a phone one column is seen at a time. @param {"list"|"talk"|"side"} name */
function pane(name) { document.body.dataset.pane = name; }

byId("back").addEventListener("click", () => { pane("list"); history.pushState(null, "", location.pathname); if (ticket) list.focus(ticket.number); });
byId("side-toggle").addEventListener("click", toggleSide);
byId("language").addEventListener("click", () => { chooseLanguage(language() === "zh" ? "en" : "zh"); location.reload(); });
byId("help").addEventListener("click", () => dialogs.help(SHORTCUTS()));
byId("sign-out").addEventListener("click", async () => {
  await post("presence", { said: "offline" }).catch(() => {});
  outbox.clear();
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("desk.")) sessionStorage.removeItem(key);
  await post("sign-out", {}).catch(() => {});
  location.assign("/desk/login");
});

function toggleSide() {
  if (document.body.classList.contains("narrow")) {
    pane(document.body.dataset.pane === "side" ? "talk" : "side");
    byId("side").hidden = false;
  } else byId("side").hidden = document.body.classList.toggle("no-side");
  byId("side-toggle").setAttribute("aria-expanded", String(!byId("side").hidden));
}

// -- keys ----------------------------------------------------------------------------------------------

const SHORTCUTS = () => [
  ["J K", t("help.move")], ["S", t("help.search")], ["1 2 3 4", t("help.views")], ["R", t("help.reply")], ["N", t("help.note")], ["/", t("help.canned")],
  ["T", t("help.take")], ["F", t("help.transfer")], ["A", t("help.ask")], ["E", t("help.resolve")], ["B", t("help.return")], ["M", t("help.merge")],
  ["D", t("help.details")], ["L", t("help.top")], ["I", t("help.notices")], ["O", t("help.status")], ["Enter", t("help.send")], ["Esc", t("help.esc")], ["?", t("help.help")],
];

const may = (run, needs = () => true) => () => { if (ticket && rights.work && ticket.live && needs()) run(); };
const KEYS = {
  j: () => step(1), k: () => step(-1), s: () => byId("search").focus(), r: () => compose.write("reply"), n: () => compose.write("note"),
  "/": () => compose.openCanned(), t: may(take, () => !ticket.mine), f: may(transfer), a: may(askField, () => ticket.mine), e: may(resolve, () => ticket.mine),
  b: may(giveBack, () => ticket.mine || rights.supervise), m: may(merge), d: () => { if (ticket) toggleSide(); }, o: () => present(chosen === "online" ? "away" : "online"),
  i: () => { if (rights.work) notices(); },
  l: () => { pane("list"); if (ticket) list.focus(ticket.number); else byId("tickets").querySelector("button")?.focus(); }, "?": () => dialogs.help(SHORTCUTS()),
  ...Object.fromEntries(VIEWS.map((view, n) => [String(n + 1), () => list.show(view)])),
};

function step(by) {
  const number = list.beside(by);
  if (number) open(number);
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !dialogs.isOpen()) { document.activeElement?.blur?.(); if (document.body.dataset.pane === "side") pane("talk"); return; }
  const typing = event.target.closest?.("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialogs.isOpen()) return;
  const run = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

