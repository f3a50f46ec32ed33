// Writes ABIs from the artefacts of `forge build`.
//
//   node contracts/abi.js           those that the chain client is compiled against: chain/abi
//   node contracts/abi.js --check   compares them instead
//   node contracts/abi.js --pack    those of all contracts and interfaces, for the npm package: contracts/abi
const fs = require("node:fs");
const path = require("node:path");

const client = path.join(__dirname, "..", "chain", "abi");
const packed = path.join(__dirname, "abi");

/// Every Solidity file below a folder.
function files(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? files(file) : [file];
  });
}

/// The artefact of a contract: one that is compiled with several sets of options may have that of
/// the default set behind its name.
function artefactOf(name) {
  const of = (file) => path.join(__dirname, "out", `${name}.sol`, file);
  return fs.existsSync(of(`${name}.json`)) ? of(`${name}.json`) : of(`${name}.default.json`);
}

function abi(name) {
  const artefact = artefactOf(name);
  return `${JSON.stringify(JSON.parse(fs.readFileSync(artefact, "utf8")).abi, null, 1)}\n`;
}

if (process.argv.includes("--pack")) {
  fs.mkdirSync(packed, { recursive: true });
  for (const file of files(path.join(__dirname, "src"))) {
    const name = path.basename(file, ".sol");
    // A file may have constants or imports alone.
    if (!fs.existsSync(artefactOf(name))) continue;
    fs.writeFileSync(path.join(packed, `${name}.json`), abi(name));
  }
} else {
  const names = fs.readdirSync(client).filter((file) => file.endsWith(".json")).map((file) => path.basename(file, ".json"));
  const stale = names.filter((name) => fs.readFileSync(path.join(client, `${name}.json`), "utf8") !== abi(name));
  if (!process.argv.includes("--check")) {
    for (const name of stale) fs.writeFileSync(path.join(client, `${name}.json`), abi(name));
  } else if (stale.length > 0) {
    console.error(`chain/abi: ${stale.join(", ")} are not those of contracts/src: run node contracts/abi.js`);
    process.exit(1);
  } else {
    console.log("the ABIs of chain/abi are current");
  }
}
