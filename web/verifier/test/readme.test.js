// The program on the package's front page runs as it is printed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";

import { market, sha256 } from "./support.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [, program] = readme.match(/<!-- test: snippet -->\s+```js\n([^]*?)```/);

test("the chapter of the book has the README's program", () => {
  const chapter = readFileSync(new URL("../../../docs/src/doors/browser.md", import.meta.url), "utf8");
  assert.ok(chapter.includes(`\n\`\`\`js\n${program}\`\`\`\n`));
});

test("the README's program", () => {
  const files = market();
  // In the package, so that its own name is found.
  const place = new URL(`.readme-${process.pid}.mjs`, import.meta.url);
  writeFileSync(`${files.path}/keys.digest`, `${sha256(files.bytes("keys/verifying.key"))}\n`);
  writeFileSync(place, program);
  const { stdout, stderr, status } = spawnSync(process.execPath, [place.pathname], { cwd: files.path, encoding: "utf8" });
  rmSync(place);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^VALID\n  99 % VaR <= 4 % of NAV\n  97\.5 % CVaR <= 450,000\nmandate: as given; /);
  assert.match(stdout, /\ncommitment: compared; .*\n.*\nattestation: not checked; attested by nobody\n/);
});
