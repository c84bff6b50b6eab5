/** The widget's frame: launcher, window, header, menu; opening and closing, focus, keyboard, the phone's full screen. It knows nothing of messages. */
import { fill, icon, make } from "./dom.js";
import { keep, recall } from "./storage.js";
import { LANGUAGES, brandName, language, t } from "./words.js";

const FULL = "(max-width: 480px), (max-height: 440px)";
const SHORT = { "zh-Hans": "简", "zh-Hant": "繁", en: "EN" };

export class Panel {
  #returnTo = null;
  #unread = 0;
  #overflow = null;
  #asked = [];
  #badge = make("span", { class: "badge", hidden: true });
  #launcherText = make("span", { class: "hidden" });
  #note = make("div", { class: "note", role: "status", hidden: true });
  #status = make("p", { id: "status", role: "status" });
  #short = make("span", { "aria-hidden": "true" });
  #list = make("div", { class: "menu", hidden: true });
  #question = make("div", { class: "question", role: "group", "aria-live": "polite", hidden: true });
  #host = document.createElement("support-chat");
  #launcher;
  #menuButton;
  #brand;
  banner = make("p", { class: "banner", id: "banner", role: "status", hidden: true });
  talk = make("div", { class: "talk" });

  /**
   * @param {{page: boolean, launcher: boolean, css: string, cssAddress: string, theme: string, position: string,
   *   on: {opened(): void, closed(): void, language(tag: string): void, restart(): void, record(format: string): void, back(): boolean,
   *   offer(): [string, object, () => void]|undefined}}} how  offer: a line of the menu that is not always there
   */
  constructor({ page, launcher, css, cssAddress, theme, position, on }) {
    Object.assign(this, { on, page });
    const root = this.#host.attachShadow({ mode: "open" });
    dress(root, css, cssAddress);
    this.#frame(launcher);
    this.root = make("div", { class: "root", dir: "ltr", "data-mode": page && "page", "data-position": position }, this.#launcher, this.#note, this.panel);
    root.append(this.root);
    this.#follow(theme);
    (this.page ? document.body : document.documentElement).append(this.#host);
    addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
    this.panel.addEventListener("keydown", (event) => this.#keys(event));
    this.panel.addEventListener("cancel", (event) => { event.preventDefault(); this.#escape(); });
  }

  get open() {
    return this.page || this.panel.open;
  }

  /** Whether the newest message is in front of the visitor. */
  get looked() {
    return this.open && !document.hidden;
  }

  #frame(launcher) {
    this.#launcher = make("button", {
      class: "launcher", id: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", hidden: this.page || !launcher,
      onclick: () => (this.open ? this.close() : this.show()),
    }, icon("chat"), icon("down"), this.#badge, this.#launcherText);
    this.#brand = make(this.page ? "h1" : "h2", { id: "brand" });
    this.#menuButton = make("button", { class: "icon wide", id: "menu", "aria-expanded": "false", "data-label": "menu", onclick: () => this.menu(this.#list.hidden) }, this.#short, icon("menu"));
    this.panel = make(
      this.page ? "main" : "dialog", { class: "panel", "aria-labelledby": "brand", tabindex: -1 },
      make("div", { class: "head" },
        make("span", { class: "mark" }, icon("shield")), make("div", { class: "who" }, this.#brand, this.#status), this.#menuButton,
        make("button", { class: "icon", id: "close", "data-label": "close", hidden: this.page, onclick: () => this.close() }, icon("close")), this.#list),
      this.banner, this.#question, this.talk);
  }

  /** Opens the window. */
  show() {
    if (this.open) return;
    this.#returnTo = deepFocus();
    this.#note.hidden = true;
    const full = matchMedia(FULL).matches;
    this.root.classList.toggle("full", full);
    if (full) {
      // Nothing behind a full screen can be reached, and the page behind it does not scroll.
      this.panel.showModal();
      const { style } = document.documentElement;
      this.#overflow = style.overflow;
      style.overflow = "hidden";
    } else this.panel.show();
    this.#launcher.setAttribute("aria-expanded", "true");
    this.root.classList.add("open");
    this.#fit();
    this.panel.focus();
    this.unread(0);
    this.on.opened();
  }

  close() {
    if (this.page || !this.open) return;
    this.menu(false);
    this.panel.close();
    if (this.#overflow !== null) document.documentElement.style.overflow = this.#overflow;
    this.#overflow = null;
    this.root.classList.remove("open", "full");
    this.#launcher.setAttribute("aria-expanded", "false");
    const back = this.#returnTo?.isConnected && this.#returnTo !== document.body ? this.#returnTo : this.#launcher;
    back.focus?.();
    this.on.closed();
  }

  /** Opens or closes the menu. */
  menu(open) {
    if (this.#list.hidden === !open) return;
    this.#list.hidden = !open;
    this.#menuButton.setAttribute("aria-expanded", String(open));
    if (open) this.#fillMenu();
    else this.#menuButton.focus();
  }

  #fillMenu() {
    const close = (run) => () => { this.menu(false); run(); };
    const line = (id, text, run) => make("button", { id, text, onclick: close(run) });
    const sound = recall("sound");
    const [key, values, run] = this.on.offer() ?? [];
    fill(this.#list, make("p", { class: "quiet", id: "languages", text: t("language") }),
      make("div", { class: "languages", role: "group", "aria-labelledby": "languages" }, ...LANGUAGES.map((tag) => make("button", {
        lang: tag, "data-language": tag, text: t(`language.${tag}`), "aria-pressed": String(tag === language()), onclick: close(() => this.on.language(tag)),
      }))),
      line("sound", t(sound ? "sound.off" : "sound.on"), () => keep("sound", sound ? "" : "1")),
      key && line("telegram", t(key, values), run),
      line("record-html", t("record.html"), () => this.on.record("html")),
      line("record-pdf", t("record.pdf"), () => this.on.record("pdf")),
      line("restart", t("restart"), () => this.on.restart()));
    this.#list.querySelector("button").focus();
  }

  #keys(event) {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.stopPropagation();
    this.#escape();
  }

  /** Esc takes away what was opened last. */
  #escape() {
    if (!this.#list.hidden) this.menu(false);
    else if (!this.on.back()) this.close();
  }

  /** How many messages wait behind the launcher. */
  unread(count) {
    this.#unread = count;
    this.#badge.hidden = !count;
    this.#badge.textContent = count > 9 ? "9+" : String(count);
    this.#name();
  }

  #name() {
    this.#launcherText.textContent = this.#unread ? t("launcher.unread", { n: this.#unread }) : t("launcher");
  }

  /**
   * A question of the widget's own above the conversation; a later one takes its place.
   * @param {string} name @param {string} text  a key of the words @param {object} values
   * @param {[string, string|(() => void)][]} answers  a key, and the address it opens or what it does
   */
  ask(name, text, values, answers) {
    this.#asked = [name, text, values, answers];
    fill(this.#question, make("p", { text: t(text, values) }), make("div", { class: "answers" }, ...answers.map(([title, run], at) => {
      const link = typeof run === "string";
      return make(link ? "a" : "button", {
        class: at ? "" : "primary", text: t(title), ...(link && { href: run, target: "_blank", rel: "noopener noreferrer" }),
        onclick: () => { this.answered(name); if (!link) run(); },
      });
    })));
    this.#question.hidden = false;
  }

  /** Takes the question of this name away. */
  answered(name) {
    if (this.#asked[0] === name) this.#question.hidden = true;
  }

  /** A word of the page's to the visitor, beside the launcher. @param {string} text */
  nudge(text) {
    if (this.open) return;
    fill(this.#note, make("button", { class: "said", text, onclick: () => this.show() }),
      make("button", { class: "icon small", "aria-label": t("dismiss"), onclick: () => { this.#note.hidden = true; } }, icon("close")));
    this.#note.hidden = false;
  }

  /** @param {string} line @param {string} [ticket] */
  say(line, ticket) {
    fill(this.#status, line, ticket && " · ", ticket && make("span", { class: "ticket", text: ticket }));
  }

  relabel() {
    this.root.lang = language();
    this.#brand.textContent = t("page.title", { brand: brandName() });
    this.#short.textContent = SHORT[language()];
    this.#name();
    if (!this.#question.hidden) this.ask(...this.#asked);
    if (!this.page) return;
    document.documentElement.lang = language();
    document.title = this.#brand.textContent;
  }

  /** Light or dark as the page asks, or as the system is. */
  #follow(theme) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => { this.root.dataset.theme = theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light"; };
    dark.addEventListener("change", apply);
    apply();
  }

  /** A phone's keyboard takes room that CSS does not know of: the window keeps to what is left. */
  #fit() {
    const view = visualViewport;
    if (!view || !(this.page || this.root.classList.contains("full"))) return;
    const keyboard = innerHeight - view.height > 80 && view.scale < 1.05;
    this.panel.style.setProperty("--view-height", keyboard ? `${Math.round(view.height)}px` : "");
    this.panel.style.setProperty("--view-top", keyboard ? `${Math.round(view.offsetTop)}px` : "");
  }
}

function dress(root, css, address) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("link", { rel: "stylesheet", href: address })); // Safari before 16.4
  }
}

function deepFocus() {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}
