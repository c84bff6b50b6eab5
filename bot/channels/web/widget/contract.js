/**
 * The public HTTP contract (docs/architecture.md, "Public HTTP") as the browser speaks it: session, messages, files, case.
 * It draws nothing; the stream is line.js's.
 *
 * @typedef {{title: string, payload: string}} Button
 * @typedef {{id: string, name: string, kind: string, size: number}} Attachment  kind: media type; size in bytes
 * @typedef {{seq: number, author: "user"|"bot"|"agent"|"system", name?: string, text: string, buttons?: Button[],
 *   file?: Attachment, at: string, client_id?: string, reply_to?: number}} Message  at: ISO 8601
 * @typedef {{owner: "bot"|"waiting"|"human", language: string, position?: number, ticket?: string, busy: boolean, seen?: number}} State
 * @typedef {{token: string, expires: number, conversation: string|null, language: string, resumed: boolean, user: boolean, who: string, joinable: boolean}} Session
 */
import { keep, recall } from "./storage.js";

/** A server's answer that says no. `code` names the reason, `retryAfter` is in seconds (0 = not given). */
export class Refused extends Error {
  constructor(status, { code = "unavailable", message = "" } = {}, retryAfter = 0) {
    super(message || code);
    Object.assign(this, { status, code, retryAfter, said: message });
  }
}

export class Contract {
  #opening = null;
  /** Whether the server said that this site may not use it: nothing is asked any more. */
  shut = false;
  /** Told when the visitor's old conversation could not be resumed. */
  onNewConversation = () => {};
  /** Told when a signed-in visitor's token no longer counts; may give a fresh one. @type {() => Promise<string|undefined>} */
  onExpired = async () => undefined;

  /** @param {{base: string, language: () => string}} options  base: the support server's origin */
  constructor({ base, language }) {
    Object.assign(this, { base, language });
  }

  get token() {
    return recall("token") ?? "";
  }

  /** Whether the kept token stands for a signed-in user. */
  get user() {
    return recall("user") === "1";
  }

  /**
   * Opens the conversation, or resumes it with the token of an earlier visit.
   * @param {{identity?: string, join?: string, begin?: boolean, case?: string}} [how]  identity: signed by the exchange; join: the
   *   token of the anonymous conversation that the visitor agreed to take along; begin: false makes no new conversation
   * @returns {Promise<Session>}
   */
  async open(how = {}) {
    if (this.#opening && !how.identity && !how.join) {
      const session = await this.#opening;
      if (session.conversation && !how.case) return session;
    }
    const opening = this.#open(how).finally(() => { if (this.#opening === opening) this.#opening = null; });
    this.#opening = opening;
    return opening;
  }

  async #open(how) {
    this.#mayAsk();
    const known = recall("conversation");
    const answer = await this.call("/api/session", { json: { language: this.language(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...how } });
    keep("token", answer.token);
    keep("user", answer.user ? "1" : "");
    keep("conversation", answer.conversation ?? "");
    if (known && known !== answer.conversation) this.onNewConversation();
    return answer;
  }

  /** @param {{client_id: string, text?: string, payload?: string}} json @returns {Promise<{seq: number}>} */
  send(json) {
    return this.authorised("/api/messages", { json });
  }

  /** Uploads with progress, which fetch does not tell. @param {(share: number) => void} progress  0 to 1 @param {AbortSignal} signal */
  async sendFile(clientId, file, progress, signal) {
    return this.#renewing(() => new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = () => reject(new TypeError("network"));
      request.open("POST", `${this.base}/api/files`);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.timeout = 120_000;
      request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
      request.onload = () => {
        const answer = parsed(request.responseText);
        if (request.status === 202) resolve(answer);
        else reject(new Refused(request.status, answer, Number(request.getResponseHeader("Retry-After")) || 0));
      };
      request.onerror = request.ontimeout = request.onabort = fail;
      signal.addEventListener("abort", () => request.abort());
      const body = new FormData();
      body.append("client_id", clientId);
      body.append("file", file, file.name);
      request.send(body);
    }));
  }

  /** Bytes behind an address of ours: an attachment, the record. @returns {Promise<Blob>} */
  fetchBlob(path) {
    return this.authorised(path, { blob: true, timeout: 120_000 });
  }

  headers() {
    const headers = { "Accept-Language": this.language() };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    return headers;
  }

  authorised(path, options) {
    return this.#renewing(() => this.call(path, options));
  }

  /** A token that no longer counts: a new anonymous one, or a fresh one from the page for a signed-in user. */
  async renew() {
    if (!this.user) return this.open();
    const identity = await this.onExpired();
    if (!identity) throw new Refused(401, { code: "signed_out" });
    return this.open({ identity });
  }

  async #renewing(attempt) {
    this.#mayAsk();
    if (!this.token) await this.open();
    try {
      return await attempt();
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      await this.renew();
      return attempt();
    }
  }

  #mayAsk() {
    if (this.shut) throw new Refused(403, { code: "origin" });
  }

  async call(path, { json, method = json ? "POST" : "GET", blob = false, timeout = 20_000 } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    const headers = this.headers();
    if (json) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(this.base + path, {
        method, headers, body: json && JSON.stringify(json), signal: abort.signal, cache: "no-store", credentials: "omit",
      });
      if (!response.ok) throw await refusal(response);
      if (response.status === 204) return undefined;
      return await (blob ? response.blob() : response.json());
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {Response} response */
export async function refusal(response) {
  return new Refused(response.status, parsed(await response.text()), Number(response.headers.get("Retry-After")) || 0);
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
