// What scripts/story needs besides the command line: JSON-RPC, the accounts of a development node, and the report.
const fs = require("node:fs");
const path = require("node:path");

// The accounts that every development node makes of the mnemonic "test test test test test test test test test test test
// junk". They are public.
const FIRST = [
  ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"],
  ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"],
  ["0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"],
  ["0x90F79bf6EB2c4f870365E785982E1f101E93b906", "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"],
  ["0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"],
  ["0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc", "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba"],
  ["0x976EA74026E726554dB657fA54763abd0C3a0aa9", "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e"],
  ["0x14dC79964da2C08b23698B3D3cc7Ca32193d9955", "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356"],
];
// More of them, with their keys, as anvil writes them.
const written = process.env.STORY_ACCOUNTS ? JSON.parse(fs.readFileSync(process.env.STORY_ACCOUNTS, "utf8")) : undefined;
const ACCOUNTS = written ? written.available_accounts.map((address, index) => [address, written.private_keys[index]]) : FIRST;
const NAMES = { alder: 1, birch: 2, cedar: 3 };

async function rpc(url, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = await answer.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

const word = (hex) => hex.replace(/^0x/, "").padStart(64, "0");
const units = (text) => (BigInt(Math.round(Number(text) * 1e6))).toString(16);
const shown = (amount) => (Number(amount) / 1e6).toLocaleString("en-US", { maximumFractionDigits: 2 });

/// A transaction of the first account, which a development node signs itself. Returns its receipt.
async function send(url, to, data) {
  const hash = await rpc(url, "eth_sendTransaction", [{ from: ACCOUNTS[0][0], to, data, gas: "0x1000000" }]);
  for (;;) {
    const receipt = await rpc(url, "eth_getTransactionReceipt", [hash]);
    if (receipt && receipt.status !== "0x1") throw new Error(`${hash} reverted`);
    if (receipt) return receipt;
  }
}

// Of ERC-20, and of examples/Dollar.sol.
const MINT = "0x40c10f19";
const BALANCE = "0x70a08231";

/// Deploys the collateral, and gives each of the accounts as much as it asks for.
async function token(url, artefact, amounts) {
  const { contractAddress } = await send(url, undefined, read(artefact).bytecode.object);
  for (const [account, amount] of amounts) {
    await send(url, contractAddress, MINT + word(ACCOUNTS[account][0]) + word(units(amount)));
  }
  return contractAddress;
}

const balance = async (url, asset, holder) => BigInt(await rpc(url, "eth_call", [{ to: asset, data: BALANCE + word(holder) }, "latest"]));

const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const lines = (file) =>
  fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line)) : [];
const money = (text) => (text === "" ? "none" : Math.round(Number(text)).toLocaleString("en-US"));

/// Joins what the borrowers wrote with what the chain says, prints one day, and keeps it for the report.
function row(folder, date) {
  const statuses = read(path.join(folder, "status.json")).statuses;
  const all = path.join(folder, "days.jsonl");
  if (!fs.existsSync(all)) {
    console.log("date        borrower  bound      loss of the day    status     due/proved/exceeded/silent  zone    margin");
  }
  for (const [name, account] of Object.entries(NAMES)) {
    const day = lines(path.join(folder, name, "days.jsonl")).find((day) => day.date === date);
    const status = statuses.find((status) => status.entity.toLowerCase() === ACCOUNTS[account][0].toLowerCase());
    const joined = { ...day, status: status?.status ?? "unknown", zone: status?.zone ?? "none", days: status?.days, margin: status?.margin ?? "" };
    fs.appendFileSync(all, `${JSON.stringify(joined)}\n`);
    const counts = joined.days ? [joined.days.due, joined.days.proved, joined.days.exceedances, joined.days.silent].join("/") : "";
    const cells = [[date, 12], [name, 10], [money(joined.bound), 11], [joined.outcome, 19], [joined.status, 11], [counts, 28], [joined.zone, 8]];
    console.log(cells.map(([text, width]) => String(text).padEnd(width)).join("") + money(joined.margin));
  }
}

