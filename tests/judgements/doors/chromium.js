// The page that verifies, in Chromium, judges every case of a folder. Files and values are entered as a reader enters
// them:
//
//   node chromium.js FOLDER

import { PATIENCE, answer, browser, fill, give, host } from "../../../web/verify/test/support.js";
import { casesOf, print } from "./cases.js";

const { cases, bytes, key } = casesOf(process.argv[2]);

const FIELDS = {
  "Digest of the keys": "keys_digest",
  "Digest of the mandate or deal": "terms_digest",
  "Digest of the scenario set": "scenarios_digest",
  Context: "context",
  Seed: "seed",
  "Subject of attestations": "subject",
};

function filesOf(question) {
  const single = ["bundle", "proof", "mandate", "groups", "caps", "impact", "deal", "assumptions", "scenarios", "withdrawn", "revoked"];
  const paths = [...single.map((kind) => question[kind]), ...question.commitments, ...question.attestations];
  const named = paths.filter((path) => path).map((path) => [path, bytes(path)]);
  if (question.keys) {
    named.push([question.key_file, key(question)]);
  }
  return named.map(([path, buffer]) => ({ name: path.split("/").at(-1), mimeType: "application/octet-stream", buffer }));
}

async function judged(tab, question) {
  const files = filesOf(question);
  await give(tab, ...files);
  // Every file is taken, or there is a notice about it.
  await tab.waitForFunction((number) => document.querySelectorAll("#files li, #notices li").length === number, files.length);
  await tab.locator("#further").evaluate((details) => (details.open = true));
  for (const [label, name] of Object.entries(FIELDS)) {
    if (question[name]) {
      await fill(tab, label, question[name]);
    }
  }
  if (question.attested_by.length > 0) {
    await fill(tab, "Keys of attestors", question.attested_by.join("\n"));
  }
  const { word } = await answer(tab);
  if (word.startsWith("VALID")) {
    return { outcome: "valid", code: null };
  }
  if (!["NOT VALID", "NO VERDICT", "NOT CHECKED"].includes(word)) {
    throw new Error(`the page says ${word}`);
  }
  return { outcome: word === "NOT VALID" ? "not-valid" : "bad-input", code: null };
}

const chromium = await browser();
const server = await host();
const answers = {};
try {
  const context = await chromium.newContext();
  context.setDefaultTimeout(PATIENCE);
  const tab = await context.newPage();
  for (const { id, says, question } of cases) {
    try {
      // The page takes the time of the computer's clock.
      await tab.clock.setFixedTime((question.at ?? Math.floor(Date.now() / 1000)) * 1000);
      // A page that has checked a case checks the next one; the first one opens it.
      if (Object.keys(answers).length === 0) {
        await tab.goto(server.address);
      } else {
        await tab.locator("#again").evaluate((button) => button.click());
      }
      answers[id] = await judged(tab, question);
    } catch (error) {
      throw new Error(`${id} (${says})`, { cause: error });
    }
  }
} finally {
  await chromium.close();
  await server.close();
}
print(answers);
