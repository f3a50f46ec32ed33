// Names of files and texts from files, as they are shown: nothing in them moves other text, or hides.

/** Characters without a form of their own: controls, marks of direction, spaces of no width. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
/** Most characters of a text that are shown. */
const MOST = 2000;

/** Returns a text with its hidden characters written out, and cut if it is very long. */
export function shown(text) {
  const whole = String(text);
  const cut = whole.length > MOST ? `${whole.slice(0, MOST)}… (${whole.length} characters)` : whole;
  return cut.replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0).toString(16)}}`);
}

/** Whether a text has no hidden characters. */
export function isPlain(text) {
  return text.search(HIDDEN) === -1;
}

/** Returns a name of a file as one word of a shell. */
export function word(name) {
  const path = name.startsWith("-") ? `./${name}` : name;
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
