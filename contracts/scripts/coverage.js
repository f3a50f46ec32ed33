#!/usr/bin/env node
'use strict';
// Says how many lines and functions of contracts/src the Solidity tests run, by `forge coverage`.
//
// Usage: contracts/scripts/coverage.js [--update]. Needs contracts/generated, which
// tests/make-fixtures makes. Works on a copy in a temporary folder. Exit status 1 if a test fails,
// if fewer than 95 of 100 lines are run, or if contracts/coverage.md does not name a function or a
// line that no test runs; --update writes the page's table anew.
//
// The build is for coverage alone: without the optimiser and without the intermediate
// representation, whose source maps lose the lines of assembly. Its profile in foundry.toml has one
// set of options: with two, forge takes lines of one build for lines of the other. Fuzz tests and
// invariants make fewer calls.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const CONTRACTS = path.join(__dirname, '..');
const PAGE = path.join(CONTRACTS, 'coverage.md');
// Tests that fail in the build for coverage: of gas, and of code size.
const OTHER_BUILD = 'Gas|ContractsAreSmall|testSizes';
// Without the optimiser the compiler runs out of stack in a contract of OpenZeppelin that this test
// alone takes.
const DEEP = 'test/sources/P256Seat.t.sol';
// Least share of lines in hundredths.
const LEAST = 95;
const HEAD = '| file | lines run | functions run | functions and lines not run |\n| --- | --- | --- | --- |\n';

/// What forge needs, in a folder.
function copy(folder) {
  for (const name of ['src', 'test', 'examples', 'generated', 'snapshots', 'solc', 'native.js', 'foundry.toml']) {
    fs.cpSync(path.join(CONTRACTS, name), path.join(folder, name), { recursive: true });
  }
  fs.rmSync(path.join(folder, DEEP));
  fs.symlinkSync(path.join(CONTRACTS, 'node_modules'), path.join(folder, 'node_modules'));
}

/// The coverage of the tests, as lcov has it.
function run(folder) {
  const forge = execFileSync('node', ['native.js', 'forge'], { cwd: CONTRACTS, encoding: 'utf8' }).trim();
  const words = ['coverage', '--offline', '--no-match-test', OTHER_BUILD, '--report', 'lcov'];
  const env = { ...process.env, FOUNDRY_PROFILE: 'coverage', FOUNDRY_INVARIANT_RUNS: '5', FOUNDRY_FUZZ_RUNS: '32' };
  const { status, stdout, error } = spawnSync(forge, words, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`tests fail under coverage:\n${stdout.slice(stdout.indexOf('Failing tests:'))}`);
  return fs.readFileSync(path.join(folder, 'lcov.info'), 'utf8');
}

/// A row for each file of src/: lines, functions, and those that no test runs.
function rows(lcov) {
  const files = lcov.split('end_of_record').filter((record) => /^SF:src\//m.test(record));
  const number = (record, key) => Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(record)[1]);
  return files.map((record) => {
    const file = /^SF:(.+)$/m.exec(record)[1];
    const functions = [...record.matchAll(/^FNDA:0,(.+)$/gm)].map(([, name]) => name).sort();
    const source = fs.readFileSync(path.join(CONTRACTS, file), 'utf8').split('\n');
    const lines = [...record.matchAll(/^DA:(\d+),0$/gm)].map(([, line]) => source[line - 1].trim());
    const counts = { lines: number(record, 'LF'), run: number(record, 'LH') };
    return { file, ...counts, functions: `${number(record, 'FNH')} of ${number(record, 'FNF')}`, missed: [...functions, ...lines] };
  });
}

/// The page's table, with all files together in the last row.
function tabled(found) {
  const quoted = (names) => names.map((name) => `\`${name.replaceAll('|', '\\|')}\``).join(', ');
  const line = (row) => `| \`${row.file}\` | ${row.run} of ${row.lines} | ${row.functions} | ${quoted(row.missed)} |\n`;
  const [run, lines] = ['run', 'lines'].map((key) => found.reduce((sum, row) => sum + row[key], 0));
  return { share: (100 * run) / lines, table: `${found.map(line).join('')}| all | ${run} of ${lines} | | |\n` };
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
  const { share, table } = tabled(found);
  process.stdout.write(HEAD + table);
  const page = fs.readFileSync(PAGE, 'utf8');
  if (update) fs.writeFileSync(PAGE, page.slice(0, page.indexOf(HEAD)) + HEAD + table);
  const named = update ? table : page;
  const missed = found.flatMap((row) => row.missed).filter((name) => !named.includes(`\`${name.replaceAll('|', '\\|')}\``));
  if (missed.length > 0) {
    console.error(`no test runs these, and contracts/coverage.md does not name them: ${missed.join(', ')}`);
    process.exitCode = 1;
  }
  if (share < LEAST) {
    console.error(`${share.toFixed(1)} of 100 lines are run, fewer than ${LEAST}`);
    process.exitCode = 1;
  }
}

main(process.argv.includes('--update'));
