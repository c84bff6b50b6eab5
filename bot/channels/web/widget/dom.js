/** Small helpers that build elements without any markup text, so that strict content policies and Trusted Types have nothing to object to. */

/**
 * An element with attributes, listeners and children. A button submits nothing unless it says so.
 * @param {string} tag
 * @param {Record<string, any>} [options]  `class`, `text`, `on<event>`, any attribute; null, undefined and false are left out
 * @param {...(Node|string|null|undefined|false)} children
 */
export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = tag;
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** Puts children in the place of what an element holds; missing ones are left out. @param {Element} element @param {...(Node|string|null|undefined|false)} children */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter(Boolean));
}

const PATHS = {
  chat: "M5 19V5h14v11H8zM9 9h6M9 12h4",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  menu: "M5 7h14M5 12h14M5 17h14",
  back: "M15 5l-7 7 7 7",
  shield: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4",
  person: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-6 7-6s6 2 7 6",
  sheet: "M6 3h8l4 5v13H6zM9 11h6M9 15h6",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7-7",
  send: "M12 19V5M6 11l6-6 6 6",
  file: "M6 3h8l4 5v13H6zM14 3v5h4",
  pencil: "M4 20l1-5L16 4l4 4L9 19z",
};

/** One of the widget's line drawings; hidden from screen readers, which hear the button's name. @param {keyof typeof PATHS} name */
export function icon(name) {
  const [drawing, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** Says goodbye to a file's bytes in memory once the browser has saved them. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
