// Writes docs/src/chain/reference.md from the NatSpec of contracts/src, by the artefacts of `forge build`; with --check compares
// it instead. Usage: node contracts/natspec.js [--check]
const fs = require("node:fs");
const path = require("node:path");

const sources = path.join(__dirname, "src");
const page = path.join(__dirname, "..", "docs", "src", "chain", "reference.md");

/// Every Solidity file below a folder, in order of path.
function files(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return files(file);
    return entry.name.endsWith(".sol") ? [file] : [];
  });
}

/// A type as Solidity writes it: structs by their name.
const type = (of) => (of.internalType ?? of.type).replace(/^(struct|enum|contract) /, "");
const named = (of) => `${type(of)}${of.indexed ? " indexed" : ""}${of.name ? ` ${of.name}` : ""}`;
const list = (all) => (all ?? []).map(named).join(", ");
/// The signature by which documentation is kept.
const canonical = (of) => (of.type === "tuple" || of.type.startsWith("tuple[") ? `(${of.components.map(canonical).join(",")})${of.type.slice(5)}` : of.type);
const signature = (item) => `${item.name}(${item.inputs.map(canonical).join(",")})`;
const text = (words) => (words ?? "").replace(/\s+/g, " ").replace(/</g, "&lt;").trim();

function section(file) {
  const name = path.basename(file, ".sol");
  const artefact = path.join(__dirname, "out", `${name}.sol`, `${name}.json`);
  if (!fs.existsSync(artefact)) return "";
  const { abi, metadata } = JSON.parse(fs.readFileSync(artefact, "utf8"));
  const { userdoc, devdoc } = metadata.output;
  const lines = [`## ${name}`, "", `\`contracts/${path.relative(__dirname, file)}\``, ""];
  for (const words of [devdoc.title, userdoc.notice]) if (words) lines.push(text(words), "");
  for (const [kind, title] of [["function", "Functions"], ["event", "Events"], ["error", "Errors"]]) {
    const items = abi.filter((item) => item.type === kind);
    if (items.length === 0) continue;
    lines.push(`**${title}**`, "");
    for (const item of items) {
      const key = signature(item);
      const [user, dev] = [userdoc, devdoc].map((docs) => {
        const found = docs[{ function: "methods", event: "events", error: "errors" }[kind]]?.[key];
        return Array.isArray(found) ? found[0] : found;
      });
      const returns = item.outputs?.length ? ` returns (${list(item.outputs)})` : "";
      const view = ["view", "pure"].includes(item.stateMutability) ? ` ${item.stateMutability}` : "";
      lines.push(`- \`${item.name}(${list(item.inputs)})${view}${returns}\``);
      const notes = [user?.notice, dev?.details].map(text).filter(Boolean);
      for (const [parameter, words] of Object.entries(dev?.params ?? {})) notes.push(`\`${parameter}\`: ${text(words)}`);
      for (const [value, words] of Object.entries(dev?.returns ?? {})) notes.push(`returns \`${value}\`: ${text(words)}`);
      for (const note of notes) lines.push(`  <br>${note}`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

const head = `# Reference of the contracts

Generated from the NatSpec of \`contracts/src\` by \`node contracts/natspec.js\`. Functions, events and errors of each contract and
interface; libraries have none of their own.

`;
const made = `${head}${files(sources).map(section).filter(Boolean).join("\n")}`.replace(/\n+$/, "\n");
if (process.argv.includes("--check")) {
  const current = fs.existsSync(page) && fs.readFileSync(page, "utf8") === made;
  console.log(current ? "docs/src/chain/reference.md is current" : "docs/src/chain/reference.md is not current: run node contracts/natspec.js");
  process.exit(current ? 0 : 1);
}
fs.writeFileSync(page, made);
