"""Directives that show what is shipped: rules of the grammar, laws, examples of the language.

From: `grammars`, `specs/laws` and `tests/language/accept`. To: code blocks of a page, read when
it is built. Promises: nothing that does not exist can be shown, and a rule of the grammar
that no page shows is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from layercalc.report.laws import LawSet
from layercalc.resolve.loading import DEFAULT_LAWS
from layercalc.syntax.library import folder, shipped

ACCEPT = Path(__file__).resolve().parents[2] / "tests" / "language" / "accept"
GRAMMARS = ("arch.lark", "expr.lark")
#: A rule begins with its name, and goes on in lines that are indented.
RULE = re.compile(r"^\??([a-z_]+|[A-Z]+):.*(?:\n[ \t]+.*)*", re.MULTILINE)
FOLDER = re.compile(r"\[([^\]\n]+)\]\(([^)\n:#]+)\)")
LOGGER = logging.getLogger(__name__)


def rules() -> dict[str, str]:
    """Give the rules and terminals of the grammar by name, as they are written."""
    texts = [(folder("grammars") / name).read_text("utf-8") for name in GRAMMARS]
    return {rule[1]: rule[0] for text in texts for rule in RULE.finditer(text)}


def law_sets() -> Iterator[LawSet]:
    """Read the law sets, the usual one first."""
    paths = shipped("laws")
    for name in sorted(paths, key=lambda name: (name != DEFAULT_LAWS, name)):
        yield LawSet.read(name, paths[name])


class Shipped(SphinxDirective):
    """A directive that names what it shows."""

    required_arguments = 1
    final_argument_whitespace = True

    def known(self, name: str, among: Mapping[str, Any]) -> Any:
        """Find what is named."""
        if name not in among:
            raise self.error(f"there is no '{name}' among {', '.join(among)}")
        return among[name]

    def block(self, text: str, language: str) -> nodes.literal_block:
        """Show a text as a code block."""
        return nodes.literal_block(text, text, language=language)


class Grammar(Shipped):
    """Rules of the grammar, named one after the other."""

    def run(self) -> list[nodes.Node]:
        """Show them as they stand in the file."""
        names = self.arguments[0].split()
        self.env.metadata[self.env.docname].setdefault("rules", []).extend(names)
        known = rules()
        return [self.block("\n".join(self.known(name, known) for name in names), "text")]


class Example(Shipped):
    """A file of `tests/language/accept`, which says in its first lines what comes out."""

    def run(self) -> list[nodes.Node]:
        """Show it whole."""
        known = {path.stem: path for path in ACCEPT.glob("*.arch")}
        return [self.block(self.known(self.arguments[0], known).read_text("utf-8").rstrip(), "arch")]


class Laws(SphinxDirective):
    """All law sets, each with the layers that it declares, as `layercalc laws NAME` shows them."""

    def run(self) -> list[nodes.Node]:
        """Make a section of each law set, and of each layer in it."""
        return [self._set(law_set) for law_set in law_sets()]

    def _set(self, law_set: LawSet) -> nodes.section:
        section = self._section(law_set.name, law_set.name)
        based = f" It changes `{'`, `'.join(law_set.based)}`." if law_set.based else ""
        section += self.parse_text_to_nodes(f"{law_set.title}.{based}")
        for name, text in law_set.layers.items():
            inner = self._section(f"{law_set.name}-{name}", name)
            inner += nodes.literal_block(text, text, language="arch")
            section += inner
        return section

    def _section(self, identifier: str, title: str) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(identifier)], names=[identifier])
        section += nodes.title(title, title)
        return section


def unlink_folders(app: Sphinx, page: str, source: list[str]) -> None:
    """Keep the names of folders, which a site has no pages for."""
    here = Path(app.env.doc2path(page)).parent

    def told(link: re.Match[str]) -> str:
        return f"`{link[1]}`" if (here / link[2]).is_dir() else link[0]

    source[0] = FOLDER.sub(told, source[0])


def tell_rules_not_shown(app: Sphinx, env: Any) -> None:
    """Warn of rules of the grammar that stand on no page."""
    told = {name for data in env.metadata.values() for name in data.get("rules", ())}
    if left := sorted(set(rules()) - told):
        LOGGER.warning("no page shows these rules of the grammar: %s", ", ".join(left))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and the language of specs if nothing colours it."""
    for name, directive in {"grammar": Grammar, "example": Example, "laws": Laws}.items():
        app.add_directive(name, directive)
    try:
        get_lexer_by_name("arch")
    except ClassNotFound:
        app.add_lexer("arch", TextLexer)
    app.connect("source-read", unlink_folders)
    app.connect("env-check-consistency", tell_rules_not_shown)
    return {"parallel_read_safe": True}
