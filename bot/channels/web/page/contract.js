/**
 * The public HTTP contract (docs/architecture.md, "Public HTTP") as the browser speaks it: session, messages, files,
 * stream. It knows nothing of the page; what it learns goes to callbacks.
 *
 * @typedef {{title: string, payload: string}} Button
 * @typedef {{id: string, name: string, kind: string, size: number}} Attachment  kind: media type; size in bytes
 * @typedef {{seq: number, author: "user"|"bot"|"agent"|"system", name?: string, text: string, buttons?: Button[],
 *   file?: Attachment, at: string, client_id?: string, reply_to?: number}} Message  at: ISO 8601
 * @typedef {{owner: "bot"|"waiting"|"human", language: string, position?: number, ticket?: string, busy: boolean}} State
 * @typedef {{message(m: Message): void, typing(on: boolean): void, state(s: State): void,
 *   link(up: boolean): void}} Listener
 */

/** A server's answer that says no. `code` names the reason, `retryAfter` is in seconds (0 = not given). */
export class Refused extends Error {
  constructor(status, code, message, retryAfter) {
    super(message || code);
    Object.assign(this, { status, code, retryAfter });
  }
}

const QUIET_MS = 40_000; // the server's heart beats every 15 s: two missed beats and a little more
const STABLE_MS = 5_000; // a stream that lived this long was a good one: start again without waiting

export class Contract {
  #token;
  #last = 0;
  #wake = () => {};
  #opening = null;

  /** @param {{storage: Storage, language: () => string}} options */
  constructor({ storage, language }) {
    this.storage = storage;
    this.language = language;
    this.#token = storage.getItem("chat.token") || "";
    /** Told when the visitor's old conversation could not be resumed. */
    this.onNewConversation = () => {};
  }

  /** Opens the conversation, or resumes it with the token of an earlier visit. */
  async open() {
    this.#opening ??= this.#open().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #open() {
    const had = this.#token;
    const answer = await this.#call("/api/session", { method: "POST", json: { language: this.language() } });
    this.#token = answer.token;
    this.storage.setItem("chat.token", answer.token);
    if (had && !answer.resumed) {
      this.#last = 0;
      this.onNewConversation();
    }
    return answer;
  }

  /** @returns {Promise<{seq: number}>} */
  sendText(clientId, text) {
    return this.#authorised("/api/messages", { method: "POST", json: { client_id: clientId, text } });
  }

  /** @returns {Promise<{seq: number}>} */
  sendPayload(clientId, payload) {
    return this.#authorised("/api/messages", { method: "POST", json: { client_id: clientId, payload } });
  }

  /** @returns {Promise<{seq: number}>} */
  sendFile(clientId, file) {
    const body = new FormData();
    body.append("client_id", clientId);
    body.append("file", file, file.name);
    return this.#authorised("/api/files", { method: "POST", body, timeout: 120_000 });
  }

  /** The bytes of an attachment of this conversation. @returns {Promise<Blob>} */
  async fetchFile(id) {
    return this.#authorised(`/api/files/${encodeURIComponent(id)}`, { blob: true, timeout: 120_000 });
  }

  /** Follows the conversation for ever, resuming after the last message seen. @param {Listener} listener */
  async follow(listener) {
    let failures = 0;
    for (;;) {
      const started = performance.now();
      let retry = 0;
      try {
        if (!this.#token) await this.open();
        retry = await this.#read(listener);
      } catch (problem) {
        if (problem instanceof Refused && problem.status === 401) await this.open().catch(() => {});
        if (problem instanceof Refused && problem.retryAfter) retry = problem.retryAfter * 1000;
      }
      failures = performance.now() - started > STABLE_MS ? 0 : failures + 1;
      if (failures > 1) listener.link(false);
      const backOff = failures ? Math.min(10_000, 400 * 2 ** failures) : 200;
      await this.#pause(Math.max(retry, backOff * (0.7 + Math.random() * 0.6)));
    }
  }

  /** Ends a pause of `follow` at once: the network is back, or the page is looked at again. */
  wake() {
    this.#wake();
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async #read(listener) {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), QUIET_MS);
    let retry = 0;
    try {
      const response = await fetch(`/api/stream?after=${this.#last}`, {
        headers: this.#headers(), signal: abort.signal, cache: "no-store",
      });
      if (!response.ok) throw await refusal(response);
      listener.link(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return retry;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), QUIET_MS);
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) retry = this.#dispatch(block, listener) ?? retry;
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  /** @returns {number|undefined} milliseconds to wait before the next stream, where the server gave them */
  #dispatch(block, listener) {
    let event = "message";
    let data = "";
    let retry;
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
      else if (line.startsWith("retry: ")) retry = Number(line.slice(7)) || undefined;
    }
    if (!data) return retry;
    const value = JSON.parse(data);
    if (event === "message") {
      if (value.seq <= this.#last) return retry;
      this.#last = value.seq;
      listener.message(value);
    } else if (event === "typing") listener.typing(Boolean(value.on));
    else if (event === "state") listener.state(value);
    return retry;
  }

  #headers() {
    const headers = { "Accept-Language": this.language() };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    return headers;
  }

  async #authorised(path, options) {
    if (!this.#token) await this.open();
    try {
      return await this.#call(path, options);
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status !== 401) throw problem;
      await this.open();
      return this.#call(path, options);
    }
  }

  async #call(path, { method = "GET", json, body, blob = false, timeout = 20_000 }) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    const headers = this.#headers();
    if (json) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(path, {
        method, headers, body: json ? JSON.stringify(json) : body, signal: abort.signal, cache: "no-store",
      });
      if (!response.ok) throw await refusal(response);
      return await (blob ? response.blob() : response.json());
    } finally {
      clearTimeout(timer);
    }
  }
}

async function refusal(response) {
  const answer = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, answer.code || "unavailable", answer.message, retryAfter);
}
