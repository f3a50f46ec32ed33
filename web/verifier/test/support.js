// Files of a desk, made once by the command line.

import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);
const tailproof = process.env.TAILPROOF ?? new URL("target/debug/tailproof", root).pathname;

const SUBJECT = `0x${"11".repeat(32)}`;

/** Runs the command in a folder, and returns its output and exit status. */
export function run(folder, line) {
  try {
    return { status: 0, out: execFileSync(tailproof, line.split(" "), { cwd: folder, encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    return { status: error.status, out: error.stdout, why: error.stderr };
  }
}

function must(folder, line) {
  const { status, out, why } = run(folder, line);
  if (status !== 0) {
    throw new Error(`tailproof ${line}: ${why}`);
  }
  return out;
}

/** A folder that `make` fills once for each build of the command, and for each way of making it. */
function once(name, make) {
  const of = `${Math.trunc(statSync(tailproof).mtimeMs)}-${sha256(make.toString()).slice(0, 8)}`;
  const folder = new URL(`target/web/cases/${name}-${of}/`, root);
  if (!existsSync(folder)) {
    const unfinished = new URL(`../.${name}-${process.pid}/`, folder);
    mkdirSync(unfinished, { recursive: true });
    make(unfinished.pathname);
    renameSync(unfinished, folder);
  }
  const path = (file) => new URL(file, folder);
  return {
    path: folder.pathname,
    bytes: (file) => new Uint8Array(readFileSync(path(file))),
    text: (file) => readFileSync(path(file), "utf8"),
    json: (file) => JSON.parse(readFileSync(path(file), "utf8")),
  };
}

const ofDemo = (folder, ...files) => {
  for (const file of files) {
    copyFileSync(new URL(`src/demo/${file}`, root), `${folder}/${file}`);
  }
};

/** A proof of the demo's mandate over 8 scenarios of 20 factors, and everything public about it. */
export const market = () =>
  once("market", (folder) => {
    ofDemo(folder, "prices.csv", "book.csv", "mandate.toml");
    must(folder, "scenarios historical --prices prices.csv --window 8 -o market.scn");
    must(folder, "keygen --shape 8x20 --insecure-dev -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o c.json --opening o.json");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o other.json --opening other.opening");
    const terms = "--scenarios market.scn --mandate mandate.toml --keys keys";
    must(folder, `prove --book book.csv --opening o.json ${terms} -o p.json --bundle b.tailproof`);
    const statement = "--commitment c.json --as-of 1790000000 --expires 1800000000 --scope assets,nav";
    writeFileSync(`${folder}/key.json`, must(folder, "attest keygen --kind secp256k1 -o attestor.key --json"));
    must(folder, `attest sign ${statement} --subject ${SUBJECT} --key attestor.key -o attestation.json`);
  });

/** The same with a proof of halo2. */
export const halo2 = () =>
  once("halo2", (folder) => {
    ofDemo(folder, "prices.csv", "book.csv", "mandate.toml");
    must(folder, "scenarios historical --prices prices.csv --window 8 -o market.scn");
    must(folder, "keygen --backend halo2 --shape 8x20 -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o c.json --opening o.json");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o other.json --opening other.opening");
    const terms = "--scenarios market.scn --mandate mandate.toml --keys keys";
    must(folder, `prove --book book.csv --opening o.json ${terms} --backend halo2 -o p.json --bundle b.tailproof`);
  });

/** Somebody who vouched for the commitment of the market case. */
export const attested = (files) => {
  return { key: files.json("key.json").key, attestation: files.text("attestation.json"), subject: SUBJECT };
};

/** A proof about the demo's loans and tranches. */
export const pool = () =>
  once("pool", (folder) => {
    ofDemo(folder, "loans.csv", "deal.toml");
    must(folder, "scenarios credit --deal deal.toml --model gaussian --rho 0.1 --nodes 32 -o c.scn");
    must(folder, "keygen --shape 200loans+pool+32x7/2tranches --insecure-dev -o keys");
    must(folder, "pool commit loans.csv --deal deal.toml -o c.json --opening o.json");
    must(folder, "prove --pool loans.csv --opening o.json --deal deal.toml --scenarios c.scn --keys keys -o p.json");
  });

const ASSUMPTIONS = `version = 1
name = "spring"
[[repline]]
code = "A"
rate = 5
term = 24
kind = "level-pay"
[[repline]]
code = "defaulted"
rate = 0
term = 1
kind = "defaulted"
[[block]]
name = "base"
[discount]
flat = 4
`;

/** A month of a pool, which is worth so much under assumptions. */
export const month = () =>
  once("month", (folder) => {
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    const deal = (cutOff, cashflow, rest) =>
      `name = "Cars"\n[tape]\nversion = 2\ncut_off = "${cutOff}"\ncurrency = "EUR"\n` +
      'columns = ["rate", "term", "grade", "obligor", "status"]\ngrades = ["A", "defaulted"]\n' +
      '[tape.scale]\nrate = "percent"\n[tape.status]\ncurrent = ["current"]\npaid = ["paid"]\n[tape.ids]\n' +
      `[claims]\nloans_min = 1\n[cashflow]\nreplines = "grade"\n${cashflow}${rest}`;
    const head = "id,balance,rate,term,grade,obligor,status\n";
    write("february.csv", `${head}1,300,5,12,A,a,current\n2,200,5,6,A,b,current\n3,500,5,9,A,c,current\n`);
    write("march.csv", `${head}1,290,5,11,A,a,current\n2,0,5,5,A,b,paid\n3,490,5,8,A,c,current\n`);
    write("assumptions.toml", ASSUMPTIONS);
    write("february.toml", deal("2018-02-28", "", ""));
    const said = must(folder, "scenarios cashflow --deal february.toml --assumptions assumptions.toml -o f.scn");
    const [, digest] = /^assumptions ([0-9a-f]{64})/m.exec(said);
    const claims = `assumptions_sha256 = "${digest}"\nnpv_min = 780\nnpv_block = "base"\n`;
    write("march.toml", deal("2018-03-31", claims, '[month]\nfrom = "2018-02-28"\ncollected_min = 220\n'));
    for (const name of ["february", "march"]) {
      must(folder, `pool commit ${name}.csv --deal ${name}.toml -o ${name}.json --opening ${name}.opening`);
    }
    must(folder, "keygen --shape 3loans+pool+roll+value --insecure-dev -o keys");
    const before = "--before february.csv --before-opening february.opening";
    const after = "--pool march.csv --opening march.opening --deal march.toml --assumptions assumptions.toml";
    must(folder, `prove ${after} ${before} --keys keys -o p.json`);
  });

/** Bad debt of loans against coins, from real prices of the days to the fall of 12 March 2020. */
export const collateral = () =>
  once("collateral", (folder) => {
    const prices = readFileSync(new URL("src/demo/crypto-prices.csv", root), "utf8").split("\n");
    writeFileSync(`${folder}/prices.csv`, `${prices.filter((line) => line < "2020-03-16" || line.startsWith("d")).join("\n")}\n`);
    writeFileSync(`${folder}/loans.csv`, "id,balance,ltv,asset\n1,1000,70,BTC\n2,2000,60,ETH\n3,500,12.5,ETH\n");
    writeFileSync(
      `${folder}/deal.toml`,
      `name = "Coins"
[tape]
version = 2
cut_off = "2020-03-15"
currency = "USD"
columns = ["ltv", "grade"]
grades = ["BTC to 70", "ETH to 60"]
[tape.scale]
ltv = "percent"
[tape.bands.grade]
number = "ltv"
limits = { "BTC to 70" = [0, 70], "ETH to 60" = [0, 60] }
assets = { "BTC to 70" = "BTC", "ETH to 60" = "ETH" }
[collateral]
horizon = 3
[collateral.haircut]
BTC = 0.1
ETH = 0.1
[[tranche]]
name = "fund"
attachment = 0
detachment = 0.1
[[tranche]]
name = "lenders"
attachment = 0.1
detachment = 1
hit = 0.25
[claims]
loans_min = 3
expected_loss_max = 0.06
`,
    );
    must(folder, "scenarios collateral --deal deal.toml --prices prices.csv --window 12 -o c.scn");
    must(folder, "keygen --shape 3loans+pool+bands+12x2/2tranches --insecure-dev -o keys");
    must(folder, "pool commit loans.csv --deal deal.toml -o c.json --opening o.json");
    must(folder, "prove --pool loans.csv --opening o.json --deal deal.toml --scenarios c.scn --keys keys -o p.json");
  });

/**
 * Criteria of a purchase, each met at its last unit: distinct loans, the two largest obligors, seasoning and debt to
 * income as spare numbers, and the inputs of SEC-SA.
 */
export const criteria = () =>
  once("criteria", (folder) => {
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    write(
      "loans.csv",
      "id,balance,grade,obligor,status,seasoning,dti\n1,250,A,a,current,6,40\n2,300,A,b,late,7,35\n" +
        "3,150,B,a,current,60,20\n4,200,B,c,current,6,25\n5,100,A,d,default,12,15\n",
    );
    write(
      "deal.toml",
      `name = "Criteria"
[tape]
version = 2
cut_off = "2024-03-31"
currency = "EUR"
columns = ["grade", "obligor", "status"]
grades = ["A", "B", "defaulted"]
[tape.status]
current = ["current"]
delinquent = ["late"]
default = ["default"]
[tape.ids]
[[tape.numbers]]
name = "seasoning"
step = 1
[[tape.numbers]]
name = "dti"
step = 0.01
[claims]
distinct = ["loans"]
average_dti_max = 30
[eligible]
seasoning_min = 6
dti_max = 40
[top_obligors]
count = 2
share_max = 0.7
[sec_sa]
w_max = 0.4
ksa_max = 0.0554
[sec_sa.risk_weights]
A = 0.35
B = 1
defaulted = 1.5
[[tranche]]
name = "first"
attachment = 0
detachment = 0.3
[[tranche]]
name = "senior"
attachment = 0.3
detachment = 1
`,
    );
    must(folder, "keygen --shape 5loans+pool+numbers+distinct+value+top --insecure-dev -o keys");
    must(folder, "pool commit loans.csv --deal deal.toml -o c.json --opening o.json");
    must(folder, "pool commit loans.csv --deal deal.toml -o other.json --opening other.opening");
    must(folder, "prove --pool loans.csv --opening o.json --deal deal.toml --keys keys -o p.json");
  });

/** What the verdict on these criteria says, in its order. */
export const CRITERIA = [
  "average dti, weighted by balance, at most 30",
  "committed digests of ids of loans are distinct",
  "every loan's dti at most 40",
  "every loan's seasoning at least 6",
  "the 2 largest obligors together owe at most 70 % of the balance",
  "at most 40 % of the balance is delinquent or in default, which bounds W of SEC-SA",
  "average capital charge at most 5.54 % of the balance, which bounds K_SA of SEC-SA: 8 % of the risk weights A 35 %, " +
    "B 100 %, defaulted 150 %",
  "tranche first: risk weight at most 1213.74 % by SEC-SA (CRE41, p = 1, floor 15 %), computed from the limits on W and K_SA",
  "tranche senior: risk weight at most 297.28 % by SEC-SA (CRE41, p = 1, floor 15 %), computed from the limits on W and K_SA",
];

/** Each of the criteria one unit tighter: replacements in the text of the deal. */
export const TIGHTER = [
  ["average_dti_max = 30", "average_dti_max = 29.999999"],
  ["seasoning_min = 6", "seasoning_min = 7"],
  ["dti_max = 40\n", "dti_max = 39.99\n"],
  ["share_max = 0.7", "share_max = 0.699999999"],
  ["w_max = 0.4", "w_max = 0.399999999"],
  ["ksa_max = 0.0554", "ksa_max = 0.055399999"],
];

/** A proof of a mandate on groups, over a net asset value that is a sum: the demo's book with a loan. */
export const ruled = () =>
  once("ruled", (folder) => {
    ofDemo(folder, "prices.csv", "book.csv");
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    write("book.csv", `${readFileSync(`${folder}/book.csv`, "utf8")}loan,-2000000\n`);
    write("sectors.groups.toml", '[sector]\nrest = "other"\n[sector.groups]\ntechnology = ["AAPL", "AMD", "MSFT"]\n');
    const { digest } = JSON.parse(must(folder, "groups sectors.groups.toml --json"));
    const clause = 'measure = "gross"\nclassification = "sector"\ngroup = "each"\nlimit_nav = 1.3\n';
    write("mandate.toml", `name = "Sectors"\nnav = "sum"\ncash = ["loan"]\ngroups = "${digest}"\n[[clause]]\n${clause}`);
    must(folder, "scenarios historical --prices prices.csv --window 8 --cash loan -o market.scn");
    must(folder, "keygen --shape 8x21+rules+2groups --insecure-dev -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn -o c.json --opening o.json");
    must(folder, "prove --book book.csv --opening o.json --scenarios market.scn --mandate mandate.toml --keys keys -o p.json");
  });

/** A proof of a mandate with caps and liquidity costs that grow, over the demo's book. */
export const sized = () =>
  once("sized", (folder) => {
    ofDemo(folder, "prices.csv", "book.csv");
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    write("fund.caps.csv", "factor,cap,volume\nAAPL,1250000,\nRRC,,1000000\nrest,1400000,\n");
    write("fund.impact.csv", "factor,rate,above_1,rate_1\nAAPL,0.0002,1000000,0.001\nrest,0.0005,,\n");
    const digest = (kind) => JSON.parse(must(folder, `${kind} fund.${kind}.csv --json`)).digest;
    const files = `caps = "${digest("caps")}"\ncap_days = 2\ncap_participation = 0.1\nimpact = "${digest("impact")}"\n`;
    const clauses = '[[clause]]\nmeasure = "caps"\n[[clause]]\nmeasure = "var"\nconfidence = 0.75\nlimit = 900000\nliquidity = true\n';
    write("mandate.toml", `name = "Sizes"\n${files}${clauses}`);
    must(folder, "scenarios historical --prices prices.csv --window 8 -o market.scn");
    must(folder, "keygen --shape 8x20+rules+caps+impact --insecure-dev -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o c.json --opening o.json");
    must(folder, "prove --book book.csv --opening o.json --scenarios market.scn --mandate mandate.toml --keys keys -o p.json");
  });

/** A proof of a margin by rule, at its last cent: a public table of weights and correlations. */
export const margin = () =>
  once("margin", (folder) => {
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    const bucket = (name, factors, weights) => `[[bucket]]\nname = "${name}"\nfactors = ${factors}\nweights = ${weights}\n`;
    const buckets = [bucket("technology", '["AAPL", "MSFT"]', 0.3), bucket("energy", '["XOM"]', 0.2)].join("");
    write("rule.toml", `across = 0.15\nwithin = 0.25\n${buckets}`);
    write("book.csv", "factor,exposure\nAAPL,600000\nMSFT,-200000\nXOM,300000\n");
    write("mandate.toml", 'name = "Margin"\n[[clause]]\nmeasure = "margin"\nlimit = 190682.99\n');
    must(folder, "scenarios margin --table rule.toml -o market.scn");
    must(folder, "keygen --for mandate.toml --scenarios market.scn --insecure-dev -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 1000000 -o c.json --opening o.json");
    must(folder, "prove --book book.csv --opening o.json --scenarios market.scn --mandate mandate.toml --keys keys -o p.json");
  });

/** A proof over a P&L vector of three days. */
export const gains = () =>
  once("gains", (folder) => {
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    write("pnl.csv", "date,pnl\n2022-12-23,12500.25\n2022-12-27,-41250.75\n2022-12-28,18903.10\n");
    write("mandate.toml", 'name = "Gains"\n[scenarios]\nkind = "pnl"\n[[clause]]\nmeasure = "stress"\nlimit = 41250.75\n');
    must(folder, "scenarios pnl --pnl pnl.csv --source Options -o market.scn");
    must(folder, "keygen --shape 3pnl/1 --insecure-dev -o keys");
    must(folder, "commit --pnl pnl.csv --scenarios market.scn --nav 1000000 -o c.json --opening o.json");
    must(folder, "prove --pnl pnl.csv --opening o.json --scenarios market.scn --mandate mandate.toml --keys keys -o p.json");
  });

/** The digest of a verifying key. */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Decodes the files of a market case. */
export async function decoded(verifier, files) {
  const key = files.bytes("keys/verifying.key");
  return {
    keys: await verifier.keys(key, { digest: sha256(key) }),
    market: await verifier.scenarios(files.bytes("market.scn")),
    mandate: await verifier.mandate(files.text("mandate.toml")),
  };
}

/** A proof file whose points A and C changed places: each is on its curve. */
export function swapped(proof) {
  const { a, b, c } = proof.proof;
  return { ...proof, proof: { a: c, b, c: a } };
}