/// Everybody's balance before and after, with the sum of both, and how often a stranger's proof was compared with the index.
function purses(folder) {
  const [before, after] = ["before", "after"].map((when) => path.join(folder, `balances-${when}.json`));
  if (!fs.existsSync(after)) return "";
  const [from, to] = [read(before), read(after)];
  const sum = (rows) => rows.reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
  const line = (name, one, other, tag = "td") => `<tr><${tag}>${name}</${tag}><${tag} class="n">${one}</${tag}><${tag} class="n">${other}</${tag}></tr>`;
  const agreed = lines(path.join(folder, "agreed.jsonl")).length;
  // What has happened so far, by what is held: a short run sees none of it.
  const held = Object.fromEntries(to.map(([name, amount]) => [name, Number(amount)]));
  const hid = lines(path.join(folder, "days.jsonl")).some((day) => day.name === "birch" && day.outcome === "hidden");
  const happened = [
    held["lender, who gets slices of bonds"] > 0 && "Each proved loss above a bound paid the lender a slice of the borrower's bond.",
    hid && held["birch's bond"] < 1e9 && "Birch hid a day, and its bond went to the lender and the holders of cover.",
    held["holder of cover"] > Number(from.find(([name]) => name === "holder of cover")[1]) && "Cover paid in the crash.",
    held["the vault's cash"] + held["collateral of cover"] < 1e9 && held["senior underwriter"] > 0 && "The underwriters asked for their capital back, and got what was left once the cover was over.",
  ].filter(Boolean);
  return `<h2>Cover and bonds</h2>
<p>Cover on an equal-weighted book of the 20 stocks pays from 4 % to 8 % of loss in a day; two classes of underwriters sell it. Bonds stand behind the mandates of Alder and Birch. ${happened.join(" ")} On ${agreed} days a stranger proved the book's value at risk, and each proof agreed with the contract's own index. Amounts are in USD of a development chain.</p>
<div class="table"><table><thead>${line("holder", "before", "after", "th")}</thead><tbody>${to.map(([name, amount], index) => line(name, shown(from[index][1]), shown(amount))).join("\n")}
${line("sum", shown(sum(from)), shown(sum(to)), "th")}</tbody></table></div>`;
}

