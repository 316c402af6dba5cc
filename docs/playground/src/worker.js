/**
 * The thread in which Python runs.
 *
 * From: a greeting, then requests `{ id, name, request }`. To: `{ ready }` when Python is there, then
 * `{ id, answer }`, or `{ id, failed }` where Python itself failed. Promises: the page never waits for it.
 */
import { loadPyodide } from "pyodide";
import { startPython } from "./bundle.js";

const RUNTIME = new URL("./runtime/", import.meta.url).href;
const TYPES = { wasm: "application/wasm", mjs: "text/javascript" };
const own = self.fetch.bind(self);

/** Where the service worker looks as well; a page without a secure context has no such place. */
const kept = self.caches?.open(CACHE).catch(() => undefined);
/** What is being kept. */
const keeping = [];

/**
 * Fetch a file of the runtime, which is stored compressed, so that any host serves it small. What was
 * fetched is kept as it is needed, for the next visit, and for one without a network.
 */
async function unpacked(name) {
  const url = RUNTIME + name;
  const cache = await kept;
  const found = await cache?.match(url);
  if (found) return found;
  const response = await own(`${url}.gz`);
  if (!response.ok) throw new Error(`cannot load ${name}: ${response.status}`);
  const stream = response.body.pipeThrough(new DecompressionStream("gzip"));
  const made = new Response(stream, { headers: { "Content-Type": TYPES[name.split(".").pop()] ?? "application/octet-stream" } });
  if (cache) keeping.push(cache.put(url, made.clone()));
  return made;
}

/** What is needed at once is on its way before anything asks for it. */
const early = new Map(["pyodide.asm.mjs", "pyodide.asm.wasm", "standard.zip", "own.bundle", "libraries.zip"].map((name) => [name, unpacked(name)]));
for (const coming of early.values()) coming.catch(() => {}); // whoever takes it is told

/** Take a file of the runtime, once. */
function taken(name) {
  const coming = early.get(name) ?? unpacked(name);
  early.delete(name);
  return coming;
}

/** Pyodide asks for its parts by their names; they come unpacked. */
self.fetch = (from, options) => {
  const url = String(from.url ?? from);
  return url.startsWith(RUNTIME) ? taken(url.slice(RUNTIME.length)) : own(from, options);
};

/** Load what is left of the libraries, which a rehearsal of the page did not need. */
function loadRest() {
  const request = new XMLHttpRequest();
  request.open("GET", `${RUNTIME}rest.zip.gz`, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error("a part of the libraries cannot be loaded: are you offline?");
  return new Uint8Array(request.response);
}

/** Import the script of the runtime, which is stored compressed as well. */
async function importRuntime() {
  const url = URL.createObjectURL(await (await taken("pyodide.asm.mjs")).blob());
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function start() {
  const bytes = async (name) => new Uint8Array(await (await taken(name)).arrayBuffer());
  const createPyodideModule = await importRuntime();
  const [python, bundle, libraries] = await Promise.all([
    loadPyodide({
      createPyodideModule,
      indexURL: RUNTIME,
      stdLibURL: `${RUNTIME}standard.zip`,
      lockFileContents: { info: LOCK_INFO, packages: {} },
      packageBaseUrl: RUNTIME,
    }),
    bytes("own.bundle"),
    bytes("libraries.zip"),
  ]);
  return startPython(python, { own: bundle, libraries, loadRest });
}

const started = start();
started.catch(() => {}); // whoever asks is told

/** The service worker fills the cache when all this is in it, and so fetches none of it again. */
const settled = () => Promise.allSettled([started, ...early.values()]).then(() => Promise.allSettled(keeping));
navigator.locks?.request(CACHE, settled);

self.onmessage = async ({ data: { id, name, request } }) => {
  if (id === undefined) {
    const told = await started.then(() => ({ ready: true }), (error) => ({ broken: String(error) }));
    self.postMessage(told);
    return;
  }
  try {
    const answer = await started;
    self.postMessage({ id, answer: JSON.parse(answer(name, JSON.stringify(request))) });
  } catch (error) {
    self.postMessage({ id, failed: String(error.message ?? error) });
  }
};
