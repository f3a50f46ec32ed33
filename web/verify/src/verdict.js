// The verdict as elements: claims, what it rests on, what it does not say, and the command that checks it again.

import { commandOf } from "./command.js";
import { el } from "./elements.js";
import { shown } from "./names.js";
import { levelOf } from "./outcome.js";

const COLUMNS = [
  ["what", "What"],
  ["how", "How"],
  ["note", "Note"],
  ["digest", "Digest"],
];

const SILENT = [
  "Whether the mandate or deal, the scenario set and the commitment are those that you know: files that you add count as " +
    "your own.",
  "Whether the commitment is to the whole, real book or pool. Somebody who saw it has to vouch for that.",
  "Whether the scenarios are fair, or were made from real prices: this page makes no set of prices again. " +
    "tailproof verify --prices does.",
  "Whether a ceremony took place: the origin of keys is their header’s word. tailproof ceremony verify checks its file.",
  "Whether keys were withdrawn or statements revoked since: the page asks nobody. Add the lists that you have.",
  "When the commitment or the proof was made.",
  "Whether the digests that you entered are right. Have them from somebody other than the prover.",
  "Whether this page is the one that was published: compare the digest of its file, or use the command.",
];

/** Returns the parts below the sentence of an outcome. */
export function partsOf({ result, version, vectors = [] }, question, checkedAt) {
  const time = checkedAt.toISOString().slice(0, 16).replace("T", " ");
  return [
    ...(result?.valid ? partsOfValid(result) : []),
    result?.code === "from-bundle" && unvouched(result),
    vectors.length > 0 && section("P&L vectors", list(vectors.map(vectorInWords))),
    section("Check it again", ...again(question)),
    el(
      "p",
      { class: "small" },
      `Looked at ${time} UTC by this computer’s clock${version === undefined ? "" : `, by the verifier ${version}`}, `,
      "for keys whose digest you entered: ",
      el("code", { class: "digest" }, question.digests.keys),
    ),
  ].filter(Boolean);
}

function partsOfValid(result) {
  return [
    section("Claims", list(result.claims)),
    result.commitments.length > 1 && section(commitmentsCalled(result), list(result.commitments, "digest")),
    section("Rests on", table(result.rests_on)),
    section("What this page does not say", list(SILENT)),
  ];
}

/** Returns what the commitments are of which the proof's is the hash. */
function commitmentsCalled(result) {
  const months = result.rests_on.some(({ what }) => what === "reasons");
  return months ? "Pools, the earlier first" : "Sub-books";
}

/** Returns what a commitment to the P&L vector of the scenario set is about, by the set. */
function vectorInWords({ name, source, days, first, last }) {
  return (
    `${name} commits to a gain for each of ${days} days from ${first} to ${last}, of “${source}”. The proof is about a ` +
    "scenario set of this source and these days. Source and days are the word of whoever committed to the gains, and so " +
    "is each gain: no proof says that a book had them."
  );
}

function section(title, ...children) {
  return el("section", {}, el("h3", {}, title), ...children);
}

function list(sentences, kind) {
  return el(
    "ul",
    { class: kind },
    sentences.map((sentence) => el("li", {}, shown(sentence))),
  );
}

/** The claims of a bundle that is valid by its own word alone. */
function unvouched(result) {
  return el(
    "section",
    { class: "open" },
    el("h3", {}, "From the bundle alone"),
    el(
      "p",
      {},
      `Compared with nothing that you know: ${result.from_bundle.map(shown).join(", ")}. Whoever made the bundle ` +
        "chose them. Have their digests from somebody else and enter them, or add files of your own. The bundle claims:",
    ),
    list(result.claims.length > 0 ? result.claims : [result.name]),
  );
}

/** The table. Its roles are said again, since a narrow screen shows it as blocks. */
function table(lines) {
  const head = COLUMNS.map(([, title]) => el("th", { scope: "col", role: "columnheader" }, title));
  const row = (line) => {
    const cell = ([name, title]) => {
      const value = line[name] ?? "";
      const mark = name === "how" && el("span", { class: "mark", "aria-hidden": "true" }, MARKS[levelOf(line.how)]);
      return el(
        "td",
        { role: "cell", class: name, "data-title": title, "data-empty": value === "" },
        mark,
        shown(value),
      );
    };
    return el("tr", { role: "row", class: levelOf(line.how) }, COLUMNS.map(cell));
  };
  return el(
    "table",
    { role: "table" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, head)),
    el("tbody", { role: "rowgroup" }, lines.map(row)),
  );
}

const MARKS = { open: "✗ ", settled: "✓ ", given: "" };

function again(question) {
  const { lines, notes } = commandOf(question);
  const text = lines.join("\n");
  const copy = el(
    "button",
    {
      type: "button",
      onclick: async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      },
    },
    "Copy",
  );
  return [
    el("p", {}, "In the folder of your files:"),
    el("pre", { tabindex: "0", role: "region", "aria-label": "Command" }, el("code", {}, text)),
    navigator.clipboard && copy,
    ...notes.map((note) => el("p", { class: "small" }, note)),
  ];
}
