#!/usr/bin/env node
'use strict';
// Runs slither over contracts/src and a generated verifier, and compares what it finds with
// contracts/slither.md.
//
// Usage: contracts/scripts/slither.js SLITHER [--show]: path of slither's command. Needs
// contracts/generated, which tests/make-fixtures makes. With --show also what slither says of each
// finding. Works on a copy in a temporary folder. Exit status 1 on a finding that the page does not
// list, and on one that it lists and slither no longer makes.
//
// A finding is a detector and a function, or a variable of a contract: lines move. Detectors of
// style and of gas are not run.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const CONTRACTS = path.join(__dirname, '..');

/// What slither needs, in a folder: sources, the verifier among them, and forge on a path of its
/// own.
function copy(folder) {
  for (const name of ['src', 'solc', 'foundry.toml']) {
    fs.cpSync(path.join(CONTRACTS, name), path.join(folder, name), { recursive: true });
  }
  const verifier = path.join(CONTRACTS, 'generated', 'TailproofVerifier.sol');
  if (!fs.existsSync(verifier)) throw new Error(`${verifier} is not there: run tests/make-fixtures`);
  fs.copyFileSync(verifier, path.join(folder, 'src', 'TailproofVerifier.sol'));
  fs.symlinkSync(path.join(CONTRACTS, 'node_modules'), path.join(folder, 'node_modules'));
  const forge = execFileSync('node', ['native.js', 'forge'], { cwd: CONTRACTS, encoding: 'utf8' }).trim();
  fs.mkdirSync(path.join(folder, 'bin'));
  fs.symlinkSync(forge, path.join(folder, 'bin', 'forge'));
}

/// Slither's findings.
function detect(slither, folder) {
  const out = path.join(folder, 'slither.json');
  const words = ['.', '--filter-paths', 'node_modules', '--exclude-informational', '--exclude-optimization', '--json', out];
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}` };
  const { stderr, error } = spawnSync(slither, words, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  // The exit status is that of findings, so the file alone says whether it ran.
  const found = fs.existsSync(out) ? JSON.parse(fs.readFileSync(out, 'utf8')) : { error: stderr };
  if (!found.success) throw new Error(`slither did not run: ${found.error}`);
  return found.results.detectors ?? [];
}

/// The function that a finding is in, with its contract; or a variable of the contract.
function place({ elements }) {
  const parent = (of) => of.type_specific_fields?.parent;
  let at = elements[0];
  while (!['function', 'contract'].includes(at.type) && parent(at)?.type === 'function') at = parent(at);
  return at.type === 'contract' || !parent(at) ? at.name : `${parent(at).name}.${at.name}`;
}

/// The findings of the page: rows of a detector, the places and the reason.
function listed() {
  const rows = fs.readFileSync(path.join(CONTRACTS, 'slither.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)` \|([^|]*)\|([^|]+)\|$/gm);
  return [...rows].flatMap(([, detector, places]) => [...places.matchAll(/`([^`]+)`/g)].map(([, of]) => `${detector} ${of}`));
}

function main(slither, show) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slither-'));
  let found;
  try {
    copy(folder);
    found = detect(slither, folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  const key = (finding) => `${finding.check} ${place(finding)}`;
  if (show) for (const finding of found) console.log(`${key(finding)}\n  ${finding.description.trim()}`);
  const [is, should] = [new Set(found.map(key)), new Set(listed())];
  const more = [...is].filter((of) => !should.has(of)).sort();
  const gone = [...should].filter((of) => !is.has(of)).sort();
  for (const of of more) console.error(`not in contracts/slither.md: ${of}`);
  for (const of of gone) console.error(`in contracts/slither.md, and slither finds it no longer: ${of}`);
  console.log(`slither: ${found.length} findings in ${is.size} places, ${more.length} of them new, ${gone.length} gone`);
  if (more.length + gone.length > 0) process.exitCode = 1;
}

const [slither, show] = process.argv.slice(2);
if (!slither) {
  console.error('usage: contracts/scripts/slither.js SLITHER [--show]');
  process.exit(2);
}
main(path.resolve(slither), show === '--show');
