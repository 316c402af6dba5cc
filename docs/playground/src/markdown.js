/** The little Markdown of hovers: paragraphs, bold words, code, tables. Everything becomes text nodes. */
import { el } from "./dom.js";

function words(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
    if (part.startsWith("**")) return el("strong", {}, part.slice(2, -2));
    if (part.startsWith("`")) return el("code", {}, part.slice(1, -1));
    return part;
  });
}

function table(lines) {
  const [head, , ...rows] = lines.map((line) => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim()));
  return el(
    "table", {},
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", {}, ...rows.map(([first, ...cells]) => el("tr", {}, el("th", { scope: "row" }, first), ...cells.map((cell) => el("td", {}, cell))))),
  );
}

function block(text) {
  if (text.startsWith("```")) return el("pre", {}, el("code", {}, text.replace(/^```\w*\n|\n```$/g, "")));
  const lines = text.split("\n");
  return lines[0].startsWith("|") ? table(lines) : el("p", {}, ...words(lines.join(" ")));
}

/** Show a text of Markdown. */
export function markdown(text, kind = "told") {
  const blocks = text.match(/```[\s\S]*?\n```|(?:(?!\n\n|```)[\s\S])+/g) ?? [];
  return el("div", { class: `markdown ${kind}` }, ...blocks.map((found) => found.trim()).filter(Boolean).map(block));
}
