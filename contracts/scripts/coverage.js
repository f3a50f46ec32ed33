#!/usr/bin/env node
'use strict';
// Says how many lines and functions of contracts/src the Solidity tests run, by `forge coverage`.
//
// Usage: contracts/scripts/coverage.js [--update]. Needs contracts/generated, which
// tests/make-fixtures makes. Works on a copy in a temporary folder. Exit status 1 if a test fails,
// or if contracts/coverage.md does not name a function that no test runs; --update writes the
// page's table anew.
//
// The build is for coverage alone: with the intermediate representation and little optimisation,
// because the compiler runs out of stack without them. Its profile in foundry.toml has one set of
// options: with two, forge takes lines of one build for lines of the other. Fuzz tests and
// invariants make fewer calls.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const CONTRACTS = path.join(__dirname, '..');
const PAGE = path.join(CONTRACTS, 'coverage.md');
// Tests that fail in the build for coverage: of gas, of code size, and one in which it reads
// the clock later than the test means.
const OTHER_BUILD = 'Gas|ContractsAreSmall|testSizes|testAForecastOfAnotherTimeThanTheOpening';
const HEAD = '| file | lines run | functions run | not run |\n| --- | --- | --- | --- |\n';

/// What forge needs, in a folder.
function copy(folder) {
  for (const name of ['src', 'test', 'examples', 'generated', 'snapshots', 'solc', 'native.js', 'foundry.toml']) {
    fs.cpSync(path.join(CONTRACTS, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(CONTRACTS, 'node_modules'), path.join(folder, 'node_modules'));
}

/// The coverage of the tests, as lcov has it.
function run(folder) {
  const forge = execFileSync('node', ['native.js', 'forge'], { cwd: CONTRACTS, encoding: 'utf8' }).trim();
  const words = ['coverage', '--offline', '--ir-minimum', '--no-match-test', OTHER_BUILD, '--report', 'lcov'];
  const env = { ...process.env, FOUNDRY_PROFILE: 'coverage', FOUNDRY_INVARIANT_RUNS: '5', FOUNDRY_FUZZ_RUNS: '32' };
  const { status, stdout, error } = spawnSync(forge, words, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`tests fail under coverage:\n${stdout.slice(stdout.indexOf('Failing tests:'))}`);
  return fs.readFileSync(path.join(folder, 'lcov.info'), 'utf8');
}

/// A row for each file of src/: lines, functions, and the names of the functions that no test runs.
function rows(lcov) {
  const files = lcov.split('end_of_record').filter((record) => /^SF:src\//m.test(record));
  const number = (record, key) => Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(record)[1]);
  return files.map((record) => {
    const missed = [...record.matchAll(/^FNDA:0,(.+)$/gm)].map(([, name]) => name).sort();
    return {
      file: /^SF:(.+)$/m.exec(record)[1],
      lines: `${number(record, 'LH')} of ${number(record, 'LF')}`,
      functions: `${number(record, 'FNH')} of ${number(record, 'FNF')}`,
      missed,
    };
  });
}

function main(update) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coverage-'));
  let found;
  try {
    copy(folder);
    found = rows(run(folder));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  const quoted = (names) => names.map((name) => `\`${name}\``).join(', ');
  const table = found.map((row) => `| \`${row.file}\` | ${row.lines} | ${row.functions} | ${quoted(row.missed)} |\n`).join('');
  process.stdout.write(HEAD + table);
  const page = fs.readFileSync(PAGE, 'utf8');
  if (update) {
    fs.writeFileSync(PAGE, page.slice(0, page.indexOf(HEAD)) + HEAD + table);
    return;
  }
  const missed = found.flatMap((row) => row.missed).filter((name) => !page.includes(`\`${name}\``));
  if (missed.length === 0) return;
  console.error(`no test runs these functions, and contracts/coverage.md does not name them: ${missed.join(', ')}`);
  process.exitCode = 1;
}

main(process.argv.includes('--update'));
