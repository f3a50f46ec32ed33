// Digests and other values that the reader knows, as they were typed or pasted, or came with the link.

const DIGEST = /^[0-9a-f]{64}$/;
const WORD = /^0x[0-9a-f]{64}$/;

/**
 * The fields of the form. `parameter` is their name in a link, `form` the values that they take. A link's value counts
 * only after the reader has confirmed it.
 */
export const PINS = {
  keys: { parameter: "keys-digest", called: "digest of the keys", form: DIGEST },
  terms: { parameter: "mandate-digest", called: "digest of the mandate or deal", form: DIGEST },
  scenarios: { parameter: "scenarios-digest", called: "digest of the scenario set", form: DIGEST },
  context: { parameter: "context", called: "context", form: WORD },
  seed: { parameter: "seed", called: "seed", form: DIGEST },
  subject: { parameter: "subject", called: "subject", form: WORD },
  attestors: { parameter: "attested-by", called: "keys of attestors", list: true },
};

/** Returns a value without the spaces and line ends that copying adds. */
export function tidy(name, text) {
  if (PINS[name].list) {
    return text
      .split(/[\s,]+/)
      .filter((key) => key !== "")
      .join("\n");
  }
  const value = text.replace(/\s+/g, "");
  return PINS[name].form === DIGEST ? value.replace(/^(sha256:|0x)/i, "").toLowerCase() : value.toLowerCase();
}

/** Returns why a value that is not empty is none of its field, or nothing. */
export function wrong(name, value) {
  const { called, form } = PINS[name];
  if (form === undefined || value === "" || form.test(value)) {
    return undefined;
  }
  const digits = form === DIGEST ? "64 hex digits" : "0x and 64 hex digits";
  return `The ${called} has ${value.length} characters that are not ${digits}.`;
}
