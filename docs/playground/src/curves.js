/** The measures over a param, drawn by uPlot, and as a table for those who cannot see a plot. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { SCROLLED, el } from "./dom.js";
import { News, fill } from "./panels.js";

const COLOURS = ["--curve-1", "--curve-2", "--curve-3", "--curve-4"];
const HEIGHT = 190;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function plotted(place, { x, param, usual }, curve, number) {
  const label = curve.log ? `log2 ${curve.label}` : curve.label;
  const ink = colour("--quiet");
  const axis = { stroke: ink, grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "12px system-ui" };
  const mark = (plot) => {
    const at = Math.round(plot.valToPos(usual, "x", true));
    plot.ctx.save();
    plot.ctx.strokeStyle = ink;
    plot.ctx.setLineDash([4, 4]);
    plot.ctx.beginPath();
    plot.ctx.moveTo(at, plot.bbox.top);
    plot.ctx.lineTo(at, plot.bbox.top + plot.bbox.height);
    plot.ctx.stroke();
    plot.ctx.restore();
  };
  return new uPlot({
    width: Math.max(240, place.clientWidth),
    height: HEIGHT,
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => short.format(tick)) }],
    series: [
      { label: param },
      { label, stroke: colour(COLOURS[number % COLOURS.length]), width: 2, points: { show: x.length < 40, size: 5 }, value: (_, v) => (v === null ? "–" : short.format(v)) },
    ],
    cursor: { y: false },
    hooks: { draw: [mark] },
  }, [x, curve.y], place);
}

function table({ x, param, curves }) {
  return el(
    "details", {}, el("summary", {}, "The numbers as a table"),
    el("div", SCROLLED, el(
      "table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, param), ...curves.map(({ label, log }) => el("th", { scope: "col" }, log ? `log2 ${label}` : label)))),
      el("tbody", {}, ...x.map((at, row) => el("tr", {}, el("th", { scope: "row" }, String(at)), ...curves.map(({ y }) => el("td", { class: "number" }, y[row] === null ? "–" : short.format(y[row])))))),
    )),
  );
}

export function curvesPanel({ asPanel, state, params, chooser }) {
  let plots = [];
  const news = new News();
  let told = null;
  const draw = (places) => {
    for (const plot of plots) plot.destroy();
    plots = places.map((place, number) => plotted(place, told, told.curves[number], number));
  };
  const choose = chooser("curves", () => panel.show(panel.place));
  const body = el("div", {});
  const panel = {
    name: "curves",
    title: "Curves",
    make(place) {
      panel.place = place;
      place.append(choose.label, body);
      new ResizeObserver(() => {
        for (const plot of plots) plot.setSize({ width: Math.max(240, plot.root.parentElement.clientWidth), height: HEIGHT });
      }).observe(place);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => told && draw([...body.querySelectorAll(".plot")]));
    },
    async show() {
      const param = choose.chosen(params());
      if (!news.is(state(), param)) return;
      if (!param) {
        body.replaceChildren(el("p", { class: "note" }, "A curve is drawn over a param, and this spec has none."));
        return;
      }
      await fill(body, asPanel("curves", { param }), news, (answer) => {
        told = answer;
        return answer.curves.map(({ label, log, y }) =>
          el("figure", {}, el("figcaption", {}, log ? `log2 ${label}` : label),
            el("div", { class: "plot", role: "img", "aria-label": `${label} over ${answer.param}, from ${y[0] ?? "no value"} at ${answer.x[0]} to ${y.at(-1) ?? "no value"} at ${answer.x.at(-1)}` })))
          .concat([table(answer)]);
      });
      const places = [...body.querySelectorAll(".plot")];
      if (places.length && places[0].childElementCount === 0) draw(places);
    },
  };
  return panel;
}
