// Makes the proofs that the tests of ledgers use: contracts/generated/chain/. Called by tests/make-fixtures as
// `node make.mjs TAILPROOF WORK`, in contracts/.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { breakable } from './trapdoor.mjs';

const [tailproof, work] = process.argv.slice(2);
const out = 'generated/chain';
const demo = '../src/demo';
const [FIRST, LAST] = [10, 18];
mkdirSync(work, { recursive: true });
mkdirSync(out, { recursive: true });
mkdirSync('generated/limits', { recursive: true });

const run = (...words) => execFileSync(tailproof, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const at = (name) => `${work}/${name}`;
const json = (value) => JSON.stringify(value, null, 1) + '\n';

// Keys of a shape from a fixed seed, made once per circuit.
function keysOf(shape) {
  const circuit = JSON.parse(run('shape', shape, '--json')).circuit;
  const keys = at(`keys-${shape}-${circuit}`);
  if (!existsSync(`${keys}/verifying.key`)) {
    run('keygen', '--shape', shape, '--insecure-dev', '--force', '-o', keys, '--seed', '01'.repeat(32));
  }
  return keys;
}
const keys = { p: keysOf('8x20'), l: keysOf('8x20+limits') };
run('solidity', '--keys', keys.l, '-o', 'generated/limits/TailproofVerifier.sol');

// The window and the row of each epoch.
const lines = readFileSync(`${demo}/prices.csv`, 'utf8').trim().split('\n');
const dayOf = (epoch) => Date.parse(lines[epoch + 2].split(',')[0]) / 86_400_000;
for (let epoch = FIRST; epoch <= LAST; ++epoch) {
  writeFileSync(at(`prices-${epoch}.csv`), lines.slice(0, epoch + 3).join('\n') + '\n');
  for (const [set, rows] of [['w', '8'], ['r', '1']]) {
    run('scenarios', 'historical', '--prices', at(`prices-${epoch}.csv`), '--window', rows, '-o', at(`${set}${epoch}.scn`));
  }
}
const days = Array.from({ length: LAST + 1 }, (_, epoch) => dayOf(epoch));
writeFileSync(`${out}/periods.json`, json({ periods: days }));

// Four books: shares of the demo's.
const book = readFileSync(`${demo}/book.csv`, 'utf8').trim().split('\n');
[100, 90, 80, 95].forEach((share, index) => {
  const scaled = book.slice(1).map((line) => line.split(',')).map(([name, value]) => `${name},${(value * share) / 100}`);
  writeFileSync(at(`book-${index}.csv`), [book[0], ...scaled].join('\n') + '\n');
  if (!existsSync(at(`book-${index}.opening`))) {
    run('commit', '--book', at(`book-${index}.csv`), '--scenarios', at(`w${FIRST}.scn`), '--nav', '10000000', '--force',
      '-o', at(`book-${index}.json`), '--opening', at(`book-${index}.opening`));
  }
});
const factors = JSON.parse(readFileSync(at('book-0.json'))).factors_digest;

// A proof, made once for each claim and context.
function prove(name, key, set, index, clauses, context) {
  const mandate = 'name = "test"\nunit = "USD"\n' + clauses.map((clause) => `[[clause]]\n${clause}\n`).join('');
  const claim = createHash('sha256').update([keys[key], set, index, mandate, context, factors].join()).digest('hex');
  const proof = at(`${name}-${claim.slice(0, 16)}.proof`);
  if (!existsSync(proof)) {
    writeFileSync(at('mandate.toml'), mandate);
    run('prove', '--book', at(`book-${index}.csv`), '--opening', at(`book-${index}.opening`), '--scenarios', at(`${set}.scn`),
      '--mandate', at('mandate.toml'), '--keys', keys[key], '--context', context, '-o', `${proof}.json`);
    renameSync(`${proof}.json`, proof);
  }
  const { proof: words, controls, scenarioPoint, scenario_point: point = scenarioPoint } =
    JSON.parse(run('calldata', '--proof', proof, '--json'));
  return { proof: words, controls, point };
}
const save = (name, { proof, controls }) => writeFileSync(`${out}/${name}.json`, json({ proof, controls }));
const none = '0x' + '0'.repeat(64);
const varWithin = (limit, floor) => `measure = "var"\nconfidence = 0.99\nlimit = ${limit}\n` + (floor ? `floor = ${floor}\n` : '');
const shortfallWithin = (limit) => `measure = "cvar"\nconfidence = 0.975\nlimit = ${limit}\n`;
const lossWithin = (limit) => `measure = "stress"\nlimit = ${limit}\n`;
// A loss unit is 2^-20 of a cent: the floor is the first above the limit.
const lossAbove = (limit) => varWithin('1000000000000000000', `${limit}.000000009`);

// The ladder of rungs: limit, floor, and a window and a row that show their controls.
const ladder = [[80_000, 50_000, 'w14'], [100_000, 80_000, 'w10'], [200_000, 100_000, null], [250_000, 200_000, 'w15']];
const rungs = ladder.map(([limit, floor, set]) => {
  const control = (what, ...words) => prove(`rung-${limit}-${what}`, 'l', ...words, none).controls[3];
  const forecast = set ? control('forecast', set, 0, [varWithin(limit, floor)]) : none;
  const within = control('within', 'r14', 0, [lossWithin(limit)]);
  const exceeded = limit < 200_000 ? control('exceeded', 'r15', 0, [lossAbove(limit)]) : none;
  return [limit * 1e6, floor * 1e6, forecast, within, exceeded];
});
const hex = (digest) => (digest.startsWith('0x') ? digest : '0x' + digest);
writeFileSync(`${out}/rungs.json`, json({ factors: hex(factors), rungs }));

// Points of every epoch's window and row under both keys.
const points = {};
for (let epoch = FIRST; epoch <= LAST; ++epoch) {
  for (const key of ['p', 'l']) {
    points[`w${key}${epoch}`] = prove(`w${epoch}`, key, `w${epoch}`, 0, [varWithin(900_000)], none).point;
    points[`r${key}${epoch}`] = prove(`r${epoch}`, key, `r${epoch}`, 0, [lossWithin(900_000)], none).point;
  }
}
const verifier = readFileSync('generated/TailproofVerifier.sol', 'utf8');
const constant = (name) => new RegExp(`constant ${name} = (\\w+);`).exec(verifier)[1];
points.ic = [1, 2, 3, 4].flatMap((i) => [constant(`IC${i}_X`), constant(`IC${i}_Y`)]);
writeFileSync(`${out}/points.json`, json(points));

// Contexts, from the contracts at their addresses.
const forge = execFileSync('node', ['native.js', 'forge'], { encoding: 'utf8' }).trim();
execFileSync(forge, ['script', '--offline', 'test/ledger/Contexts.s.sol'], { stdio: ['ignore', 'ignore', 'inherit'] });
const contexts = JSON.parse(readFileSync(`${out}/contexts.json`));

const boundOf = (epoch) => (epoch === 10 ? 100_000 : epoch === 14 ? 75_000 : epoch < 14 ? 90_000 : 240_000);
const rungOf = (epoch) => ladder[epoch < 13 ? 1 : epoch < 15 ? 0 : 3];
const forecast = (which, who, epoch) => {
  const bound = boundOf(epoch);
  const [limit, floor] = rungOf(epoch);
  const clauses = which === 1 ? [varWithin(limit, floor)] : [varWithin(bound), shortfallWithin(bound)];
  const name = `f${which}-${who}-${epoch}`;
  save(name, prove(name, which === 1 ? 'l' : 'p', `w${epoch}`, which === 1 ? 0 : who % 4, clauses, contexts[name]));
};
const realised = (which, who, row) => {
  const limit = which === 1 ? rungOf(row - 1)[0] : boundOf(row - 1);
  const clause = row === 15 ? lossAbove(limit) : lossWithin(limit);
  const name = `r${which}-${who}-${row}`;
  save(name, prove(name, which === 1 ? 'l' : 'p', `r${row}`, which === 1 ? 0 : who % 4, [clause], contexts[name]));
};
for (let who = 0; who < 64; ++who) forecast(0, who, FIRST);
for (let epoch = FIRST + 1; epoch <= LAST; ++epoch) {
  for (const which of [0, 1]) forecast(which, 0, epoch);
  for (const who of [1, 2, 3]) if (epoch < 13) forecast(0, who, epoch);
}
forecast(1, 0, FIRST);
for (let epoch = FIRST; epoch < 13; ++epoch) forecast(2, 0, epoch);
for (let row = FIRST + 1; row <= LAST; ++row) {
  realised(1, 0, row);
  if (row !== 15) realised(0, 0, row);
}

// A key whose secrets are known, as after a ceremony of liars: the proof of the impossible claim, and the contract.
const { contract, proof } = breakable(verifier, contexts);
mkdirSync('generated/broken', { recursive: true });
writeFileSync('generated/broken/TailproofVerifier.sol', contract);
save('impossible', { proof, controls: [contexts.commitment, contexts.context, contexts.tails, contexts.limits] });
