// A link to the page: files by their addresses beside the page, and values to compare with.

import { PINS, tidy } from "./pins.js";

/** Parameters that name files. */
const FILES = {
  bundle: {},
  proof: {},
  mandate: {},
  deal: {},
  scenarios: {},
  keys: {},
  commitment: { several: true },
  attestation: { several: true },
  withdrawn: {},
  revoked: {},
};
const VALUES = Object.fromEntries(
  Object.entries(PINS).map(([name, { parameter, list }]) => [parameter, { name, list }]),
);

/**
 * Returns what a link says: addresses of files, values of fields, and problems.
 *
 * A parameter that is not known makes a problem: a misspelt one would not be checked.
 * @param {URL} url
 */
export function readLink(url) {
  const link = { files: [], values: {}, problems: [] };
  const seen = new Set();
  for (const [parameter, text] of [...url.searchParams, ...new URLSearchParams(url.hash.slice(1))]) {
    const file = Object.hasOwn(FILES, parameter) ? FILES[parameter] : undefined;
    const value = Object.hasOwn(VALUES, parameter) ? VALUES[parameter] : undefined;
    if (file === undefined && value === undefined) {
      link.problems.push(`The link has a parameter that this page does not know: ${parameter}`);
    } else if (seen.has(parameter) && !(file?.several || value?.list)) {
      link.problems.push(`The link has the parameter ${parameter} twice.`);
    } else if (file) {
      addFile(link, url, parameter, text);
    } else {
      const { name, list } = value;
      link.values[name] = tidy(name, list ? `${link.values[name] ?? ""}\n${text}` : text);
    }
    seen.add(parameter);
  }
  return link;
}

function addFile(link, url, parameter, text) {
  const address = addressOf(text, url);
  if (address === null || address.origin !== url.origin || address.protocol !== url.protocol) {
    link.problems.push(`The link names a file of another host, and this page asks only its own: ${text}`);
    return;
  }
  address.hash = "";
  link.files.push({ parameter, address: address.href, name: nameOf(address) });
}

function addressOf(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function nameOf(address) {
  const last = address.pathname.split("/").pop();
  try {
    return decodeURIComponent(last) || last;
  } catch {
    return last;
  }
}
