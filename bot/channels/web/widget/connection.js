/** Says in the banner how the line to the server is, and finds out whether this site may use it at all. */
import { t } from "./words.js";

export class Connection {
  #up = true;
  #kind = "";
  #seconds = 0;
  #timer = 0;
  #asked = false;

  /**
   * @param {HTMLElement} banner
   * @param {import("./contract.js").Contract} contract
   * @param {() => void} shut  this site may not use the server: there is nothing to wait for
   */
  constructor(banner, contract, shut) {
    Object.assign(this, { banner, contract, shut });
  }

  /** @param {boolean} up @returns {boolean} whether it has come back just now */
  link(up) {
    const back = up && !this.#up;
    this.#up = up;
    this.refresh();
    return back;
  }

  refresh() {
    if (this.contract.shut) this.say("origin");
    else this.say(navigator.onLine ? (this.#up ? "" : "retrying") : "offline");
    if (this.#kind === "retrying" && !this.#asked) this.#ask();
  }

  /** @param {string} kind  of connection.<kind>; empty takes the banner away @param {number} [seconds]  then what holds otherwise is said again */
  say(kind, seconds = 0) {
    clearTimeout(this.#timer);
    this.#kind = kind;
    this.#seconds = seconds;
    this.relabel();
    if (seconds) this.#timer = setTimeout(() => this.refresh(), seconds * 1000);
  }

  relabel() {
    this.banner.hidden = !this.#kind;
    this.banner.textContent = this.#kind && t(`connection.${this.#kind}`, { n: this.#seconds });
  }

  /** A browser does not tell a page why it may not read an answer: a server that is away looks the same as one that does not know this site. */
  async #ask() {
    this.#asked = true;
    try {
      const answer = await fetch(`${this.contract.base}/widget/site`, { credentials: "omit" });
      if ((await answer.json()).allowed) return;
    } catch {
      this.#asked = false; // really away
      return;
    }
    console.error(`Support chat: ${location.origin} may not use ${this.contract.base}. Add it there to WIDGET_ORIGINS.`);
    this.contract.shut = true;
    this.shut();
    this.refresh();
  }
}
