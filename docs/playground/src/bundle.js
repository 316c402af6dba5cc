/** Bundles of files: a line of JSON with their sizes, then their bytes. */

/** Read a bundle: each path with its bytes. */
export function* entries(bytes) {
  const end = bytes.indexOf(10);
  let start = end + 1;
  for (const [path, size] of Object.entries(JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))))) {
    yield [path, bytes.subarray(start, start + size)];
    start += size;
  }
}

/** Write files as a bundle. */
export function bundled(files) {
  const head = new TextEncoder().encode(`${JSON.stringify(Object.fromEntries(files.map(([path, data]) => [path, data.length])))}\n`);
  const whole = new Uint8Array(files.reduce((sum, [, data]) => sum + data.length, head.length));
  let start = head.length;
  whole.set(head);
  for (const [, data] of files) {
    whole.set(data, start);
    start += data.length;
  }
  return whole;
}

/** Write the files of a bundle where Python sees them; all are of one time, so that what is kept of them stays fresh. */
export function unbundle(python, bytes, folder) {
  const made = new Set();
  for (const [path, data] of entries(bytes)) {
    const place = `${folder}/${path}`;
    const parent = place.slice(0, place.lastIndexOf("/"));
    if (!made.has(parent)) python.FS.mkdirTree(parent);
    made.add(parent);
    python.FS.writeFile(place, data);
    python.FS.utime(place, 0, 0);
  }
}

/** Start Python on what a page has: its own files and the libraries; `loadRest` gets what was not packed. */
export function startPython(python, { own, libraries, loadRest }) {
  unbundle(python, own, "/own");
  python.FS.writeFile("/libraries.zip", libraries);
  python.registerJsModule("page_rest", { load: loadRest });
  return python.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/own", "/libraries.zip"]
import page_start
page_start.answer
`);
}
