/**
 * The playground in a real headless browser: `node playground.mjs PAGE CHROMIUM`.
 *
 * From: a built page, which this script serves. To: a line of JSON for each check, with `wrong` where
 * it fails twice, as a machine at work may be late, and one with the times that were taken. Promises:
 * each check runs, whatever the others find.
 */
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const [page_, browserPath, only] = process.argv.slice(2);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".gz": "application/gzip" };
const HOSTILE = `network Bad "</title><script>window.ran = true</script><img src=x onerror='window.ran = true'>"
param n = 2 "<img src=x onerror='window.ran = true'>"
input(3, 8, 8) -> conv(4 * n, 3) -> relu
`;
const QUICK = 45_000;
const SLOW = 90_000;

/** Bytes that were sent, of which a first visit may take so many. */
let sent = 0;

function serve() {
  const server = createServer((request, response) => {
    const name = new URL(request.url, "http://x").pathname;
    const path = join(page_, name.endsWith("/") ? `${name}index.html` : name);
    if (!path.startsWith(page_) || !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Last-Modified": statSync(path).mtime.toUTCString() });
    sent += statSync(path).size;
    createReadStream(path).pipe(response);
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

const server = await serve();
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const times = {};
const strange = [];

async function opened(options = {}, link = "") {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  context.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== new URL(address).origin) strange.push(request.url());
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => strange.push(String(error)));
  page.on("console", (told) => /Content Security|^Uncaught/.test(told.text()) && strange.push(told.text()));
  await page.goto(address + link);
  await answered(page);
  return page;
}

/** Wait for the first answer, and give its time. */
async function answered(page) {
  await page.waitForFunction(() => performance.getEntriesByName("first answer").length, null, { timeout: SLOW });
  return page.evaluate(() => performance.getEntriesByName("first answer")[0].duration);
}

const text = (page) => page.evaluate(() => document.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ?? [...document.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"));
const holds = (page, check, given) => page.waitForFunction(check, given, { timeout: QUICK });
const shows = (page, selector, wanted) =>
  holds(page, ([where, what]) => [...document.querySelectorAll(where)].some((found) => found.textContent.includes(what)), [selector, wanted]);

async function write(page, spec) {
  await page.mouse.move(700, 845); // no hover over the text
  await page.focus(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(spec);
}

async function steady(page, tab) {
  await page.click(`#tab-${tab}`);
  await page.waitForFunction((name) => {
    const place = document.getElementById(`panel-${name}`);
    return place.childElementCount > 0 && !place.querySelector(".stale") && !place.classList.contains("stale");
  }, tab, { timeout: SLOW });
}

const checks = {
  async "the first answer is a closed form"(page) {
    await shows(page, "#panel-formulas", "GCIP");
    await shows(page, "#panel-formulas math mi", "depth");
    await shows(page, "#panel-formulas .notes", "holds for");
  },
  async "an edit is answered"(page) {
    await write(page, "network Small\n\nparam n = 4\n\ninput(3, 8, 8)\nconv(n, 3) -> relu");
    await shows(page, "#panel-formulas h2", "Small");
    for (const digit of "1234567") {
      await page.keyboard.press("Control+End");
      await page.keyboard.insertText(` -> dense(${digit})`);
      await shows(page, "#panel-formulas table", "GCC");
      await page.waitForTimeout(300);
    }
    const took = await page.evaluate(() => performance.getEntriesByName("answer").map(({ duration }) => duration));
    times.edit = took.sort((a, b) => a - b)[Math.floor(took.length / 2)];
  },
  async "a mistake is shown at its place"(page) {
    await write(page, "input(3, 8, 8)\nconv(4, 3)\ncnov(5, 3)\n");
    await shows(page, "#problems", "1 mistake");
    await shows(page, ".cm-lintRange-error", "cnov");
    await page.click("#problems");
    await shows(page, "#announcement", "Line 3: unknown block or layer 'cnov'");
  },
  async "a slider sets a param, and a switch makes it a symbol"(page) {
    await write(page, 'network Slid\nparam n = 4 "filters"\ninput(3, 8, 8) -> conv(n, 3)\n');
    await shows(page, "#panel-formulas .settings", "n = 4");
    await page.focus("#param-list input[type=range]");
    await page.keyboard.press("ArrowRight");
    await shows(page, "#panel-formulas .settings", "n = 5");
    await page.check("#param-n-symbol");
    await shows(page, "#panel-formulas .notes", "holds for n");
  },
  async "a box of the diagram tells its law, and leads to its line"(page) {
    await write(page, "network Drawn\n\ninput(3, 8, 8)\nconv(4, 3) -> relu\nadd {\n    conv(4, 3)\n|\n}\n");
    await steady(page, "diagram");
    await page.hover("[data-from]:has-text('conv 4')");
    await holds(page, () => /eq\. \(8\)/.test(document.querySelector(".card:not([hidden])")?.textContent ?? ""));
    await page.click("[data-from]:has-text('conv 4')");
    await holds(page, () => document.querySelector(".cm-activeLine")?.textContent.startsWith("conv(4, 3)"));
    await page.focus("[data-from]:has-text('add')");
    await page.keyboard.press("Enter");
    await holds(page, () => document.querySelector(".cm-activeLine")?.textContent.startsWith("add {"));
  },
  async "curves, growth, law sets and the zoo are there"(page) {
    await write(page, "network Grown\nparam width = 8\ninput(3, 8, 8)\nconv(width, 3) -> conv(width, 3)\n");
    await shows(page, "#params", "width");
    await steady(page, "curves");
    if ((await page.locator("#panel-curves canvas").count()) !== 4) throw new Error("four curves are missing");
    await steady(page, "growth");
    await shows(page, "#panel-growth table", "quadratic");
    await steady(page, "laws");
    await shows(page, "#panel-laws th", "channels");
    await steady(page, "zoo");
    await shows(page, "#panel-zoo tbody", "202.73");
    await page.fill("#zoo-search", "resnet 50");
    await page.click("#panel-zoo tbody button");
    await shows(page, "#panel-formulas h2", "ResNet");
  },
  async "completion and hovers know the language"(page) {
    await write(page, "input(3, 8, 8)\ncon");
    await page.keyboard.press("Control+Space");
    await shows(page, ".cm-tooltip-autocomplete", "conv_transpose");
    await page.keyboard.press("Escape");
    await write(page, "input(3, 8, 8)\nconv(4, 3)\n");
    await page.hover(".cm-line:nth-child(2) .tok-call");
    await shows(page, ".cm-tooltip-hover", "complexity");
    await page.mouse.move(5, 5);
  },
  async "a key lays the spec out"(page) {
    await write(page, "input(3,8,8)\nconv(4,3)->relu\n");
    await page.keyboard.press("Shift+Alt+f");
    await holds(page, () => document.querySelector(".cm-content").textContent.includes("conv(4, 3) -> relu"));
  },
  async "undo goes back over a reload"(page) {
    await write(page, "input(3, 8, 8)\nrelu\n");
    await page.waitForTimeout(800);
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("tanh");
    await page.waitForTimeout(800);
    await page.reload();
    times.warm = await answered(page);
    if (!(await text(page)).includes("tanh")) throw new Error("the text is gone");
    await page.click(".cm-content");
    await page.keyboard.press("Control+z");
    if ((await text(page)).includes("tanh")) throw new Error("the history is gone");
  },
  async "a link shows the same sheet elsewhere"(page) {
    await write(page, "network Linked\nparam n = 4\ninput(3, 8, 8) -> conv(n, 3)\n");
    await shows(page, "#panel-formulas h2", "Linked");
    await page.check("#param-n-symbol");
    await shows(page, "#panel-formulas .notes", "holds for n");
    await page.click("#share");
    await holds(page, () => location.hash.startsWith("#s="));
    const other = await opened({}, new URL(page.url()).hash);
    await shows(other, "#panel-formulas h2", "Linked");
    await shows(other, "#panel-formulas .notes", "holds for n");
    await other.context().close();
  },
  async "a lesson is solved"(page) {
    await steady(page, "lessons");
    await page.click("#panel-lessons li:nth-child(1) button");
    await shows(page, "#lesson .goals", "not yet: GCIP = 0.59259");
    await write(page, "input(3, 32, 32)\nconv(27, 3)\n");
    await shows(page, "#lesson .goals", "met: GCIP = 1");
    await shows(page, "#announcement", "is solved");
  },
  async "a run that takes long can be stopped"(page) {
    await page.selectOption("#open", "unet");
    await shows(page, "#panel-formulas h2", "UNet");
    await page.check("#param-levels-symbol");
    await page.click("#tab-laws");
    await page.waitForSelector("#stop:not([hidden])", { timeout: SLOW });
    await page.click("#stop");
    await shows(page, "#announcement", "was stopped");
    await page.click("#tab-formulas");
    await page.uncheck("#param-levels-symbol");
    await page.waitForFunction(() => document.querySelector("#panel-formulas .settings")?.textContent.includes("levels = 4"), null, { timeout: SLOW });
  },
  async "the arrow keys go through the tabs"(page) {
    await page.focus("#tabs [aria-selected=true]");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await holds(page, () => document.activeElement.id === "tab-diagram" && !document.getElementById("panel-diagram").hidden);
  },
  async "nothing in a spec runs"() {
    const state = Buffer.from(JSON.stringify({ text: HOSTILE, panel: "formulas", params: { n: "</script><img src=x onerror=ran>" } }));
    const { deflateRawSync } = await import("node:zlib");
    const page = await opened({}, `#s=${deflateRawSync(state).toString("base64url")}`);
    await shows(page, "#problems", "mistake");
    await page.click(".param .back");
    await shows(page, "#panel-formulas h2", "<script>");
    for (const tab of ["diagram", "laws", "growth", "curves"]) await steady(page, tab);
    if (await page.evaluate(() => window.ran)) throw new Error("it ran");
    if (await page.locator("main script, main img").count()) throw new Error("it became an element");
    await page.context().close();
  },
  async "it fits 390 pixels"() {
    const page = await opened({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (const tab of await page.$$eval("#tabs button", (all) => all.map(({ id }) => id.slice(4)))) {
      await steady(page, tab);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) throw new Error(`${tab} is ${over} pixels too wide`);
    }
    await page.context().close();
  },
  async "axe finds nothing serious"(page) {
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const tab of await page.$$eval("#tabs button", (all) => all.map(({ id }) => id.slice(4)))) {
        await steady(page, tab);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate((rules) => axe.run(rules), scheme === "dark" ? { runOnly: ["color-contrast"] } : {});
        const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
        if (serious.length) throw new Error(`${scheme}, ${tab}: ${serious.map(({ id, nodes }) => `${id} at ${nodes[0].target}: ${nodes[0].failureSummary}`).join("; ")}`);
      }
    }
  },
  async "it works without a network after the first visit"(page) {
    await new Promise((done) => server.close(done).closeAllConnections());
    await page.reload();
    times.offline = await answered(page);
    await shows(page, "#panel-formulas, #panels", "GCIP");
  },
};

const page = await opened();
times.cold = await answered(page);
await page.evaluate(() => navigator.serviceWorker.ready);
times.megabytes = sent / 1e6;
for (const [name, check] of Object.entries(checks)) {
  if (only && !name.includes(only)) continue;
  const begun = performance.now();
  const tried = () => check(page).then(() => "", (error) => String(error.message).slice(0, 1500));
  const wrong = (await tried()) && (await page.reload().then(() => answered(page)).then(tried, String));
  console.log(JSON.stringify({ check: name, wrong, seconds: Math.round(performance.now() - begun) / 1000 }));
}
console.log(JSON.stringify({ check: "it asks no other host, and breaks no rule", wrong: strange.join("; ") }));
console.log(JSON.stringify({ times }));
await browser.close();
server.close();
