// The files that were added, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Shelf } from "../src/shelf.js";

const commitment = (value) => new Blob([JSON.stringify({ format: "tailproof-commitment", value })]);
const mandate = (limit) => new Blob([`[[clause]]\nmeasure = "gross"\nlimit = ${limit}\n`]);

test("commitments of two folders are two, whatever their names and sizes", async () => {
  const shelf = new Shelf();
  await shelf.add([{ file: commitment(1), name: "book.commitment.json" }]);
  const notices = await shelf.add([{ file: commitment(2), name: "book.commitment.json" }]);
  assert.deepEqual(notices, []);
  assert.equal(shelf.files.length, 2);
});

test("a file that is added again is one", async () => {
  const shelf = new Shelf();
  for (let count = 0; count < 3; count += 1) {
    assert.deepEqual(await shelf.add([{ file: commitment(1), name: "c.json" }]), []);
  }
  assert.equal(shelf.files.length, 1);
});

test("a file takes the place of another where a check takes one, and says so unless it is the same", async () => {
  const shelf = new Shelf();
  await shelf.add([{ file: mandate(1), name: "m.toml" }]);
  assert.deepEqual(await shelf.add([{ file: mandate(1), name: "m.toml" }]), []);
  const [notice] = await shelf.add([{ file: mandate(2), name: "m.toml" }]);
  assert.match(notice.text, /^no longer used: the mandate m\.toml took its place/);
  assert.equal(shelf.files.length, 1);
});

test("it is reading until the last of the files that were added is there", async () => {
  const shelf = new Shelf();
  const [first, second] = [mandate(1), commitment(1)].map((file) => shelf.add([{ file, name: "f" }]));
  assert.ok(shelf.isReading);
  await first;
  await second;
  assert.ok(!shelf.isReading);
  await shelf.add([{ file: { size: 1, slice: () => assert.fail("gone") }, name: "gone" }]);
  assert.ok(!shelf.isReading);
});
