/**
 * Follows the conversation: one stream for all tabs of the browser, resumed after the last number; polling where a proxy keeps
 * streams back. It decides nothing about what comes.
 *
 * The tab that holds the lock reads the stream and tells the others; a browser allows six connections to a server, and a
 * stream is one of them. A tab that is looked at and hears nothing from the holder takes the lock over.
 *
 * @typedef {{message(m: import("./contract.js").Message): void, typing(on: boolean): void,
 *   state(s: import("./contract.js").State): void, link(up: boolean): void, lost(problem: Error): void}} Listener
 */
import { refusal } from "./contract.js";
import { shared } from "./storage.js";

const QUIET_MS = 40_000; // the server's heart beats every 15 s: two missed beats and a little more
const FIRST_MS = 6_000; // the server's first bytes come at once: later than this, something in between holds the stream back
const STABLE_MS = 5_000; // a stream that lived this long was a good one
const POLL_MS = [1_500, 10_000]; // after something happened, and at most
const POLLING_MS = 5 * 60_000; // then the stream gets another chance
const ANSWER_MS = 1_500; // a holder that is alive answers at once
const ASK_MS = 20_000;

export class Line {
  #last = 0;
  #wake = () => {};
  #channel = null;
  #stop = null;
  #held = null;
  #answered = false;
  #state = null;
  #up = true;
  #filling = null;
  #got = false;
  #contract;
  #listener;

  /** @param {import("./contract.js").Contract} contract @param {Listener} listener */
  constructor(contract, listener) {
    this.#contract = contract;
    this.#listener = listener;
  }

  get #holding() {
    return Boolean(this.#held && !this.#held.signal.aborted);
  }

  get running() {
    return Boolean(this.#stop);
  }

  /** Follows until stop(). Calling it twice is harmless. */
  start() {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    if (!shared || !navigator.locks || !window.BroadcastChannel) {
      this.#hold(stop);
      return;
    }
    this.#channel = new BroadcastChannel("support-chat");
    this.#channel.onmessage = ({ data }) => this.#heard(data);
    this.#contend(stop, false);
    this.#fill().catch(() => {});
    const check = () => { if (!document.hidden && !this.#holding) this.#ask(stop); };
    document.addEventListener("visibilitychange", check, { signal: stop.signal });
    const timer = setInterval(check, ASK_MS);
    stop.signal.addEventListener("abort", () => clearInterval(timer));
    setTimeout(check, 200);
  }

  stop() {
    this.#stop?.abort();
    this.#stop = null;
    this.#channel?.close();
    this.#channel = null;
    this.#let();
  }

  #let() {
    this.#held?.abort();
    this.#held = null;
    this.#wake();
  }

  /** Forgets what was seen: another conversation begins. */
  restart() {
    const running = this.running;
    this.stop();
    this.#last = 0;
    this.#state = null;
    if (running) this.start();
  }

  /** Ends a pause at once: the network is back, or the page is looked at again. */
  wake() {
    this.#wake();
  }

  #contend(stop, steal) {
    const how = steal ? { steal: true } : { signal: stop.signal };
    navigator.locks.request("support-chat.line", how, () => this.#hold(stop)).catch(() => {
      if (this.#stop !== stop) return;
      this.#let(); // another tab took over
      this.#contend(stop, false);
    });
  }

  /** Asks for a sign of life from the tab that holds the line; without one, takes the line over. */
  #ask(stop) {
    this.#answered = false;
    this.#channel?.postMessage({ kind: "hello" });
    setTimeout(() => {
      if (!this.#answered && !this.#holding && this.#stop === stop && !document.hidden) this.#contend(stop, true);
    }, ANSWER_MS);
  }

  #heard({ kind, data }) {
    if (kind === "hello") {
      if (this.#holding) this.#share("here", { state: this.#state, up: this.#up, last: this.#last });
      return;
    }
    this.#answered = true;
    if (this.#holding) return;
    if (kind === "here") {
      if (data.state) this.#listener.state(data.state);
      this.#linked(data.up);
      if (data.last > this.#last) this.#fill().catch(() => {});
    } else this.#take(kind, data);
  }

  #share(kind, data) {
    this.#channel?.postMessage({ kind, data });
  }

  #take(kind, data) {
    if (kind === "message") {
      if (data.seq > this.#last + 1 && !this.#holding) this.#fill().catch(() => {});
      else if (data.seq > this.#last) {
        this.#last = data.seq;
        this.#listener.message(data);
      }
    } else if (kind === "typing") this.#listener.typing(Boolean(data.on));
    else if (kind === "link") this.#linked(data.up);
    else if (kind === "state") {
      this.#state = data;
      this.#listener.state(data);
    }
  }

  #linked(up) {
    this.#up = up;
    this.#listener.link(up);
  }

  /** What the log has after the last number seen. */
  #fill() {
    this.#filling ??= this.#page().finally(() => { this.#filling = null; });
    return this.#filling;
  }

