'use strict';
// Reads {"key", "cases": [{"signals", "proof"}]} on stdin; prints the verdict of snarkjs's groth16.verify on each, as JSON.
const fs = require('fs');
const snarkjs = require('snarkjs');

async function main() {
  const { key, cases } = JSON.parse(fs.readFileSync(0, 'utf8'));
  const verdicts = [];
  for (const { signals, proof } of cases) {
    verdicts.push(await snarkjs.groth16.verify(key, signals, proof));
  }
  process.stdout.write(JSON.stringify(verdicts) + '\n', () => process.exit(0));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
