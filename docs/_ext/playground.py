"""A directive that leads to the playground, and what puts the playground beside the pages of the site.

From: the configuration `playground`. To: a link to the page, which is built with the site where that
is set, and otherwise how it is built. ``sphinx-build -D playground=1 docs site`` sets it.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

#: Where the page stands in the site.
PLACE = "playground"


class Playground(SphinxDirective):
    """A link to the playground of this site, if it has one."""

    def run(self) -> list[nodes.Node]:
        """Lead there."""
        if self.config.playground:
            text = f'<p><a href="{PLACE}/index.html">Open the playground of this site</a></p>'
            return [nodes.raw("", text, format="html")]
        return self.parse_text_to_nodes("This site was built without one: `layercalc playground` opens it.")


def beside(app: Sphinx, error: Exception | None) -> None:
    """Build the page into the site."""
    if error is None and app.config.playground and app.builder.format == "html":
        from layercalc.playground.building import build

        build(Path(app.outdir) / PLACE)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and the page."""
    app.add_config_value("playground", False, "env", [bool, int, str])
    app.add_directive("playground", Playground)
    app.connect("build-finished", beside)
    return {"parallel_read_safe": True}
