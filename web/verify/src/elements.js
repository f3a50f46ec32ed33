// Elements of the page. Every text becomes a text node; nothing is parsed as HTML.

/**
 * Returns an element. Children are nodes or texts; those that are undefined or false are left out.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes names that begin with "on" are listeners
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return element;
}

/** Returns the element of an id. */
export function byId(id) {
  return document.getElementById(id);
}