  async #page() {
    for (;;) {
      const { messages, state } = await this.#contract.authorised(`/api/messages?after=${this.#last}`);
      for (const message of messages) {
        if (message.seq <= this.#last) continue;
        this.#last = message.seq;
        this.#listener.message(message);
        if (this.#holding) this.#share("message", message);
      }
      if (state && !messages.length) return state;
      if (!messages.length) return null;
    }
  }

  /** Reads the stream until stopped, or until another tab takes over, whatever happens to it. @param {AbortController} whole */
  async #hold(whole) {
    if (whole.signal.aborted) return;
    const held = new AbortController();
    this.#held = held;
    const stop = held.signal;
    let failures = 0; // in a row, without a byte
    let cuts = 0; // streams in a row that ended soon after their first bytes
    let pollUntil = 0;
    while (!stop.aborted) {
      const started = performance.now();
      let retry = 0;
      this.#got = false;
      try {
        if (!this.#contract.token) await this.#contract.open();
        if (pollUntil > started) await this.#poll(stop, pollUntil);
        else retry = await this.#read(stop);
      } catch (problem) {
        if (stop.aborted) return;
        if (problem.kept) pollUntil = started + POLLING_MS;
        if (problem.status === 401) {
          const again = await this.#contract.renew().then(() => true, (why) => { this.#listener.lost(why); return false; });
          if (!again) retry = 15_000;
        }
        if (problem.retryAfter) retry = problem.retryAfter * 1000;
      }
      if (stop.aborted) return;
      failures = this.#got ? 0 : failures + 1;
      cuts = this.#got && performance.now() - started < STABLE_MS ? cuts + 1 : 0;
      if (cuts > 2) pollUntil = performance.now() + POLLING_MS;
      if (failures > 1) this.#tellLink(false);
      await this.#pause(Math.max(retry, Math.min(10_000, 200 * 2 ** failures) * (0.7 + Math.random() * 0.6)));
    }
  }

  #tellLink(up) {
    this.#linked(up);
    this.#share("link", { up });
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async #poll(stop, until) {
    let pause = POLL_MS[0];
    while (!stop.aborted && performance.now() < until) {
      const before = this.#last;
      const state = await this.#fill();
      if (state) {
        this.#state = state;
        this.#listener.state(state);
        this.#share("state", state);
      }
      this.#got = true;
      this.#tellLink(true);
      pause = this.#last > before || state?.busy ? POLL_MS[0] : Math.min(POLL_MS[1], pause * 1.4);
      await this.#pause(pause);
    }
  }

  /** One stream to its end. @returns {Promise<number>} milliseconds to wait before the next one, where the server gave them */
  async #read(stop) {
    const abort = new AbortController();
    const end = () => abort.abort();
    stop.addEventListener("abort", end);
    let kept = false;
    let timer = setTimeout(() => { kept = true; abort.abort(); }, FIRST_MS);
    let retry = 0;
    try {
      // The number travels in a header: the address stays the same, so that a browser asks only once whether it may.
      const headers = { ...this.#contract.headers(), "Last-Event-ID": String(this.#last) };
      const response = await fetch(`${this.#contract.base}/api/stream`, { headers, signal: abort.signal, cache: "no-store", credentials: "omit" });
      if (!response.ok) throw await refusal(response);
      if (!response.body) throw Object.assign(new Error("no streams here"), { kept: true });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return retry;
        clearTimeout(timer);
        timer = setTimeout(end, QUIET_MS);
        this.#got = true;
        this.#tellLink(true);
        const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) retry = this.#dispatch(block) ?? retry;
      }
    } catch (problem) {
      if (kept) problem = Object.assign(new Error("kept back"), { kept });
      throw problem;
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      abort.abort();
    }
  }

  #dispatch(block) {
    let event = "message";
    let data = "";
    let retry;
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
      else if (line.startsWith("retry: ")) retry = Number(line.slice(7)) || undefined;
    }
    if (data && event !== "reconnect") {
      const value = JSON.parse(data);
      this.#take(event, value);
      this.#share(event, value);
    }
    return retry;
  }
}
