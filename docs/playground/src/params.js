/**
 * The params of the spec: a slider, a field and a switch "symbol" for each.
 *
 * From: what `read` tells of params, and the values that are set. To: rows; `set(name, value)` is called
 * with a text, or with null for the default. Promises: a row that stays keeps its focus.
 */
import { el } from "./dom.js";

/** Choose what a slider goes over: the numbers that Python tells, else a range around the default. */
export function reach({ kind, default: usual, values }) {
  if (values.length) return { min: 0, max: values.length - 1, step: 1 };
  const number = Number(usual);
  if (kind === "real") {
    const top = number > 0 ? 2 * number : 1;
    return { min: 0, max: Number(top.toPrecision(3)), step: Number((top / 100).toPrecision(1)) };
  }
  return { min: 1, max: Math.max(8, 2 * number), step: 1 };
}

/** Find the place on a slider that is nearest to a number. */
function placed({ values }, number) {
  if (values.length === 0) return number;
  const far = values.map((value) => Math.abs(value - number));
  return far.indexOf(Math.min(...far));
}

const isNumber = (text) => text !== "" && Number.isFinite(Number(text));

export class Params {
  /** @param {HTMLElement} place @param {(name: string, value: string | null) => void} set */
  constructor(place, set) {
    this.place = place;
    this.set = set;
    this.rows = new Map();
  }

  /** Show the params with their values. */
  show(params, values) {
    const key = JSON.stringify(params);
    if (key !== this.key) {
      this.key = key;
      this.rows = new Map(params.map((param) => [param.name, this.row(param)]));
      this.place.replaceChildren(...[...this.rows.values()].map(({ row }) => row));
      if (params.length === 0) this.place.append(el("p", { class: "note" }, "This spec has no params: ", el("code", {}, "param width = 64"), " would declare one."));
    }
    for (const param of params) this.rows.get(param.name).show(values[param.name] ?? null);
  }

  row(param) {
    const { name, doc, where, kind } = param;
    const id = `param-${name}`;
    const told = [doc, where && `where ${where}`].filter(Boolean).join("; ");
    const field = el("input", { id, type: "text", inputmode: kind === "text" ? "text" : "decimal", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-told` });
    const symbol = el("input", { type: "checkbox", id: `${id}-symbol` });
    const slider = kind === "whole" || kind === "real" ? el("input", { type: "range", "aria-label": `${name}, slider`, ...texts(reach(param)) }) : null;
    const box = kind === "switch" ? el("input", { type: "checkbox", "aria-label": `${name}, on or off` }) : null;
    const back = el("button", { type: "button", class: "link back", title: `Back to ${param.default}`, "aria-label": `${name}: back to ${param.default}` }, "↺");
    const give = (value) => this.set(name, value === "" || value === param.default ? null : value);
    field.addEventListener("change", () => give(field.value.trim()));
    field.addEventListener("keydown", (event) => event.key === "Enter" && give(field.value.trim()));
    slider?.addEventListener("input", () => give(String(param.values[slider.value] ?? slider.value)));
    box?.addEventListener("change", () => give(String(box.checked)));
    symbol.addEventListener("change", () => this.set(name, symbol.checked ? name : null));
    back.addEventListener("click", () => this.set(name, null));
    const row = el(
      "div", { class: `param ${kind}` },
      el("label", { for: id, class: "name" }, name),
      slider ?? box ?? el("span"),
      field,
      kind === "switch" ? el("span") : el("label", { class: "symbol", title: `Take ${name} as a symbol` }, symbol, "symbol"),
      back,
      el("small", { id: `${id}-told` }, told),
    );
    return { row, show: (value) => showRow({ param, row, field, slider, box, symbol, back }, value) };
  }
}

const texts = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));

function showRow({ param, row, field, slider, box, symbol, back }, value) {
  const shown = value ?? param.default;
  const free = value !== null && !isNumber(value) && !["true", "false"].includes(value) && !value.startsWith("[");
  if (document.activeElement !== field || field.value.trim() === "") field.value = shown;
  const number = isNumber(shown) ? Number(shown) : Number(param.default);
  if (slider && Number.isFinite(number)) {
    const place = placed(param, number);
    if (place > Number(slider.max)) slider.max = String(place);
    slider.value = String(place);
    slider.setAttribute("aria-valuetext", shown);
  }
  if (slider) slider.disabled = free;
  if (box) box.checked = shown === "true";
  symbol.checked = free;
  back.hidden = value === null;
  row.classList.toggle("free", free);
}
