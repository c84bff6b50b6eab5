/** What others wrote and the visitor has not seen: the number on the launcher, and the sound. */
import { forget, keep, recall } from "./storage.js";

export class Unread {
  #seqs = [];

  /** @param {import("./panel.js").Panel} panel @param {(count: number) => void} told */
  constructor(panel, told) {
    Object.assign(this, { panel, told });
  }

  /** @param {number} seq @param {boolean} fresh  it came just now */
  add(seq, fresh) {
    this.#seqs.push(seq);
    if (fresh && !this.panel.looked && recall("sound")) beep();
    this.show();
  }

  /** Another conversation. */
  clear() {
    this.#seqs = [];
    forget("read");
    this.show();
  }

  /** Whatever is looked at is read. */
  show() {
    const newest = this.#seqs.at(-1);
    if (this.panel.looked && newest > Number(recall("read"))) keep("read", newest);
    const read = Number(recall("read"));
    const count = this.panel.looked ? 0 : this.#seqs.filter((seq) => seq > read).length;
    this.panel.unread(count);
    this.told(count);
  }
}

/** A soft tone, made here: no file to fetch. */
function beep() {
  try {
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 720 });
    tone.connect(new GainNode(context, { gain: 0.05 })).connect(context.destination);
    tone.onended = () => context.close();
    tone.start();
    tone.stop(0.2);
  } catch {
    // no sound here
  }
}
