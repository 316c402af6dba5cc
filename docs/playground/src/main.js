const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const t = performance.now();
let n = 0;
worker.onmessage = ({ data }) => {
  document.getElementById("out").append(JSON.stringify({ at: Math.round(performance.now() - t), ...data }).slice(0, 900) + "\n");
  if (data.ready || (data.answer && n < 3)) {
    n++;
    worker.postMessage({ id: n, name: "read", request: { text: "input(3, 8, 8)\nconv(4, 3)".concat("\n".repeat(n)), params: {} } });
  }
  if (n >= 3 && data.answer) document.title = "done";
};