/// Returns the report: for each borrower its bound and margin over the days, with its proved exceedances and silent days.
function page(folder) {
  const days = lines(path.join(folder, "days.jsonl"));
  const dates = [...new Set(days.map((day) => day.date))];
  const most = Math.max(...days.map((day) => Number(day.margin || day.bound || 0)));
  const [width, height] = [720, 200];
  const x = (date) => 50 + (dates.indexOf(date) / Math.max(1, dates.length - 1)) * (width - 70);
  const y = (amount) => height - 25 - (Number(amount) / most) * (height - 45);
  const line = (of, key) => {
    let path = "";
    let pen = "M";
    for (const day of of) {
      if (day[key] === "") { pen = "M"; continue; }
      path += `${pen}${x(day.date).toFixed(1)} ${y(day[key]).toFixed(1)}`;
      pen = "L";
    }
    return path;
  };
  const picture = (name) => {
    const of = days.filter((day) => day.name === name);
    const marks = of
      .map((day, index) => {
        // The bound that was exceeded is that of the evening before.
        const bound = of[index - 1]?.bound || 0;
        if (day.outcome.includes("exceeded")) return `<circle class="exceeded" cx="${x(day.date)}" cy="${y(bound)}" r="4"><title>${day.date}: a loss above the bound, proved</title></circle>`;
        if (["hidden", "no forecast"].includes(day.outcome)) return `<rect class="silent" x="${x(day.date) - 4}" y="${height - 29}" width="8" height="8"><title>${day.date}: no proof</title></rect>`;
        return "";
      })
      .join("");
    const ticks = [0, 0.5, 1].map((part) => `<text x="46" y="${y(most * part) + 4}" text-anchor="end">${Math.round((most * part) / 1000)}k</text>`).join("");
    const every = Math.ceil(dates.length / 6);
    const labels = dates.filter((_, index) => index % every === 0).map((date) => `<text x="${x(date)}" y="${height - 6}" text-anchor="middle">${date.slice(5)}</text>`).join("");
    const last = of[of.length - 1];
    return `<section><h2>${name[0].toUpperCase()}${name.slice(1)}</h2>
<p>${last.status}; zone ${last.zone}; ${last.days ? `${last.days.proved} days proved, ${last.days.exceedances} of them above the bound, ${last.days.silent} silent` : ""}.</p>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Bound and margin of ${name}"><line class="axis" x1="50" x2="${width - 20}" y1="${y(0)}" y2="${y(0)}"/>${ticks}${labels}<path class="margin" d="${line(of, "margin")}"/><path class="bound" d="${line(of, "bound")}"/>${marks}</svg></section>`;
  };
  const cells = (day) =>
    `<tr><td>${day.date}</td><td>${day.name}</td><td class="n">${money(day.bound)}</td><td>${day.outcome}</td><td>${day.status}</td><td>${day.zone}</td><td class="n">${money(day.margin)}</td></tr>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Three borrowers through March 2020</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #666; --bound: #1f5fa8; --margin: #b35900; --exceeded: #b00020; --silent: #6b4fa0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181b; --soft: #a0a0a0; --bound: #6aa7ea; --margin: #f0a050; --exceeded: #ff6b7d; --silent: #b79cf0; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 780px; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--soft); } .axis { stroke: var(--soft); }
path { fill: none; stroke-width: 2; } .bound { stroke: var(--bound); } .margin { stroke: var(--margin); } .exceeded { fill: var(--exceeded); } .silent { fill: var(--silent); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; } td, th { text-align: left; padding: 2px 8px; border-bottom: 1px solid color-mix(in srgb, var(--soft) 30%, transparent); } .n { text-align: right; font-variant-numeric: tabular-nums; }
.key span { margin-right: 1rem; } b.bound { color: var(--bound); } b.margin { color: var(--margin); } b.exceeded { color: var(--exceeded); } b.silent { color: var(--silent); }
</style></head><body>
<h1>Three borrowers through March 2020</h1>
<p>Real prices of 20 stocks, made-up books that nobody but their owner saw. Each bound was proved on the evening before its day, over the scenario point that the chain kept. Each day's loss was proved after it, within the bound or above it, or the day counts as silent. Amounts are in USD.</p>
<p class="key"><span><b class="bound">—</b> proved bound on the one-day 95 % value at risk</span> <span><b class="margin">—</b> margin</span> <span><b class="exceeded">●</b> a loss above the bound, proved</span> <span><b class="silent">■</b> a day without a proof</span></p>
${Object.keys(NAMES).map(picture).join("\n")}
${purses(folder)}
<h2>Day by day</h2>
<div class="table"><table><thead><tr><th>date</th><th>borrower</th><th>bound</th><th>loss of the day</th><th>status</th><th>zone</th><th>margin</th></tr></thead><tbody>
${days.map(cells).join("\n")}
</tbody></table></div>
</body></html>
`;
}

/// Dates of prices, and the weekdays of the twelve weeks after them.
function calendar(prices) {
  const dates = fs.readFileSync(prices, "utf8").trim().split("\n").slice(1).map((line) => line.split(",")[0]);
  const day = new Date(`${dates[dates.length - 1]}T00:00:00Z`);
  for (let ahead = 0; ahead < 84; ++ahead) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() % 6 !== 0) dates.push(day.toISOString().slice(0, 10));
  }
  return dates.join("\n");
}

// The stranger's book is the public one, with as many dollars for each basis point.
const DOLLARS_A_POINT = 800;

