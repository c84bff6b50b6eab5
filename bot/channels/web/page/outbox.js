/**
 * What the visitor wrote and the server has not confirmed yet: kept in localStorage, sent in order, each once.
 *
 * Every item has its own storage key, so two tabs never overwrite each other; the server answers a client_id it has seen
 * with the same number, so two tabs that send the same item do no harm.
 *
 * @typedef {{client_id: string, kind: "text"|"payload"|"file", text: string, payload?: string, at: number,
 *   failed?: string}} Item  at: milliseconds since 1970; failed: the error's code
 */
import { Refused } from "./contract.js";

const PREFIX = "chat.out.";
const LATER = new Set([401, 408, 425, 429]); // refusals that say "not now", not "never"

/** An unguessable id, made before sending, so that sending twice is harmless. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /** @type {Map<string, File>} files cannot go into localStorage: a reload loses them, and says so */
  #files = new Map();
  /** @type {Map<string, Item>} items that localStorage had no room for: this visit still sends them */
  #unstored = new Map();
  #running = false;
  #timer = 0;
  #failures = 0;
  #clock = 0;

  /**
   * @param {{storage: Storage, contract: import("./contract.js").Contract,
   *   on: {changed(item: Item, state: "queued"|"sending"|"sent"|"failed"): void, slow(seconds: number): void}}} options
   */
  constructor({ storage, contract, on }) {
    Object.assign(this, { storage, contract, on });
  }

  /** All items, oldest first. @returns {Item[]} */
  items() {
    const found = [...this.#unstored.values()];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (!key.startsWith(PREFIX)) continue;
      try { found.push(JSON.parse(this.storage.getItem(key))); } catch { this.storage.removeItem(key); }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  /** Shows what an earlier visit left, and sends it. */
  restore() {
    for (const item of this.items()) {
      if (item.kind === "file" && !item.failed) this.#fail(item, "file_lost");
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

  /** The server has it (seen on the stream or as an answer). */
  settle(clientId) {
    this.#files.delete(clientId);
    this.#unstored.delete(clientId);
    this.storage.removeItem(PREFIX + clientId);
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
      for (let item; (item = this.items().find((i) => !i.failed)); ) {
        if (!(await this.#send(item))) return;
      }
    } finally {
      this.#running = false;
    }
  }

  async #send(item) {
    this.on.changed(item, "sending");
    try {
      if (item.kind === "file") {
        if (!this.#files.has(item.client_id)) throw new Refused(422, "file_lost", "", 0);
        await this.contract.sendFile(item.client_id, this.#files.get(item.client_id));
      } else if (item.kind === "payload") await this.contract.sendPayload(item.client_id, item.payload);
      else await this.contract.sendText(item.client_id, item.text);
    } catch (problem) {
      if (this.#settled(item)) return true; // only the answer was lost: the stream has shown that it arrived
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
    this.settle(item.client_id);
    this.on.changed(item, "sent");
    return true;
  }

  #settled({ client_id: id }) {
    return this.storage.getItem(PREFIX + id) === null && !this.#unstored.has(id);
  }

  #fail(item, code) {
    item.failed = code;
    this.#keep(item);
    this.on.changed(item, "failed");
  }

  #keep(item) {
    try {
      this.storage.setItem(PREFIX + item.client_id, JSON.stringify(item));
    } catch {
      this.#unstored.set(item.client_id, item);
    }
  }
}
