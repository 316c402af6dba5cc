/** Python is on its way before the editor is read. */
self.firstWorker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
