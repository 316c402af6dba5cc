/**
 * The highlighting of the language, from the grammar that all editors use.
 *
 * From: `grammars/arch.tmLanguage.json`, whose patterns are flat. To: a stream language of
 * CodeMirror. Promises: a place has the colour that the Pygments lexer gives it; nesting is not examined.
 */
import { StreamLanguage } from "@codemirror/language";
import { tags as t } from "@lezer/highlight";
import grammar from "arch-grammar";

/** The tags of scopes; of those that a scope begins with the longest counts. */
const TAGS = {
  comment: t.lineComment,
  "constant.language": t.bool,
  "constant.numeric": t.number,
  "entity.name.function": t.definition(t.function(t.variableName)),
  "entity.name.type": t.definition(t.typeName),
  invalid: t.invalid,
  keyword: t.keyword,
  "keyword.operator": t.operator,
  "keyword.operator.word": t.operatorKeyword,
  punctuation: t.punctuation,
  "storage.type": t.definitionKeyword,
  string: t.string,
  "support.class": t.typeName,
  "support.function": t.function(t.variableName),
  "support.variable": t.propertyName,
  variable: t.variableName,
  "variable.language": t.self,
  "variable.other.member": t.attributeName,
  "variable.parameter": t.attributeName,
};

const scopes = Object.keys(TAGS).sort((a, b) => b.length - a.length);
/** CodeMirror parts a name at its dots, so that of a kind has none. */
const named = (scope) => scope.replaceAll(".", "-");
const kindOf = (scope) => named(scopes.find((begin) => `${scope}.`.startsWith(`${begin}.`)));

const rules = grammar.patterns
  .flatMap(({ include }) => grammar.repository[include.slice(1)].patterns)
  .map((rule) => ({
    match: new RegExp(rule.match, "y"),
    groups: rule.name ? null : Object.fromEntries(Object.entries(rule.captures).map(([n, { name }]) => [n, kindOf(name)])),
    kind: rule.name ? kindOf(rule.name) : null,
  }));

/** Read the tokens at a place of a line: `[kind, length]` for each. */
function tokensAt(line, start) {
  for (const { match, groups, kind } of rules) {
    match.lastIndex = start;
    const found = match.exec(line);
    if (!found || found[0] === "") continue;
    if (kind) return [[kind, found[0].length]];
    return found.slice(1).map((part, number) => [groups[number + 1] ?? null, part.length]).filter(([, size]) => size);
  }
  return [[null, 1]];
}

export const arch = StreamLanguage.define({
  name: "arch",
  startState: () => ({ waiting: [] }),
  copyState: ({ waiting }) => ({ waiting: [...waiting] }),
  token(stream, state) {
    if (stream.sol()) state.waiting = [];
    if (state.waiting.length === 0) {
      if (stream.eatSpace()) return null;
      state.waiting = tokensAt(stream.string, stream.pos);
    }
    const [kind, size] = state.waiting.shift();
    stream.pos += size;
    return kind;
  },
  tokenTable: Object.fromEntries(Object.entries(TAGS).map(([scope, tag]) => [named(scope), tag])),
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] }, indentOnInput: /^\s*\}$/ },
});
