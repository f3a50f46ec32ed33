#!/usr/bin/env node
'use strict';
// Removes the guards of the tables one by one and says whether the test beside each fails then.
//
// Usage: contracts/scripts/mutate.js [WORD ...]: guards whose line has one of the words, or all.
// Works on a copy of contracts/ in a temporary folder. Exit status 1 if a test passes without its
// guard, does not compile, is not there, or does not pass while all guards stand; and if a guard is
// not once in its file.
//
// A line of contracts/scripts/mutations*.tsv: file under src/, text to be replaced (once in the
// file), its replacement, name of the test that must fail; then `setup` where a contract without the
// guard refuses honest calls too, so that the test's setup fails. Empty lines and lines that begin
// with # are skipped.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const CONTRACTS = path.join(__dirname, '..');
const COPIED = ['src', 'test', 'examples', 'generated', 'snapshots', 'solc', 'native.js', 'foundry.toml'];

/// The lines of all tables that have one of the words.
function guards(words) {
  const tables = fs.readdirSync(__dirname).filter((name) => /^mutations.*\.tsv$/.test(name)).sort();
  return tables
    .flatMap((name) => fs.readFileSync(path.join(__dirname, name), 'utf8').split('\n'))
    .filter((line) => line && !line.startsWith('#'))
    .filter((line) => words.length === 0 || words.some((word) => line.includes(word)))
    .map((line) => line.split('\t'));
}

function copy(folder) {
  for (const name of COPIED) {
    const source = path.join(CONTRACTS, name);
    if (fs.existsSync(source)) fs.cpSync(source, path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(CONTRACTS, 'node_modules'), path.join(folder, 'node_modules'));
}

/// Runs tests in the copy, and returns forge's output. Tests that are linked find contracts at run
/// time, so that a change of one contract compiles neither the tests nor the other contracts again.
/// But a contract that is made within `try` is a part of its test, as it was when that was compiled.
function run(forge, folder, tests, linked) {
  const words = ['test', '--offline', '--match-test', `^(${tests.join('|')})\\(`];
  const env = { ...process.env, FOUNDRY_DYNAMIC_TEST_LINKING: String(linked) };
  const { stdout, stderr, error } = spawnSync(forge, words, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  return stdout + stderr;
}

/// How a test ended. A setup that fails is none of the test's.
function outcome(printed, test) {
  if (/Compiler run failed/.test(printed)) return 'does not compile';
  if (/\[FAIL[^\n]*\] setUp\(\)/.test(printed)) return 'was not set up';
  if (new RegExp(`\\[FAIL[^\\n]*\\] ${test}\\(`).test(printed)) return 'fails';
  return new RegExp(`\\[PASS\\] ${test}\\(`).test(printed) ? 'passes' : 'was not found';
}

/// The tests that do not pass while all guards stand: of their failure nothing follows.
function failing(forge, folder, tests) {
  const printed = run(forge, folder, tests, true);
  return tests.map((test) => [outcome(printed, test), test]).filter(([ended]) => ended !== 'passes');
}

/// Removes one guard in the copy, runs its test and puts the guard back. A test that passes is
/// compiled with the contract and run again.
function verdict(forge, folder, [file, text, replacement, test]) {
  const place = path.join(folder, 'src', file);
  const source = fs.readFileSync(place, 'utf8');
  const found = source.split(text).length - 1;
  if (found !== 1) return `is there ${found} times`;
  fs.writeFileSync(place, source.replace(text, () => replacement));
  let ended = outcome(run(forge, folder, [test], true), test);
  if (ended === 'passes') ended = outcome(run(forge, folder, [test], false), test);
  fs.writeFileSync(place, source);
  return ended;
}

function main(words) {
  const forge = execFileSync('node', ['native.js', 'forge'], { cwd: CONTRACTS, encoding: 'utf8' }).trim();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mutate-'));
  const tried = guards(words);
  let survived = 0;
  try {
    copy(folder);
    for (const [ended, test] of failing(forge, folder, [...new Set(tried.map((guard) => guard[3]))])) {
      survived += 1;
      console.log(`${ended}\t${test}\twith all guards`);
    }
    for (const guard of tried) {
      const ended = verdict(forge, folder, guard);
      if (ended !== (guard[4] === 'setup' ? 'was not set up' : 'fails')) survived += 1;
      console.log(`${ended}\t${guard[3]}\t${guard[0]}: ${guard[1]}`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  console.log(`${tried.length} guards removed, ${survived} not noticed`);
  process.exitCode = tried.length === 0 || survived > 0 ? 1 : 0;
}

main(process.argv.slice(2));
