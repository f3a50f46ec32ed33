// Writes the ABIs that the chain client is compiled against, from the artefacts of `forge build`; with
// --check compares them instead. Usage: node contracts/abi.js [--check]
const fs = require("node:fs");
const path = require("node:path");

const to = path.join(__dirname, "..", "chain", "abi");
const check = process.argv.includes("--check");
let stale = 0;

for (const file of fs.readdirSync(to).filter((name) => name.endsWith(".json")).sort()) {
  const name = path.basename(file, ".json");
  const artefact = path.join(__dirname, "out", `${name}.sol`, file);
  const abi = `${JSON.stringify(JSON.parse(fs.readFileSync(artefact, "utf8")).abi, null, 1)}\n`;
  if (check) {
    if (fs.readFileSync(path.join(to, file), "utf8") !== abi) {
      console.error(`chain/abi/${file} is not the ABI of contracts/src: run node contracts/abi.js`);
      stale += 1;
    }
  } else {
    fs.writeFileSync(path.join(to, file), abi);
  }
}
if (check) console.log(`${stale === 0 ? "all" : "not all"} ABIs of chain/abi are current`);
process.exit(stale === 0 ? 0 : 1);
