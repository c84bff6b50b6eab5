/**
 * What the visitor wrote and the server has not confirmed yet: kept in localStorage, sent in order, each once.
 *
 * Every item has its own key, so two tabs never overwrite each other; the server answers a client_id it has seen with the
 * same number, so two tabs that send the same item do no harm.
 *
 * @typedef {{client_id: string, kind: "text"|"payload"|"file", text: string, payload?: string, at: number,
 *   failed?: string}} Item  at: milliseconds since 1970; failed: the error's code
 */
import { Refused } from "./contract.js";
import { forget, keep, keptKeys, recall } from "./storage.js";

const LATER = new Set([401, 408, 425, 429]); // refusals that say "not now", not "never"

export class Outbox {
  /** @type {Map<string, File>} files do not fit into localStorage: a reload loses them, and says so */
  #files = new Map();
  /** @type {Map<string, AbortController>} */
  #uploads = new Map();
  #running = false;
  #timer = 0;
  #failures = 0;
  #clock = 0;

  /**
   * @param {import("./contract.js").Contract} contract
   * @param {{changed(item: Item, state: "queued"|"sending"|"sent"|"failed", share?: number): void, gone(clientId: string): void,
   *   slow(seconds: number): void}} on
   */
  constructor(contract, on) {
    Object.assign(this, { contract, on });
  }

  /** All items, oldest first. @returns {Item[]} */
  items() {
    const found = [];
    for (const key of keptKeys("out.")) {
      try { found.push(JSON.parse(recall(key))); } catch { forget(key); }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  /** Shows what an earlier visit left, and sends it. */
  restore() {
    for (const item of this.items()) {
      if (item.kind === "file" && !item.failed && !this.#files.has(item.client_id)) this.#fail(item, "file_lost");
      else this.on.changed(item, item.failed ? "failed" : "queued");
    }
    this.pump();
  }

  /** @param {Pick<Item, "kind"|"text"|"payload">} what @param {File} [file] */
  add(what, file) {
    this.#clock = Math.max(Date.now(), this.#clock + 1);
    const item = { client_id: newId(), at: this.#clock, ...what };
    if (file) this.#files.set(item.client_id, file);
    this.#keep(item);
    this.on.changed(item, "queued");
    this.pump();
    return item;
  }

  /** The server has it (seen on the stream or as an answer), or the visitor took it back. */
  settle(clientId) {
    this.#files.delete(clientId);
    forget(`out.${clientId}`);
  }

  /** Takes an item back before it has arrived. */
  cancel(clientId) {
    this.settle(clientId);
    this.#uploads.get(clientId)?.abort();
    this.on.gone(clientId);
  }

  /** The file chosen for an item that is not sent yet. */
  file(clientId) {
    return this.#files.get(clientId);
  }

  /** Sends what waits, one at a time, in order. Safe to call at any moment. */
  async pump() {
    clearTimeout(this.#timer);
    if (this.#running) return;
    this.#running = true;
    try {
      // Files are sent by the tab that has them.
      for (let item; (item = this.items().find((i) => !i.failed && (i.kind !== "file" || this.#files.has(i.client_id)))); ) {
        if (!(await this.#send(item))) return;
      }
    } finally {
      this.#running = false;
    }
  }

  async #send(item) {
    this.on.changed(item, "sending");
    try {
      if (item.kind === "file") await this.#upload(item);
      else await this.contract.send({ client_id: item.client_id, [item.kind]: item[item.kind] });
    } catch (problem) {
      if (this.#settled(item)) return true; // taken back; or only the answer was lost, and the stream has shown that it arrived
      if (problem instanceof Refused && problem.status < 500 && !LATER.has(problem.status)) {
        this.#fail(item, problem.code);
        return true;
      }
      this.#failures += 1;
      const seconds = problem.retryAfter || Math.min(15, 2 ** this.#failures / 2);
      if (problem.status === 429) this.on.slow(Math.ceil(seconds));
      this.on.changed(item, "queued");
      this.#timer = setTimeout(() => this.pump(), seconds * 1000);
      return false;
    }
    this.#failures = 0;
    if (this.#settled(item)) return true;
    this.settle(item.client_id);
    this.on.changed(item, "sent");
    return true;
  }

  async #upload(item) {
    const abort = new AbortController();
    this.#uploads.set(item.client_id, abort);
    try {
      await this.contract.sendFile(item.client_id, this.#files.get(item.client_id), (share) => this.on.changed(item, "sending", share), abort.signal);
    } finally {
      this.#uploads.delete(item.client_id);
    }
  }

  #settled({ client_id: id }) {
    return recall(`out.${id}`) === null;
  }

  #fail(item, code) {
    item.failed = code;
    this.#keep(item);
    this.on.changed(item, "failed");
  }

  #keep(item) {
    keep(`out.${item.client_id}`, JSON.stringify(item));
  }
}

/** An unguessable id, made before sending, so that sending twice is harmless. */
function newId() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
