// Elements with text: nothing that comes from a chain, a file or a host is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Returns an element. Children are elements, or texts, which become text nodes. */
export const el = (name, properties, ...children) => filled(document.createElement(name), properties, children);

/** Returns an element of a picture. */
export const svg = (name, properties, ...children) => filled(document.createElementNS(SVG, name), properties, children);

/** Returns a name from elsewhere: its direction of writing does not change its surroundings. */
export const named = (text) => el("bdi", null, text);

/** Returns a long number or digest: its beginning, and all of it for whoever points at it or copies it. */
export const digest = (text, length = 12) => el("code", { title: text, class: "digest" }, text.length > length + 1 ? `${text.slice(0, length)}…` : text);
