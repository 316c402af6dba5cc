"""A directive that shows all commands, with their options, as their help tells them."""

from __future__ import annotations

from docutils import nodes
from manual import Entry, entries, is_typed
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Commands(SphinxDirective):
    """A section of each command."""

    def run(self) -> list[nodes.Node]:
        """Show them in the order of the program's help."""
        return [_section(self, entry) for entry in entries() if " " in entry.name]


def _section(directive: SphinxDirective, entry: Entry) -> nodes.section:
    section = nodes.section(ids=[nodes.make_id(entry.name)], names=[entry.name])
    section += nodes.title(entry.name, entry.name)
    section += nodes.literal_block(entry.usage, entry.usage, language="text")
    for paragraph in entry.text:
        if is_typed(paragraph):
            section += nodes.literal_block(paragraph, paragraph, language="text")
        else:
            section += directive.parse_text_to_nodes(paragraph)
    section += nodes.definition_list("", *(_option(*option) for option in entry.options))
    return section


def _option(name: str, text: str) -> nodes.definition_list_item:
    term = nodes.term("", "", nodes.literal(name, name))
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph(text, text)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
