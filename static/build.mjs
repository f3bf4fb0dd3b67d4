// Bundles scripts, styles, fonts and images into dist/ under names that carry their content's hash; dist/manifest.json maps plain names to them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");

// Turbo puts a <style> element into the page for its progress bar, which a strict content policy refuses: the bar is styled in layout.css instead.
const turboWithoutStyleElement = {
  name: "turbo-without-style-element",
  setup({ onLoad }) {
    onLoad({ filter: /@hotwired[\\/]turbo[\\/]dist[\\/]turbo\.es2017-esm\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const parts = source.split("this.installStylesheetElement();");
      if (parts.length !== 2) throw new Error("Turbo's progress bar has changed: look again at how its style reaches the page");
      return { contents: parts.join(""), loader: "js" };
    });
  },
};

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["scripts/main.js", "scripts/display.js", "styles/main.css"],
    outdir: "dist",
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife",
    target: ["chrome123", "firefox121", "safari17.5"],
    entryNames: "[name]-[hash]",
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file" },
    legalComments: "linked",
    plugins: [turboWithoutStyleElement],
    logLevel: "warning",
  });
  const outputs = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  return Object.fromEntries(outputs.map(([path, { entryPoint }]) => [basename(entryPoint), basename(path)]));
}

function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const kept = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(dist, kept), content);
  return kept;
}

function images() {
  const names = readdirSync(join(here, "images"));
  return Object.fromEntries(names.map((name) => [name, keep(name, readFileSync(join(here, "images", name)))]));
}

function webManifest(manifest) {
  const described = JSON.parse(readFileSync(join(here, "manifest.webmanifest"), "utf8"));
  for (const icon of described.icons) icon.src = manifest[icon.src];
  return keep("manifest.webmanifest", JSON.stringify(described));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const manifest = { ...(await bundle()), ...images() };
manifest["manifest.webmanifest"] = webManifest(manifest);
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
