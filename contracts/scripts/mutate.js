#!/usr/bin/env node
'use strict';
// Removes the guards of the tables one by one and says whether the test beside each fails then.
//
// Usage: contracts/scripts/mutate.js [WORD ...]: guards whose line has one of the words, or all.
// Works on a copy of contracts/ in a temporary folder. Exit status 1 if a test passes without its
// guard, does not compile, or is not there.
//
// A line of contracts/scripts/mutations*.tsv: file under src/, text to be replaced (once in the
// file), its replacement, name of the test that must fail. Empty lines and lines that begin with #
// are skipped.
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

/// How a test ends in the copy.
function outcome(forge, folder, test) {
  const words = ['test', '--offline', '--match-test', `^${test}\\(`];
  const { stdout, stderr, error } = spawnSync(forge, words, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  if (/Compiler run failed/.test(stdout + stderr)) return 'does not compile';
  if (stdout.includes('[FAIL')) return 'fails';
  return stdout.includes('[PASS]') ? 'passes' : 'was not found';
}

/// Removes one guard in the copy, runs its test and puts the guard back.
function verdict(forge, folder, [file, text, replacement, test]) {
  const place = path.join(folder, 'src', file);
  const source = fs.readFileSync(place, 'utf8');
  const found = source.split(text).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times: ${text}`);
  fs.writeFileSync(place, source.replace(text, () => replacement));
  const ended = outcome(forge, folder, test);
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
    for (const guard of tried) {
      const ended = verdict(forge, folder, guard);
      if (ended !== 'fails') survived += 1;
      console.log(`${ended}\t${guard[3]}\t${guard[0]}: ${guard[1]}`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  console.log(`${tried.length} guards removed, ${survived} not noticed`);
  process.exitCode = tried.length === 0 || survived > 0 ? 1 : 0;
}

main(process.argv.slice(2));
