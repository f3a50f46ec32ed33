// Builds the page: one file with style, script, worker and module in it, which works from a disk too.
//
//   node build.js
//
// Writes dist/verify.html, and prints its size and its SHA-256. The same sources and module make the same bytes.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { rolldown } from "rolldown";

const here = new URL("./", import.meta.url);
const path = (name) => new URL(name, here).pathname;
const module = path("../verifier/tailproof_verifier_halo2.wasm");
if (!existsSync(module)) {
  console.error("build.js: there is no module in web/verifier; make it by web/build");
  process.exit(2);
}

/** Returns a bundle of a source and all that it imports, as one script. `texts` are modules of one text each. */
async function bundled(entry, texts = {}) {
  const bundle = await rolldown({
    input: path(entry),
    platform: "browser",
    // The package finds its own module and worker by its address, which a script in a page has not. The page hands
    // the module over, and runs it in its own worker.
    transform: { define: { "import.meta.url": "undefined" } },
    plugins: [
      {
        name: "texts",
        resolveId: (id) => (Object.hasOwn(texts, id) ? `\0${id}` : null),
        load: (id) =>
          id.startsWith("\0") && Object.hasOwn(texts, id.slice(1))
            ? `export default ${JSON.stringify(texts[id.slice(1)])}`
            : null,
      },
    ],
    onLog: (level, log) => {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({ format: "iife", minify: true, codeSplitting: false });
  await bundle.close();
  if (output.length !== 1) {
    throw new Error(`${entry}: ${output.length} files, and one was expected`);
  }
  return output[0].code.trim();
}

const sha256 = (text, form) => createHash("sha256").update(text).digest(form);

const worker = await bundled("src/worker.js");
const script = (
  await bundled("src/main.js", {
    "tailproof:worker": worker,
    // The level is fixed, and the header of gzip from Node has no time.
    "tailproof:module": gzipSync(readFileSync(module), { level: 9 }).toString("base64"),
  })
)
  // In strings and patterns of a script, these are the same.
  .replaceAll("</script", "<\\/script")
  .replaceAll("<!--", "<\\!--");
const style = readFileSync(path("page.css"), "utf8").trim();

const policy = [
  "default-src 'none'",
  `script-src 'sha256-${sha256(script, "base64")}' 'wasm-unsafe-eval'`,
  `style-src 'sha256-${sha256(style, "base64")}'`,
  "worker-src blob:",
  "img-src data:",
  // Only for the files that a link names, and only when the reader asks. A copy on a disk has no host of its own.
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types tailproof-worker",
].join("; ");

const parts = { policy, style, script };
const html = readFileSync(path("page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
mkdirSync(path("dist"), { recursive: true });
writeFileSync(path("dist/verify.html"), html);
console.log(`dist/verify.html: ${html.length} bytes, gzip ${gzipSync(html, { level: 9 }).length}`);
console.log(`sha256 ${sha256(html, "hex")}`);
