// The command that checks the same again, outside of this page.

import { isPlain, word } from "./names.js";

const OPTIONS = [
  ["proof", "--proof"],
  ["scenarios", "--scenarios"],
  ["mandate", "--mandate"],
  ["deal", "--deal"],
  ["assumptions", "--assumptions"],
];

/**
 * Returns the command for a question: `{ lines, notes }`. Names of files are those that they were chosen by.
 * @param {object} question as `questionOf` makes it
 */
export function commandOf({ files, commitments, attestations, digests, context, seed, attestors }) {
  const notes = [];
  const name = (file, place) => {
    if (isPlain(file.name)) {
      return word(file.name);
    }
    notes.push(`${place} stands for a file whose name has hidden characters: rename it.`);
    return place;
  };
  const parts = ["tailproof verify"];
  const lines = [];
  if (files.bundle) {
    parts.push(name(files.bundle, "BUNDLE"), `--keys-digest ${digests.keys}`);
    parts.push(...(digests.terms && !files.mandate && !files.deal ? [`--mandate-digest ${digests.terms}`] : []));
    parts.push(...(digests.scenarios && !files.scenarios ? [`--scenarios-digest ${digests.scenarios}`] : []));
  }
  for (const [kind, option] of OPTIONS) {
    if (files[kind]) {
      parts.push(`${option} ${name(files[kind], kind.toUpperCase())}`);
    }
  }
  for (const [kind, end] of [
    ["groups", "groups.toml"],
    ["caps", "caps.csv"],
    ["impact", "impact.csv"],
  ]) {
    if (files[kind]) {
      const called = name(files[kind], kind.toUpperCase());
      const rename = files[kind].name.endsWith(end) ? "" : `, under a name that ends in ${end}`;
      notes.push(`Put ${called} into the folder of the mandate${rename}: the command looks for it there.`);
    }
  }
  if (!files.bundle) {
    const key = name(files.keys, "KEY");
    const called = files.keys.isHalo2 ? "halo2.key" : "verifying.key";
    const parents = files.keys.name.split("/");
    const folder = parents.pop() === called ? parents.join("/") : undefined;
    parts.push(`--keys ${folder === undefined ? "KEYS" : word(folder || ".")}`);
    if (folder === undefined) {
      notes.push(`KEYS stands for a folder in which ${key} lies under the name ${called}.`);
    }
    // The command derives a key of halo2 itself, whatever its file says.
    if (!files.keys.isHalo2) {
      lines.push(`printf '%s  %s\\n' ${digests.keys} \\\n  ${key} | sha256sum --check`);
    }
  }
  for (const file of commitments) {
    parts.push(`--commitment ${name(file, "COMMITMENT")}`);
  }
  parts.push(...(context ? [`--context ${context}`] : []), ...(seed ? [`--seed ${seed}`] : []));
  parts.push(...(files.withdrawn ? [`--withdrawn ${name(files.withdrawn, "WITHDRAWN")}`] : []));
  if (attestors) {
    parts.push(...attestors.keys.map((key) => `--attested-by ${word(key)}`));
    parts.push(...attestations.map((file) => `--attestation ${name(file, "ATTESTATION")}`));
    parts.push(...(attestors.subject ? [`--subject ${attestors.subject}`] : []));
    parts.push(`--at ${new Date(attestors.at * 1000).toISOString().replace(".000", "")}`);
    parts.push(...(files.revoked ? [`--revoked ${name(files.revoked, "REVOKED")}`] : []));
  }
  lines.push(parts.join(" \\\n  "));
  return { lines, notes };
}
