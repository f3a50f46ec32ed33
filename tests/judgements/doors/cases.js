// The cases of a folder, and the answers to them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the cases of a folder, and functions that read their files. */
export function casesOf(folder) {
  const { cases } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
  const bytes = (path) => readFileSync(join(folder, path));
  return { cases, bytes, key: ({ keys, key_file: file }) => bytes(join(keys, file)) };
}

/** Returns the answer that a result of the verifier is. */
export function answerOf({ valid, verdict, code }) {
  return { outcome: valid ? "valid" : verdict ? "not-valid" : "bad-input", code };
}

/** Prints the answers by id. */
export const print = (answers) => console.log(JSON.stringify(answers));
