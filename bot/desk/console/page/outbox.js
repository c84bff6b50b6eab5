/** Replies and notes on their way: kept until the server has them, sent again with the same id, so that none is lost or doubled. */
import { post, Refused } from "./server.js";

const KEY = "desk.outbox";
const PAUSES_MS = [500, 1500, 3000, 6000];

/** @typedef {{client_id: string, number: string, kind: "reply"|"note", text: string, at: string, failed?: string}} Item */

export class Outbox {
  /** @param {string} owner the agent's id: what one has written is not sent by another
   *  @param {{changed(item: Item): void, sent(item: Item, answer: any): void, refused(item: Item, error: Refused): void}} on */
  constructor(owner, on) {
    this.on = on;
    this.key = `${KEY}.${owner}`;
    this.tries = 0;
    /** @type {Item[]} */
    this.items = read(this.key);
    addEventListener("online", () => this.flush());
    setTimeout(() => this.flush());
  }

  /** @param {string} number @param {"reply"|"note"} kind @param {string} text @returns {Item} */
  add(number, kind, text) {
    const item = { client_id: `a-${crypto.randomUUID()}`, number, kind, text, at: new Date().toISOString() };
    this.items.push(item);
    this.#keep();
    this.flush();
    return item;
  }

  /** @param {Item} item */
  drop(item) {
    this.items = this.items.filter((each) => each !== item);
    this.#keep();
  }

  /** What is on its way to one ticket. @param {string} number */
  of(number) { return this.items.filter((item) => item.number === number); }

  async flush() {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    try {
      for (let item; (item = this.items.find((each) => !each.failed));) {
        const answer = await post(`tickets/${item.number}/${item.kind}`, { client_id: item.client_id, text: item.text });
        this.tries = 0;
        this.drop(item);
        this.on.sent(item, answer);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const item = this.items.find((each) => !each.failed);
      if (error.passing || error.status === 401) {
        this.timer = setTimeout(() => this.flush(), PAUSES_MS[Math.min(this.tries++, PAUSES_MS.length - 1)]);
        if (item) this.on.changed(item);
      } else if (item) {
        item.failed = error.message;
        this.#keep();
        this.on.refused(item, error);
        this.timer = setTimeout(() => this.flush());
      }
    } finally {
      this.sending = false;
    }
  }

  clear() { localStorage.removeItem(this.key); }

  #keep() {
    try {
      if (this.items.length) localStorage.setItem(this.key, JSON.stringify(this.items));
      else localStorage.removeItem(this.key);
    } catch { /* no room or not allowed: they live as long as the page */ }
  }
}

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter((item) => item?.client_id && item.number && item.text) : [];
  } catch {
    return [];
  }
}
