/** Going on in Telegram: the link to open, "was that you?", and undo. The server keeps the link (docs/telegram.md). */
export class Telegram {
  #state = "";
  #told = {};

  /**
   * @param {import("./contract.js").Contract} contract
   * @param {import("./panel.js").Panel} panel
   * @param {(code: string) => void} trouble
   */
  constructor(contract, panel, trouble) {
    Object.assign(this, { contract, panel, trouble });
  }

  /** @param {{status: "none"|"asking"|"connected", name?: string}} [told]  nothing: the bot is not on Telegram */
  heard(told = {}) {
    const state = JSON.stringify(told);
    if (state === this.#state) return;
    this.#state = state;
    this.#told = told;
    this.panel.answered("telegram");
    if (told.status === "asking") this.panel.ask("telegram", "telegram.asking", told, [["telegram.me", () => this.#confirm(true)], ["telegram.not_me", () => this.#confirm(false)]]);
  }

  /** What the menu offers. @returns {[string, object, () => void]|undefined} key, values, what it does */
  get offer() {
    const { status } = this.#told;
    if (status === "none") return ["telegram.go", {}, () => this.#go()];
    return status && ["telegram.undo", this.#told, () => this.#call("", { method: "DELETE" })];
  }

  async #go() {
    const made = await this.#call("", { json: {} });
    if (!made) return;
    this.panel.ask("telegram", "telegram.link", { n: made.seconds / 60 }, [["telegram.open", made.url], ["cancel", () => {}]]);
    setTimeout(() => { if (this.#told.status === "none") this.panel.answered("telegram"); }, made.seconds * 1000);
  }

  #confirm(yes) {
    return this.#call("/confirm", { json: { yes } });
  }

  async #call(path, options) {
    try {
      return await this.contract.authorised(`/api/telegram${path}`, options);
    } catch (problem) {
      this.trouble(problem.code);
    }
  }
}
