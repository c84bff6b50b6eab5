/** Talks to the console's interface: requests as JSON, and one stream that comes back by itself without missing or doubling anything. */
import { language, t } from "./words.js";

const BASE = "/desk/api/";
const SILENCE_MS = 40_000; // the server says something every 15 s: what is silent for longer is dead
const PAUSES_MS = [300, 1000, 2000, 5000];

/** A request that was not served. `status` 0: the server was not reached. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the same request may be served later. */
  get passing() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
export async function call(path, options = {}) {
  let answer;
  try {
    answer = await fetch(BASE + path, { credentials: "same-origin", ...options, headers: { "X-Desk": "1", "Accept-Language": language(), ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "network", t("error.network"));
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body.code ?? "unavailable", body.message ?? t("error.unavailable"));
  return body;
}

/** @param {string} path @param {object} body */
export const post = (path, body) => call(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** The stream of one open ticket (or of none) and of the lists. */
export class Stream {
  /** @param {{event(kind: string, data: any): void, up(up: boolean): void, signedOut(): void}} on */
  constructor(on) {
    this.on = on;
    this.number = "";
    this.after = 0;
    this.tries = 0;
    this.generation = 0;
    addEventListener("online", () => this.#again(0));
    document.addEventListener("visibilitychange", () => { if (!document.hidden && !this.live) this.#again(0); });
  }

  /** Follows this ticket from message `after` on; "" follows the lists alone. @param {string} number @param {number} after */
  follow(number, after) {
    this.number = number;
    this.after = after;
    this.tries = 0;
    this.#again(0);
  }

  stop() {
    this.generation += 1;
    this.source?.close();
    clearTimeout(this.timer);
    clearTimeout(this.silence);
  }

  #again(wait) {
    this.stop();
    const generation = this.generation;
    this.timer = setTimeout(() => { if (generation === this.generation) this.#open(generation); }, wait);
  }

  #open(generation) {
    const source = new EventSource(`${BASE}stream?ticket=${encodeURIComponent(this.number)}&after=${this.after}`);
    this.source = source;
    const alive = () => {
      clearTimeout(this.silence);
      this.silence = setTimeout(() => this.#lost(generation), SILENCE_MS);
    };
    const hear = (kind, then) => source.addEventListener(kind, (event) => {
      if (generation !== this.generation) return;
      alive();
      then(JSON.parse(event.data));
    });
    alive();
    source.onopen = () => {
      if (generation !== this.generation) return;
      this.live = true;
      this.tries = 0;
      this.on.up(true);
    };
    source.onerror = () => this.#lost(generation);
    hear("message", (data) => {
      if (data.seq <= this.after) return;
      this.after = data.seq;
      this.on.event("message", data);
    });
    for (const kind of ["typing", "user_typing", "state", "tickets"]) hear(kind, (data) => this.on.event(kind, data));
    hear("beat", () => {});
    hear("reconnect", () => this.#again(300));
    hear("signed_out", () => { this.stop(); this.on.signedOut(); });
  }

  async #lost(generation) {
    if (generation !== this.generation) return;
    this.live = false;
    this.stop();
    this.on.up(false);
    const again = this.generation;
    // A stream says nothing of why it was refused: ask where the answer can be read.
    try {
      await call("start");
    } catch (refused) {
      if (refused.status === 401 || refused.status === 403) { this.on.signedOut(); return; }
    }
    if (again !== this.generation) return;
    this.#again(PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)] * (0.75 + Math.random() / 2));
    this.tries += 1;
  }
}
