/** The networks of the paper's tables, each of which can be opened. */
import { SCROLLED, el } from "./dom.js";

const numbers = new Intl.NumberFormat("en");
const COLUMNS = [
  ["model", "Model", (row) => row.model],
  ["table", "Table", (row) => String(row.table)],
  ["top1", "Top-1, %", (row) => (row.top1 === null ? "" : row.top1.toFixed(2))],
  ["params", "Params", (row) => numbers.format(row.params)],
  ["macs", "MACs", (row) => numbers.format(row.macs)],
];

export function zooPanel({ known, open }) {
  let order = ["table", 1];
  let made = false;
  const body = el("tbody", {});
  const search = el("input", { type: "search", id: "zoo-search", placeholder: "ResNet", autocomplete: "off" });
  const count = el("p", { class: "note", role: "status" });

  const heads = COLUMNS.map(([key, title]) => el("th", { scope: "col" }, el("button", { type: "button", class: "link", onclick: () => sort(key) }, title)));
  const sort = (key) => {
    order = [key, order[0] === key ? -order[1] : 1];
    list();
  };
  const list = () => {
    const wanted = search.value.trim().toLowerCase();
    const rows = known().zoo.filter(({ model, spec }) => `${model} ${spec}`.toLowerCase().includes(wanted));
    const [key, sign] = order;
    rows.sort((a, b) => sign * (typeof a[key] === "string" ? a[key].localeCompare(b[key]) : (a[key] ?? -1) - (b[key] ?? -1)));
    heads.forEach((head, place) => head.setAttribute("aria-sort", COLUMNS[place][0] !== key ? "none" : sign > 0 ? "ascending" : "descending"));
    count.textContent = `${rows.length} of ${known().zoo.length} rows of the paper's tables 1 to 3. Params and MACs are counted.`;
    body.replaceChildren(...rows.map((row) => el("tr", {}, ...COLUMNS.map(([name, , tell]) =>
      name === "model"
        ? el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => open(row.row, row.model) }, tell(row)))
        : el("td", { class: "number" }, tell(row))))));
  };
  search.addEventListener("input", list);
  return {
    name: "zoo",
    title: "Zoo",
    show(place) {
      if (!known() || made) return;
      made = true;
      place.append(
        el("p", { class: "choice" }, el("label", { for: search.id }, "Find "), search), count,
        el("div", SCROLLED, el("table", { class: "zoo" }, el("thead", {}, el("tr", {}, ...heads)), body)),
      );
      list();
    },
  };
}
