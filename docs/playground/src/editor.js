/**
 * The editor: CodeMirror, with all it knows of the language from Python.
 *
 * From: `ask`, which answers `complete`, `hover` and `format` for the text as it stands. To: a view with
 * its mistakes. Promises: undo goes back over a reload.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, toggleComment } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, tooltips,
} from "@codemirror/view";
import { tags as t } from "@lezer/highlight";
import { markdown } from "./markdown.js";
import { arch } from "./language.js";

/** The style rules that CodeMirror makes are the page's own: its policy knows them by this. */
const NONCE = "layercalc";
const KINDS = { class: "class", constant: "constant", field: "property", file: "text", folder: "namespace", operator: "keyword" };

const colours = HighlightStyle.define([
  { tag: t.lineComment, class: "tok-comment" },
  { tag: [t.keyword, t.definitionKeyword, t.operatorKeyword], class: "tok-keyword" },
  { tag: [t.number, t.bool, t.self], class: "tok-number" },
  { tag: t.string, class: "tok-string" },
  { tag: [t.typeName, t.function(t.variableName)], class: "tok-call" },
  { tag: [t.definition(t.typeName), t.definition(t.function(t.variableName))], class: "tok-name" },
  { tag: [t.attributeName, t.propertyName], class: "tok-member" },
  { tag: [t.operator, t.punctuation], class: "tok-sign" },
  { tag: t.invalid, class: "tok-invalid" },
]);

function completion(ask) {
  return async (context) => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!context.explicit && !word && !context.matchBefore(/[(.,"/:]\s?$/)) return null;
    const told = await ask("complete", { offset: context.pos });
    if (!told?.offers) return null;
    const options = told.offers.map((offer) => ({
      label: offer.label,
      apply: offer.insert,
      type: KINDS[offer.kind] ?? offer.kind,
      detail: offer.detail,
      boost: offer.first ? 50 : 0,
      info: offer.does ? () => markdown(offer.does) : undefined,
    }));
    return { from: word ? word.from : context.pos, options, validFor: /^\w*$/ };
  };
}

function hover(ask) {
  return hoverTooltip(async (view, position) => {
    const told = await ask("hover", { offset: position });
    if (!told?.markdown || told.to > view.state.doc.length) return null;
    return { pos: told.from, end: told.to, above: true, create: () => ({ dom: markdown(told.markdown, "hover") }) };
  });
}

/** Lay the text out as `layercalc fmt` does. */
export async function format(view, ask) {
  const before = view.state.doc;
  const told = await ask("format", {});
  if (!told || !("insert" in told) || view.state.doc !== before) return false;
  view.dispatch({ changes: { from: told.from, to: told.to, insert: told.insert }, userEvent: "format" });
  return true;
}

/** Make the editor in a parent; `kept` is what `stored` gave before a reload. */
export function makeEditor({ parent, text, kept, ask, changed, formatted }) {
  const extensions = [
    lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(), bracketMatching(),
    closeBrackets(), indentUnit.of("    "), arch, syntaxHighlighting(colours), highlightSelectionMatches(), lintGutter(),
    autocompletion({ override: [completion(ask)], activateOnTyping: true, icons: false }), hover(ask),
    EditorView.cspNonce.of(NONCE), tooltips({ position: "fixed" }), EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Spec of the network", "aria-describedby": "editor-help", spellcheck: "false", tabindex: "0" }),
    keymap.of([
      { key: "Shift-Alt-f", run: (view) => (format(view, ask).then(formatted), true), preventDefault: true },
      { key: "Mod-/", run: toggleComment },
      ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
  ];
  return new EditorView({ parent, state: restored(kept, text, extensions) });
}

function restored(kept, text, extensions) {
  try {
    if (kept?.doc === text) return EditorState.fromJSON(kept, { extensions }, { history: historyField });
  } catch {
    // A history of another version of the editor: the text is there, its past is not.
  }
  return EditorState.create({ doc: text, extensions });
}

/** Give the text with its history, to be kept over a reload. */
export const stored = (view) => view.state.toJSON({ history: historyField });

/** Show mistakes at their places. */
export function showMistakes(view, mistakes) {
  const end = view.state.doc.length;
  const told = mistakes
    .filter((mistake) => mistake.from !== undefined && mistake.from <= end)
    .map((mistake) => ({
      from: mistake.from,
      to: Math.min(Math.max(mistake.to, mistake.from), end),
      severity: mistake.warning ? "warning" : "error",
      message: [mistake.message, ...(mistake.hint ? [`hint: ${mistake.hint}`] : []), ...(mistake.related ?? [])].join("\n"),
    }));
  view.dispatch(setDiagnostics(view.state, told));
}

/** Put the cursor at a place, and show it. */
export function goTo(view, from, to = from) {
  const end = view.state.doc.length;
  view.dispatch({
    selection: { anchor: Math.min(to, end), head: Math.min(from, end) },
    effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
  });
  view.focus();
}

/** Replace the whole text. */
export function replaceText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 }, userEvent: "open" });
}
