/** Reads the script tag and gives the page its API (docs/widget.md). */
import { Widget } from "./widget.js";

function begin(script) {
  const widget = new Widget(script);
  window.SupportChat = Object.freeze(Object.fromEntries(
    ["open", "close", "identify", "logout", "on", "setLanguage", "showMessage"].map((name) => [name, widget[name].bind(widget)])));
  dispatchEvent(new CustomEvent("support-chat"));
  widget.start();
}

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
if (script && !window.SupportChat) {
  if (document.body) begin(script);
  else addEventListener("DOMContentLoaded", () => begin(script));
}
