/**
 * The door to Python: one request at a time, the newest of each kind.
 *
 * From: `ask(name, request)`. To: a promise of the answer, or of null where a newer request of its
 * lane took its place. Promises: the page never waits; a run that takes over `PATIENCE` is told of,
 * and `stop` ends it: the worker is started anew, and what else was asked is asked again there.
 */
const PATIENCE = 5000;
/** Lanes in the order in which they are served: what a writer looks at comes first. */
const LANES = ["complete", "read", "hover", "format", "panel", "values", "goals", "export"];

export class Stopped extends Error {}

export class Engine {
  /** @param {(state: "loading" | "ready" | "busy" | "slow" | "stopped" | "broken", told?: string) => void} tell */
  constructor(tell) {
    this.tell = tell;
    this.waiting = new Map();
    this.running = null;
    this.count = 0;
    this.start();
  }

  start() {
    this.ready = false;
    this.tell("loading");
    this.worker = self.firstWorker ?? new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    self.firstWorker = null;
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = (event) => this.tell("broken", event.message ?? "the worker did not start");
    this.worker.postMessage({}); // it answers when Python is there
  }

  /** Ask for something; `lane` is the kind of request that a newer one replaces. */
  ask(name, request, lane = name) {
    return new Promise((resolve, reject) => {
      this.waiting.get(lane)?.resolve(null);
      this.waiting.set(lane, { name, request, lane, resolve, reject });
      this.next();
    });
  }

  next() {
    if (!this.ready || this.running || this.waiting.size === 0) return;
    const lane = LANES.find((known) => this.waiting.has(known)) ?? this.waiting.keys().next().value;
    this.running = this.waiting.get(lane);
    this.waiting.delete(lane);
    this.running.id = ++this.count;
    const { id, name, request } = this.running;
    this.worker.postMessage({ id, name, request });
    this.timer = setTimeout(() => this.tell("slow", name), PATIENCE);
  }

  take(data) {
    if (data.ready) {
      this.ready = true;
      this.tell("ready");
    } else if (data.broken) {
      this.tell("broken", data.broken);
    } else if (this.running?.id === data.id) {
      clearTimeout(this.timer);
      const { resolve, reject } = this.running;
      this.running = null;
      if ("answer" in data) {
        this.tell("ready");
        resolve(data.answer);
      } else {
        reject(new Error(data.failed));
        this.restart("broken", data.failed);
      }
    }
    this.next();
  }

  /** End the run under way, and start Python anew. */
  stop() {
    if (!this.running) return;
    clearTimeout(this.timer);
    const { reject } = this.running;
    this.running = null;
    reject(new Stopped("This run was stopped. Change the network or its params to go on."));
    this.restart("stopped");
  }

  restart(state, told) {
    this.worker.terminate();
    this.start();
    this.tell(state, told);
  }
}
