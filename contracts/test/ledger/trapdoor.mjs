// A verifying key with known secrets, in the generated contract's place, and a proof under it of a claim that nobody can prove.
import { createHash } from 'node:crypto';

const q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const mod = (a, m = q) => ((a % m) + m) % m;
function inverse(a, m = q) {
  let [x, y, u, v] = [mod(a, m), m, 1n, 0n];
  while (x > 1n) [x, y, u, v] = [y % x, x, v - (y / x) * u, u];
  return mod(u, m);
}

const base = { add: (a, b) => mod(a + b), sub: (a, b) => mod(a - b), mul: (a, b) => mod(a * b), inv: (a) => inverse(a) };
const quadratic = {
  add: (a, b) => [mod(a[0] + b[0]), mod(a[1] + b[1])],
  sub: (a, b) => [mod(a[0] - b[0]), mod(a[1] - b[1])],
  mul: (a, b) => [mod(a[0] * b[0] - a[1] * b[1]), mod(a[0] * b[1] + a[1] * b[0])],
  inv: (a) => {
    const d = inverse(a[0] * a[0] + a[1] * a[1]);
    return [mod(a[0] * d), mod(-a[1] * d)];
  },
};
const same = (a, b) => String(a) === String(b);

function add(f, p, o) {
  if (!p || !o) return p || o;
  if (same(p[0], o[0]) && !same(p[1], o[1])) return null;
  const square = f.mul(p[0], p[0]);
  const slope = same(p[0], o[0])
    ? f.mul(f.add(f.add(square, square), square), f.inv(f.add(p[1], p[1])))
    : f.mul(f.sub(o[1], p[1]), f.inv(f.sub(o[0], p[0])));
  const x = f.sub(f.sub(f.mul(slope, slope), p[0]), o[0]);
  return [x, f.sub(f.mul(slope, f.sub(p[0], x)), p[1])];
}
function times(f, p, k) {
  let [sum, power] = [null, p];
  for (let bits = mod(k, r); bits > 0n; bits >>= 1n) {
    if (bits & 1n) sum = add(f, sum, power);
    power = add(f, power, power);
  }
  return sum;
}
const G2 = [
  [10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    11559732032986387107991004021392285783925812861821192530917403151452391805634n],
  [8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    4082367875863433681332203403145435568316851327593401208105741076214120093531n],
];
const g1 = (k) => times(base, [1n, 2n], k);
const g2 = (k) => times(quadratic, G2, k);
const secret = (name) => BigInt('0x' + createHash('sha256').update(`tailproof test ${name}`).digest('hex')) % r;
const word = (value) => '0x' + value.toString(16).padStart(64, '0');

export function breakable(source, { commitment, context, tails, limits }) {
  const s = Object.fromEntries('alpha beta gamma delta ic0 ic1 ic2 ic3 ic4 factors a b'.split(' ').map((n) => [n, secret(n)]));
  const constants = {};
  const put = (name, [x, y]) => Object.assign(constants, { [`${name}_X`]: x, [`${name}_Y`]: y });
  put('ALPHA', g1(s.alpha));
  put('FACTORS', g1(s.factors));
  for (let i = 0; i < 5; ++i) put(`IC${i}`, g1(s[`ic${i}`]));
  for (const name of ['beta', 'gamma', 'delta']) {
    const [x, y] = g2(s[name]);
    const N = name.toUpperCase();
    Object.assign(constants, { [`${N}_X_IM`]: x[1], [`${N}_X_RE`]: x[0], [`${N}_Y_IM`]: y[1], [`${N}_Y_RE`]: y[0] });
  }
  constants.KEY_DIGEST = secret('key');
  let contract = source;
  for (const [name, value] of Object.entries(constants)) {
    const place = new RegExp(`(constant ${name} = )\\w+;`);
    if (!place.test(contract)) throw new Error(`the verifier states no ${name}`);
    contract = contract.replace(place, `$1${word(value)};`);
  }
  const controls = [commitment, context, tails, limits].map(BigInt);
  const inputs = controls.reduce((sum, control, i) => sum + control * s[`ic${i + 1}`], s.ic0 + s.factors);
  const c = mod((s.a * s.b - s.alpha * s.beta - inputs * s.gamma) * inverse(s.delta, r), r);
  const [A, B, C] = [g1(s.a), g2(s.b), g1(c)];
  return { contract, proof: [A[0], A[1], B[0][1], B[0][0], B[1][1], B[1][0], C[0], C[1]].map(word) };
}
