import assert from "node:assert/strict";
import { test } from "node:test";

import { readLink } from "../src/link.js";
import { tidy, wrong } from "../src/pins.js";

const read = (rest, base = "https://example.org/proofs/verify.html") => readLink(new URL(base + rest));
const digest = "ab".repeat(32);

test("a link names files beside the page, and values", () => {
  const link = read(
    `#proof=may/p.json&commitment=a.json&commitment=b%20c.json&keys-digest=${digest}&attested-by=p256:1&attested-by=p256:2`,
  );
  assert.deepEqual(link.problems, []);
  assert.deepEqual(link.files, [
    { parameter: "proof", address: "https://example.org/proofs/may/p.json", name: "p.json" },
    { parameter: "commitment", address: "https://example.org/proofs/a.json", name: "a.json" },
    { parameter: "commitment", address: "https://example.org/proofs/b%20c.json", name: "b c.json" },
  ]);
  assert.deepEqual(link.values, { keys: digest, attestors: "p256:1\np256:2" });
  assert.deepEqual(read(`?bundle=b.tailproof#keys-digest=${digest}`).values, { keys: digest });
});

test("a link with anything else is a problem", () => {
  const problems = {
    [`#key-digest=${digest}`]: /does not know: key-digest/,
    "#toString=1": /does not know: toString/,
    [`?keys-digest=${digest}#keys-digest=${digest}`]: /keys-digest twice/,
    "#proof=a&proof=b": /proof twice/,
    "#proof=https://example.com/p.json": /of another host/,
    "#proof=//example.com/p.json": /of another host/,
    "#proof=http://example.org/p.json": /of another host/,
    "#proof=https://example.org:8443/p.json": /of another host/,
    "#proof=data:,x": /of another host/,
    "#proof=javascript:alert(1)": /of another host/,
    "#proof=https://": /of another host/,
  };
  for (const [rest, reason] of Object.entries(problems)) {
    const { problems: found, files } = read(rest);
    assert.equal(found.length, 1, rest);
    assert.match(found[0], reason);
    assert.ok(files.every(({ address }) => address.startsWith("https://example.org/")));
  }
});

test("a name that is no text is kept as it is", () => {
  assert.equal(read("#proof=%25ff.json").files[0].name, "%ff.json");
});

test("values are tidied, and others are wrong", () => {
  assert.equal(tidy("keys", ` SHA256:${digest.toUpperCase()}\n`), digest);
  assert.equal(tidy("keys", `${digest.slice(0, 32)}\n ${digest.slice(32)}`), digest);
  assert.equal(tidy("attestors", " p256:1,\n\np256:2 "), "p256:1\np256:2");
  assert.equal(wrong("keys", digest), undefined);
  assert.equal(wrong("keys", ""), undefined);
  assert.equal(wrong("context", `0x${digest}`), undefined);
  for (const [name, value] of [
    ["keys", digest.slice(1)],
    ["keys", `${digest.slice(1)}g`],
    ["context", digest],
    ["seed", "0"],
  ]) {
    assert.match(wrong(name, value), /characters that are not/);
  }
});