/// Compares the stranger's proof with the index: value at risk is between the rung's floor and limit, and between two rungs of
/// the index.
function agree(folder, date) {
  const { lower, upper } = read(path.join(folder, "mark.json"));
  const rung = read(path.join(folder, "stranger", "rung.json"));
  const [floor, limit] = [Number(rung.floor), Number(rung.limit)];
  const [from, to] = [lower * DOLLARS_A_POINT, (upper ?? Infinity) * DOLLARS_A_POINT];
  if (floor >= to || limit < from) {
    throw new Error(`${date}: a proof says that value at risk is from ${floor} to ${limit}, and the index says from ${from} to ${to}`);
  }
  fs.appendFileSync(path.join(folder, "agreed.jsonl"), `${JSON.stringify({ date, floor, limit, from, to })}\n`);
}

const PEOPLE = [
  ["alder", 1],
  ["birch", 2],
  ["junior underwriter", 8],
  ["senior underwriter", 9],
  ["holder of cover", 10],
  ["lender, who gets slices of bonds", 11],
];
const HOLDERS = [
  ["collateral of cover", "cover"],
  ["the vault's cash", "crash.book"],
  ["alder's bond", "alder.bond"],
  ["birch's bond", "birch.bond"],
];

/// Keeps everybody's balance. At the end it prints all of them, and their sums, which must be equal.
async function balances(folder, url, asset, when) {
  const file = path.join(folder, "deployment.json");
  const contracts = fs.existsSync(file) ? read(file).contracts : {};
  const rows = [];
  for (const [name, account] of PEOPLE) rows.push([name, await balance(url, asset, ACCOUNTS[account][0])]);
  for (const [name, contract] of HOLDERS) {
    rows.push([name, contracts[contract] ? await balance(url, asset, contracts[contract].address) : 0n]);
  }
  const kept = path.join(folder, `balances-${when}.json`);
  fs.writeFileSync(kept, JSON.stringify(rows.map(([name, amount]) => [name, amount.toString()])));
  if (when === "before") return;
  const before = read(path.join(folder, "balances-before.json")).map(([, amount]) => BigInt(amount));
  const sums = [before.reduce((sum, amount) => sum + amount, 0n), rows.reduce((sum, [, amount]) => sum + amount, 0n)];
  console.log(`\n${"".padEnd(36)}${"before".padStart(16)}${"after".padStart(16)}`);
  rows.forEach(([name, amount], index) => console.log(name.padEnd(36) + shown(before[index]).padStart(16) + shown(amount).padStart(16)));
  console.log("sum".padEnd(36) + shown(sums[0]).padStart(16) + shown(sums[1]).padStart(16));
  if (sums[0] !== sums[1]) throw new Error(`collateral was ${sums[0]}, and is ${sums[1]}`);
}

async function main([command, ...rest]) {
  switch (command) {
    case "rpc": {
      const [url, method, ...params] = rest;
      console.log(JSON.stringify(await rpc(url, method, params.map((text) => (/^\d+$/.test(text) ? Number(text) : text)))));
      break;
    }
    case "address": console.log(ACCOUNTS[Number(rest[0])][0]); break;
    case "key": console.log(ACCOUNTS[Number(rest[0])][1]); break;
    // Prices close at 20:00 UTC.
    case "close": console.log(Date.parse(`${rest[0]}T20:00:00Z`) / 1000); break;
    case "get": console.log(read(rest[0])[rest[1]] ?? ""); break;
    case "row": row(rest[0], rest[1]); break;
    case "token": console.log(await token(rest[0], rest[1], rest.slice(2).map((text) => text.split(":").map(Number)))); break;
    case "calendar": console.log(calendar(rest[0])); break;
    case "agree": agree(rest[0], rest[1]); break;
    case "balances": await balances(rest[0], rest[1], rest[2], rest[3]); break;
    case "page": process.stdout.write(page(rest[0])); break;
    default: throw new Error(`no command ${command}`);
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`scripts/story.js: ${error.message}`);
  process.exit(1);
});
