/**
 * Builds the page: `node build.mjs STAGE OUT`, where STAGE has the Python of this installation.
 *
 * From: STAGE/own (layercalc with its specs), STAGE/libraries, node_modules. To: OUT, a folder that
 * any static host serves. Nothing is loaded from elsewhere, now or when the page runs.
 */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "pyodide";
import { bundled, entries, startPython } from "./src/bundle.js";

const here = dirname(fileURLToPath(import.meta.url));
const runtime = join(here, "node_modules", "pyodide");
const lock = JSON.parse(readFileSync(join(runtime, "pyodide-lock.json"), "utf-8"));
const [stage, out] = process.argv.slice(2).map((path) => resolve(path));

/** Compress a file of the page beside the others; the worker unpacks it. */
function compressed(from, name) {
  writeFileSync(join(out, "runtime", `${name}.gz`), gzipSync(readFileSync(from), { level: 9 }));
}

/** Compile and pack Python in the very runtime that will run it. */
async function packPython() {
  const made = join(stage, "made");
  mkdirSync(made, { recursive: true });
  const python = await loadPyodide({ indexURL: runtime + "/" });
  for (const [inside, outside] of [["/stage", stage], ["/out", made], ["/source", here]]) {
    python.FS.mkdirTree(inside);
    python.mountNodeFS(inside, outside);
  }
  python.runPython(readFileSync(join(here, "pack.py"), "utf-8") + "\npack()\n");
  await keepParsed(made);
  for (const name of readdirSync(made)) compressed(join(made, name), name);
}

/**
 * Start Python as the page does, and put what it keeps between runs into the page: the tables of the
 * grammar, the trees of law sets and libraries. What it would have to load beyond is a mistake here.
 */
async function keepParsed(made) {
  const python = await loadPyodide({ indexURL: runtime + "/", stdLibURL: join(made, "standard.zip") });
  const own = new Uint8Array(readFileSync(join(made, "own.bundle")));
  const loadRest = () => {
    throw new Error("the page needs what was not packed");
  };
  const answer = startPython(python, { own, libraries: readFileSync(join(made, "libraries.zip")), loadRest });
  const ask = (name, request) => JSON.parse(answer(name, JSON.stringify(request)));
  const used = python.FS.readdir("/own/layercalc/specs/blocks").filter((name) => name.endsWith(".arch"));
  const texts = ["input(3)", ...used.map((name) => `use "blocks/${name}"\ninput(3)`)];
  for (const laws of ask("networks", {}).laws) {
    for (const text of texts) ask("read", { text, laws });
  }
  const kept = "/own/layercalc/syntax/__pycache__";
  const parsed = python.FS.readdir(kept).filter((name) => !name.startsWith("."));
  const files = parsed.map((name) => [`${kept.slice(5)}/${name}`, python.FS.readFile(`${kept}/${name}`)]);
  writeFileSync(join(made, "own.bundle"), bundled([...entries(own), ...files]));
}

/** Bundle the scripts; the worker is a module of its own, as its page must stay free. */
async function bundleScripts() {
  await build({
    entryPoints: ["boot", "main", "worker"].map((name) => join(here, "src", `${name}.js`)),
    outdir: out,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "linked",
    external: ["node:*", "ws"],
    alias: { "arch-grammar": join(stage, "own", "layercalc", "grammars", "arch.tmLanguage.json") },
    define: { LOCK_INFO: JSON.stringify(lock.info), CACHE: JSON.stringify(cacheName()) },
    logLevel: "warning",
  });
}

/** List the files of a folder. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

/** Name the cache of the page: another version of anything has another name. */
function cacheName() {
  const hash = createHash("sha256");
  for (const path of [...filesOf(join(out, "runtime")), ...filesOf(join(here, "src"))].sort()) hash.update(readFileSync(path));
  for (const name of ["index.html", "style.css"]) hash.update(readFileSync(join(here, name)));
  return `layercalc-playground-${hash.digest("hex").slice(0, 16)}`;
}

/** Write the service worker with the files that it keeps. */
function writeServiceWorker() {
  const kept = filesOf(out).filter((path) => !path.includes("rest.zip"));
  const names = ["./", ...kept.map((path) => relative(out, path).replaceAll("\\", "/")).sort()];
  const text = readFileSync(join(here, "src", "offline.js"), "utf-8")
    .replace("__FILES__", JSON.stringify(names))
    .replace("__CACHE__", cacheName());
  writeFileSync(join(out, "offline.js"), text);
}

mkdirSync(join(out, "runtime"), { recursive: true });
await packPython();
for (const name of ["pyodide.asm.mjs", "pyodide.asm.wasm"]) compressed(join(runtime, name), name);
await bundleScripts();
for (const name of ["index.html", "icon.svg"]) cpSync(join(here, name), join(out, name));
writeServiceWorker();
const bytes = filesOf(out).map((path) => [relative(out, path), statSync(path).size]);
for (const [name, size] of bytes) console.log(String(size).padStart(9), name);
