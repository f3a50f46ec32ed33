import { defineConfig } from "vite";

/** The verifier's module is asked for with the page, and not only once the page's program runs. */
const preloaded = {
  name: "preload-verifier",
  transformIndexHtml: (_html, { bundle = {} }) =>
    Object.keys(bundle)
      .filter((file) => /tailproof_verifier_full-[^/]*\.wasm$/.test(file))
      .map((file) => ({ tag: "link", attrs: { rel: "preload", href: `./${file}`, as: "fetch", crossorigin: true }, injectTo: "head" })),
};

export default defineConfig({
  base: "./",
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0 },
  plugins: [preloaded],
  worker: { format: "es" },
});
