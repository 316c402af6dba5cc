/**
 * The page: it brings the editor, Python and the panels together.
 *
 * From: a link, what was kept, or a first spec. To: answers while one types. Promises: what is
 * shown belongs to the text that is there, or is pale until it does.
 */
import "../style.css";
import { announce, at, download, el } from "./dom.js";
import { curvesPanel } from "./curves.js";
import { diagramPanel } from "./diagram.js";
import { format, goTo, makeEditor, replaceText, showMistakes, stored } from "./editor.js";
import { Engine } from "./engine.js";
import { formulasPanel } from "./formulas.js";
import { Lessons } from "./lessons.js";
import { Panels } from "./panels.js";
import { Params } from "./params.js";
import { decoded, encoded } from "./share.js";
import { FIRST } from "./start.js";
import { keep, kept } from "./store.js";
import { growthPanel, lawsPanel, makeChooser } from "./tables.js";
import { zooPanel } from "./zoo.js";

const GROUPS = { specs: "Examples", vision: "Vision", language: "Language", sequence: "Sequences", zoo: "The paper's tables" };

const state = { text: FIRST, laws: "paper", params: { depth: "depth" }, lesson: null, panel: "formulas" };

/** Read the state of a link; one that cannot be read is told of. */
async function linked() {
  try {
    return await decoded(location.hash);
  } catch (error) {
    announce(`This link cannot be read: ${error.message}`);
    return null;
  }
}

const found = (await linked()) ?? kept();
if (found) {
  const { text, laws, params: values, lesson, panel } = found;
  Object.assign(state, { text, laws: laws ?? "paper", params: values ?? {}, lesson: lesson ?? null, panel: panel ?? "formulas" });
}
let latest = null;
let networks = null;
let first = true;

const statusText = at("status-text");
const status = { loading: "Loading Python…", ready: "", busy: "", stopped: "Stopped. Python is started anew." };
const engine = new Engine((now, told) => {
  at("stop").hidden = now !== "slow";
  if (now === "stopped") announce("The run was stopped. Python is started anew.");
  statusText.textContent = now === "slow" ? "This takes over 5 seconds." : now === "broken" ? `Python failed and is started anew: ${told}` : status[now];
  at("status").hidden = statusText.textContent === "";
});
at("stop").addEventListener("click", () => engine.stop());

const sheet = () => ({ text: state.text, laws: state.laws, params: state.params });
const ask = (name, more = {}, lane = name) => engine.ask(name, { ...sheet(), ...more }, lane);
const asPanel = (name, more = {}) => ask(name, more, "panel");

/** Read the text anew, then all that depends on it. */
async function read() {
  const asked = JSON.stringify(sheet());
  const begun = performance.now();
  let told;
  try {
    told = await ask("read");
  } catch (error) {
    told = { mistakes: [], params: null, errors: [{ message: error.message }], failed: true };
  }
  if (told === null || asked !== JSON.stringify(sheet())) return;
  told.params ??= latest?.params ?? [];
  latest = told;
  const all = allMistakes(told);
  showMistakes(editor, all);
  tellProblems(all);
  params.show(told.params, state.params);
  if (!told.failed || state.panel === "formulas") panels.refresh();
  if (!told.failed) lessons.check();
  performance.measure(first ? "first answer" : "answer", first ? { start: 0 } : { start: begun });
  if (first) {
    first = false;
    later();
  }
}

/** Join the mistakes of the text with those that the values of params lead to. */
function allMistakes({ mistakes, errors }) {
  const there = new Set(mistakes.map(({ from }) => from));
  return [...mistakes, ...(errors ?? []).filter(({ from }) => !there.has(from))];
}

function tellProblems(all) {
  const warned = all.filter(({ warning }) => warning).length;
  const wrong = all.length - warned;
  const parts = [wrong && `${wrong} mistake${wrong > 1 ? "s" : ""}`, warned && `${warned} warning${warned > 1 ? "s" : ""}`].filter(Boolean);
  at("problems").textContent = parts.join(", ") || "No mistakes";
  at("problems").classList.toggle("wrong", wrong > 0);
}

at("problems").addEventListener("click", () => {
  const mistake = latest && allMistakes(latest).find(({ from }) => from !== undefined);
  if (!mistake) return;
  goTo(editor, mistake.from, mistake.to);
  announce(`Line ${mistake.line}: ${mistake.message}`);
});

/** Set a param, or put it back to its default. */
function setParam(name, value) {
  const { [name]: _, ...others } = state.params;
  state.params = value === null ? others : { ...others, [name]: value };
  changed();
}

