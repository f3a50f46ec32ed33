// A file's kind, by its content and never by its name.

/** Bytes of a file's beginning that are looked at. */
export const HEAD = 1 << 20;

/**
 * The kinds that a check takes. `one`: a later file takes the place of an earlier one. `own`: the check takes it as the
 * reader's own, so that one which came with a link counts only once the reader knows it; `pin`: or knows its digest.
 */
export const KINDS = {
  bundle: { called: "bundle", one: true, excludes: ["proof"] },
  proof: { called: "proof", one: true, excludes: ["bundle"] },
  mandate: { called: "mandate", one: true, excludes: ["deal"], own: true, pin: "terms" },
  deal: { called: "deal", one: true, excludes: ["mandate"], own: true, pin: "terms" },
  // The deal names their digest: they need no confirmation of their own.
  assumptions: { called: "file of assumptions", one: true, excludes: [] },
  // The mandate names their digests.
  groups: { called: "file of groups", one: true, excludes: [] },
  caps: { called: "file of caps", one: true, excludes: [] },
  impact: { called: "file of liquidity costs", one: true, excludes: [] },
  scenarios: { called: "scenario set", one: true, excludes: [], own: true, pin: "scenarios" },
  keys: { called: "verifying key", one: true, excludes: [] },
  commitment: { called: "commitment", one: false, excludes: [], own: true },
  attestation: { called: "attestation", one: false, excludes: [] },
  withdrawn: { called: "list of withdrawn keys", one: true, excludes: [], own: true },
  revoked: { called: "list of revoked statements", one: true, excludes: [], own: true },
};

/** The first line of a table by factor that has some of these columns and no others. */
function headerOf(...columns) {
  const cell = (names) => `[ \\t]*"?(?:${names})"?[ \\t]*`;
  const others = cell(columns.join("|"));
  return new RegExp(`^(?=[^\\r\\n]*,)(?:${others},)*${cell("factor")}(?:,${others})*(?=[\\r\\n]|$)`);
}

const SECRET = "It is secret. The check does not need it, and this page did not keep it. Give it to nobody.";

/** Files of Tailproof that begin with eight letters. A key file says in its eleventh byte which key it has. */
const MAGIC = {
  TAILBUND: { kind: "bundle" },
  TAILSCEN: { kind: "scenarios" },
  TAILTRAN: { kind: "keys", isHalo2: true },
  TAILCERE: refused("a ceremony", "Give the verifying.key that was made of it. tailproof ceremony verify checks it."),
  TAILSETP: refused("a file of set points", "It is for proving."),
};

/** Files of Tailproof in JSON, by their field `format`. */
const FORMATS = {
  "tailproof-proof": { kind: "proof" },
  "tailproof-commitment": { kind: "commitment" },
  "tailproof-pool-commitment": { kind: "commitment" },
  "tailproof-attestation": { kind: "attestation" },
  "tailproof-opening": refused("the opening of a commitment", SECRET),
  "tailproof-pool-opening": refused("the opening of a commitment", SECRET),
  "tailproof-attestor-key": refused("the signing key of an attestor", SECRET),
  "tailproof-pool-ledger": refused(
    "a ledger of a pool",
    "This page checks one proof. tailproof pool ledger verify checks a ledger of a pool.",
  ),
  "tailproof-ledger": refused("a ledger", "This page checks one proof. tailproof ledger verify checks a ledger."),
};

const TABLES = [
  // A book has an exposure or a quantity, and neither a cap nor a rate.
  [headerOf("cap", "volume"), { kind: "caps" }],
  [headerOf("rate", "above_1", "rate_1", "above_2", "rate_2"), { kind: "impact" }],
  [/^"?(factor|instrument)"?[,;\t|]/i, refused("a table by factor", `If it is a book: ${SECRET.replace("It", "it")}`)],
  [/^"?date"?[,;\t|]"?(p&l|pnl|p_l)\b/i, refused("a table of gains by dates", `If it is a P&L vector: ${SECRET.replace("It", "it")}`)],
  [/^#?Portfolio,/i, refused("a report by portfolio", `If it is a P&L vector: ${SECRET.replace("It", "it")}`)],
  [
    /^"?date"?[,;\t|]/i,
    refused("a table by dates", "This page does not make scenario sets again. tailproof verify --prices does."),
  ],
];

function refused(called, why) {
  return { refused: `${called}. ${why}` };
}

/**
 * Returns the kind of a file, `{ kind }`, or why it is not taken, `{ refused }`. A key of halo2 has `isHalo2` besides.
 * @param {Uint8Array} head the first bytes of the file
 */
export function recognise(head) {
  if (head.length === 0) {
    return refused("an empty file", "Choose it again.");
  }
  const magic = String.fromCharCode(...head.subarray(0, 8));
  if (magic === "TAILKEYS") {
    return keyFile(head[10]);
  }
  if (Object.hasOwn(MAGIC, magic)) {
    return MAGIC[magic];
  }
  const text = textOf(head);
  return text === undefined ? unknown() : ofText(text);
}

function keyFile(which) {
  return which === 1
    ? refused("the proving key", "The check needs verifying.key, which lies beside it.")
    : { kind: "keys" };
}

function unknown() {
  return refused("nothing that this page knows", "Its content is of no file of Tailproof.");
}

/** Returns the text of bytes that may end inside of a character; nothing if they are no text. */
function textOf(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function ofText(text) {
  if (/^\s*\{/.test(text)) {
    const format = /"format"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    return Object.hasOwn(FORMATS, format ?? "") ? FORMATS[format] : unknown();
  }
  for (const [begins, answer] of TABLES) {
    if (begins.test(text)) {
      return answer;
    }
  }
  return ofLines(
    text
      .split(/\r?\n/)
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== ""),
  );
}

function ofLines(lines) {
  const all = (pattern) => lines.length > 0 && lines.every((line) => pattern.test(line));
  const some = (pattern) => lines.some((line) => pattern.test(line));
  // A list with a line that is none is still a list, for the verifier to refuse: without it, keys that it names would be
  // taken.
  if (some(/^[0-9a-f]{64}$/i) || all(/^[0-9a-f]{32,}$/i)) {
    return { kind: "withdrawn" };
  }
  if (some(/^0x[0-9a-f]{64}$/i) || all(/^0x[0-9a-f]{32,}$/i)) {
    return { kind: "revoked" };
  }
  if (some(/^(\[\[?\s*clause\b|clause\s*=)/)) {
    return { kind: "mandate" };
  }
  if (some(/^\[\s*("[^"]*"|[\w-]+)\s*\.\s*groups\s*\]/)) {
    return { kind: "groups" };
  }
  if (some(/^(\[\[?\s*(tape|pd|tranche)\b|(tape|pd|tranche)\s*[.=])/)) {
    return { kind: "deal" };
  }
  if (some(/^(\[\[?\s*repline\b|repline\s*=)/)) {
    return { kind: "assumptions" };
  }
  return some(/^unit\s*=/) && some(/^name\s*=/) ? { kind: "mandate" } : unknown();
}
