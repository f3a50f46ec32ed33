// Runs one verification: node verify.mjs MODULE KEY SCENARIOS MANDATE PROOF.
// Prints the number of the verdict and the milliseconds that it took.
import { readFileSync } from "node:fs";

const [module, ...files] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const { memory, allocate, verify } = instance.exports;
const buffers = files.flatMap((file) => {
  const bytes = readFileSync(file);
  const start = allocate(bytes.length);
  new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
  return [start, bytes.length];
});
const begin = performance.now();
const verdict = verify(...buffers);
console.log(`${verdict} ${Math.round(performance.now() - begin)}`);