let saving = 0;
function changed() {
  clearTimeout(saving);
  saving = setTimeout(save, 300);
  read();
}

const save = () => keep(state, stored(editor));
addEventListener("pagehide", save);
addEventListener("visibilitychange", save);

/** Show another text, with the law set and the params that go with it. */
function show({ text, laws = "paper", params: values = {}, lesson = null }) {
  Object.assign(state, { laws, params: values, lesson });
  at("laws").value = laws;
  lessons.show(lesson);
  if (text === state.text) changed();
  else replaceText(editor, text);
}

async function openNetwork(name, told) {
  const found = await engine.ask("open", { name }).catch(() => null);
  if (!found?.text) return;
  show({ ...found, laws: state.laws });
  panels.open("formulas");
  announce(`${told} is open.`);
}

const lessons = new Lessons({
  card: at("lesson"),
  ask,
  known: () => networks,
  start: (name) => show({ text: lessons.find(name).start, lesson: name }),
  leave: () => {
    state.lesson = null;
    lessons.show(null);
    save();
    panels.refresh();
  },
  solve: ({ solution }) => replaceText(editor, solution),
});

const symbols = () => Object.entries(state.params).filter(([name, value]) => name === value).map(([name]) => name);
const chooser = makeChooser(symbols);
const known = () => latest?.params ?? [];
const goToBox = (from, to) => goTo(editor, from, to);
const params = new Params(at("param-list"), setParam);

const editor = makeEditor({
  parent: at("editor"),
  text: state.text,
  kept: found?.editor,
  ask,
  changed(text) {
    state.text = text;
    changed();
  },
  formatted: (done) => announce(done ? "The spec is laid out." : "Nothing to lay out."),
});

const panels = new Panels(at("tabs"), at("panels"), [
  formulasPanel({ latest: () => latest, ask }),
  diagramPanel({ asPanel, ask, goTo: goToBox, state: sheet }),
  curvesPanel({ asPanel, state: sheet, params: known, chooser }),
  growthPanel({ asPanel, state: sheet, params: known, chooser }),
  lawsPanel({ asPanel, state: sheet }),
  zooPanel({ known: () => networks, open: openNetwork, laws: () => state.laws, ask: (rows) => ask("measured", { rows }, "zoo") }),
  lessons.panel(),
], (name) => {
  state.panel = name;
});

/** What is not needed for the first answer. */
async function later() {
  networks = await engine.ask("networks", {}).catch(() => null);
  if (networks === null) return;
  const groups = Object.groupBy(Object.entries(networks.specs), ([, folder]) => folder);
  at("open").replaceChildren(
    el("option", { value: "" }, "open…"),
    ...Object.entries(GROUPS).map(([folder, title]) => el("optgroup", { label: title }, ...(groups[folder] ?? []).map(([name]) => el("option", { value: name }, name)))),
  );
  at("laws").replaceChildren(...networks.laws.map((name) => el("option", { value: name }, name)));
  at("laws").value = state.laws;
  lessons.show(state.lesson);
  lessons.check();
  panels.refresh();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("offline.js").catch(() => {});
}

at("open").addEventListener("change", ({ target }) => {
  if (target.value) openNetwork(target.value, target.value);
  target.value = "";
});
at("laws").addEventListener("change", ({ target }) => {
  state.laws = target.value;
  changed();
});
at("format").addEventListener("click", () => format(editor, ask).then((done) => announce(done ? "The spec is laid out." : "Nothing to lay out.")));
at("share").addEventListener("click", async () => {
  const { text, laws, params: values, lesson, panel } = state;
  history.replaceState(null, "", `#${await encoded({ text, laws, params: values, lesson, panel })}`);
  await navigator.clipboard.writeText(location.href).then(
    () => announce("The link is copied."),
    () => announce("The link stands in the address bar."),
  );
  at("share").textContent = "Copied";
  setTimeout(() => (at("share").textContent = "Share"), 1500);
});
at("export").addEventListener("change", async ({ target }) => {
  const form = target.value;
  target.value = "";
  if (form === "arch") return download("network.arch", state.text, "text/plain");
  const told = await ask("file", { form }, "export").catch((error) => ({ errors: [error] }));
  if (told?.text) download(told.name, told.text, told.type);
  else if (told?.errors) announce(`No file: ${told.errors[0].message}`);
});


addEventListener("hashchange", async () => {
  const other = await linked();
  if (!other) return;
  show(other);
  panels.open(other.panel);
});

panels.open(state.panel);
read();
