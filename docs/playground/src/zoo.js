/** The networks of the paper's tables, each of which can be opened; GCIP and GCC come one after the other. */
import { SCROLLED, el } from "./dom.js";

const decimals = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const COLUMNS = [
  ["model", "Model", (row) => row.model],
  ["table", "Table", (row) => String(row.table)],
  ["top1", "Top-1, %", (row) => (row.top1 === null ? "" : row.top1.toFixed(2))],
  ["gcip", "log2(GCIP)", (row) => logarithm(row.gcip)],
  ["gcc", "log2(GCC)", (row) => logarithm(row.gcc)],
  ["params", "Params", (row) => `${decimals.format(row.params / 1e6)} M`],
  ["macs", "MACs", (row) => `${decimals.format(row.macs / 1e9)} G`],
];
const MEASURED = ["gcip", "gcc"];
/** A logarithm; nothing before it is known, and a dash where there is none. */
const logarithm = (log) => (log === undefined ? "" : log === null ? "-" : log.toFixed(2));

export function zooPanel({ known, open, laws, ask }) {
  let order = ["table", 1];
  let made = null;
  let under = "";
  const body = el("tbody", {});
  const search = el("input", { type: "search", id: "zoo-search", placeholder: "ResNet", autocomplete: "off" });
  const count = el("p", { class: "note", role: "status" });

  const heads = COLUMNS.map(([key, title]) => el("th", { scope: "col" }, el("button", { type: "button", class: "link", onclick: () => sort(key) }, title)));
  const sort = (key) => {
    order = [key, order[0] === key ? -order[1] : 1];
    list();
  };
  let shown = new Set();
  const list = () => {
    const wanted = search.value.trim().toLowerCase();
    const rows = known().zoo.filter(({ model, spec }) => `${model} ${spec}`.toLowerCase().includes(wanted));
    const [key, sign] = order;
    rows.sort((a, b) => sign * (typeof a[key] === "string" ? a[key].localeCompare(b[key]) : (a[key] ?? -Infinity) - (b[key] ?? -Infinity) || 0));
    heads.forEach((head, place) => head.setAttribute("aria-sort", COLUMNS[place][0] !== key ? "none" : sign > 0 ? "ascending" : "descending"));
    count.textContent = `${rows.length} of ${known().zoo.length} rows of the paper's tables 1 to 3. Params and MACs are counted; GCIP and GCC are taken under the law set ${under}.`;
    shown = new Set(rows);
    body.replaceChildren(...rows.map((row) => {
      row.cells = COLUMNS.map(([name, , tell]) =>
        name === "model"
          ? el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => open(row.row, row.model) }, tell(row)))
          : el("td", { class: "number" }, tell(row)));
      return el("tr", {}, ...row.cells);
    }));
  };
  /** Ask for what is not measured yet, a few rows at a time, as long as the panel is open. */
  const measure = async () => {
    const asked = under;
    for (;;) {
      const left = known().zoo.filter((row) => row.gcc === undefined);
      left.sort((a, b) => shown.has(b) - shown.has(a));
      if (made.hidden || asked !== under || left.length === 0) break;
      const told = await ask(left.map(({ row }) => row)).catch(() => null);
      if (told === null || told.errors || asked !== under) return;
      for (const row of left) {
        if (!(row.row in told)) continue;
        Object.assign(row, told[row.row]);
        for (const [place, [name, , tell]] of COLUMNS.entries()) {
          if (MEASURED.includes(name) && row.cells) row.cells[place].textContent = tell(row);
        }
      }
    }
    if (MEASURED.includes(order[0])) list();
  };
  search.addEventListener("input", list);
  return {
    name: "zoo",
    title: "Zoo",
    show(place) {
      if (!known()) return;
      if (made === null) {
        made = place;
        place.append(
          el("p", { class: "choice" }, el("label", { for: search.id }, "Find "), search), count,
          el("div", SCROLLED, el("table", { class: "zoo" }, el("thead", {}, el("tr", {}, ...heads)), body)),
        );
      }
      if (under !== laws()) {
        under = laws();
        for (const row of known().zoo) MEASURED.forEach((name) => delete row[name]);
        list();
      }
      measure();
    },
  };
}
