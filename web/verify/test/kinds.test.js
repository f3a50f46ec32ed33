// Kinds of files, without a browser: the files are the command's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { recognise } from "../src/kinds.js";
import { gains, halo2, market, month, pool, ruled, sized } from "./support.js";

const bytes = (text) => new TextEncoder().encode(text);

test("files of the command are known by their content", () => {
  const kinds = {
    "p.json": "proof",
    "c.json": "commitment",
    "market.scn": "scenarios",
    "mandate.toml": "mandate",
    "keys/verifying.key": "keys",
    "b.tailproof": "bundle",
  };
  for (const [name, kind] of Object.entries(kinds)) {
    assert.deepEqual(recognise(market().bytes(name)), { kind }, name);
  }
  for (const [name, kind] of Object.entries({ "c.json": "commitment", "c.scn": "scenarios", "deal.toml": "deal" })) {
    assert.deepEqual(recognise(pool().bytes(name)), { kind }, `pool ${name}`);
  }
  assert.deepEqual(recognise(month().bytes("assumptions.toml")), { kind: "assumptions" });
  assert.deepEqual(recognise(ruled().bytes("sectors.groups.toml")), { kind: "groups" });
  assert.deepEqual(recognise(ruled().bytes("mandate.toml")), { kind: "mandate" });
  assert.deepEqual(recognise(sized().bytes("fund.caps.csv")), { kind: "caps" });
  assert.deepEqual(recognise(sized().bytes("fund.impact.csv")), { kind: "impact" });
  assert.deepEqual(recognise(gains().bytes("c.json")), { kind: "commitment" });
  assert.deepEqual(recognise(month().bytes("march.toml")), { kind: "deal" });
  assert.deepEqual(recognise(halo2().bytes("keys/halo2.key")), { kind: "keys", isHalo2: true });
});

test("what the check does not take is refused by name", () => {
  const files = market();
  const refused = {
    "o.json": /^the opening of a commitment\. It is secret\./,
    "keys/proving.key": /^the proving key\. The check needs verifying\.key/,
    "prices.csv": /^a table by dates\./,
    "book.csv": /^a table by factor\. If it is a book: it is secret\./,
  };
  for (const [name, reason] of Object.entries(refused)) {
    assert.match(recognise(files.bytes(name)).refused, reason, name);
  }
  assert.match(recognise(pool().bytes("o.json")).refused, /^the opening of a commitment\. It is secret\./);
});

test("files of caps and of liquidity costs are told from a book by their columns", () => {
  for (const [text, kind] of [
    ["factor,cap\nA,1\n", "caps"],
    ['volume, "factor" ,cap\r\n1,A,2\r\n', "caps"],
    ["factor,rate\nrest,0.1\n", "impact"],
    ["factor,rate,above_1,rate_1\nrest,0.1,1,0.2\n", "impact"],
  ]) {
    assert.deepEqual(recognise(bytes(text)), { kind }, text);
  }
  for (const text of ["factor,exposure\nA,1\n", "factor,cap,exposure\nA,1,2\n", "factor,quantity,rate\nA,1,2\n", "factor\nA\n"]) {
    assert.notEqual(recognise(bytes(text)).kind, "caps", text);
    assert.notEqual(recognise(bytes(text)).kind, "impact", text);
  }
  assert.match(recognise(bytes("factor,cap,exposure\nA,1,2\n")).refused, /^a table by factor\. If it is a book: it is secret\./);
});

test("lists are told apart by the form of their digests", () => {
  const digest = "0123456789abcdef".repeat(4);
  assert.deepEqual(recognise(bytes(`# lost\n${digest} # one\n\n`)), { kind: "withdrawn" });
  assert.deepEqual(recognise(bytes(`0x${digest}\r\n0x${digest}\r\n`)), { kind: "revoked" });
  assert.match(recognise(bytes("# nothing\n")).refused, /^nothing that this page knows/);
});

test("a list with a line that is none stays a list, which the verifier refuses", () => {
  const digest = "0123456789abcdef".repeat(4);
  for (const text of [`${digest}\n0x${digest}\n`, `${digest}0\n`, `${digest}\nlost\n`, digest.toUpperCase(), digest.slice(1)]) {
    assert.deepEqual(recognise(bytes(text)), { kind: "withdrawn" }, text);
  }
  for (const text of [`0x${digest}\n${digest.slice(2)}\n`, `0x${digest.slice(2)}\n`]) {
    assert.deepEqual(recognise(bytes(text)), { kind: "revoked" }, text);
  }
});

test("garbage is not taken", () => {
  const garbage = [
    new Uint8Array(0),
    new Uint8Array(100),
    Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256),
    bytes("TAIL"),
    bytes("tailbund"),
    bytes("{"),
    bytes('{"format": "constructor"}'),
    bytes('{"format": "tailproof-prof"}'),
    bytes("PK\u0003\u0004"),
    bytes("<!doctype html>"),
  ];
  for (const file of garbage) {
    const { kind, refused } = recognise(file);
    assert.equal(kind, undefined);
    assert.ok(refused.length > 0);
  }
});

test("the beginning of a file may end inside of a character", () => {
  const text = bytes('name = "é"\n[[clause]]\n# é');
  assert.deepEqual(recognise(text.subarray(0, text.length - 1)), { kind: "mandate" });
});
