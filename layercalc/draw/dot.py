"""A diagram as DOT, for Graphviz: frames are clusters.

From: a `Diagram`. To: text. Promises: every text is a quoted string, its
special characters escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from layercalc.display import visible
from layercalc.draw.clusters import Cluster, clustered
from layercalc.draw.diagram import Diagram

LOOKS = {
    "layer": "", "plain": ", style=dashed", "merge": ', style="rounded,bold"', "shut": ", peripheries=2",
    "end": ", shape=ellipse",
}  # fmt: skip
INDENT = "    "
LINE_END = r"\n"
_SIGNS = str.maketrans({"\\": "\\\\", '"': '\\"'})


def dot(diagram: Diagram) -> str:
    r"""Write a diagram as DOT.

    >>> from layercalc.draw.diagram import Box, Graph, DiagramNode
    >>> box = Box("layer", ('a "b"', "\\N"))
    >>> print(dot(Diagram("T", (), Graph((), (DiagramNode(box, (), ()),), ()), ())), end="")
    digraph network {
        graph [label="T", labelloc=t, fontname="Helvetica"];
        node [shape=box, fontname="Helvetica"];
        edge [fontname="Helvetica"];
        n1 [label="a \"b\"\n\\N"];
    }
    """
    whole, arrows = clustered(diagram.graph)
    title = _quoted((diagram.title, *diagram.heading))
    lines = [
        "digraph network {",
        f'{INDENT}graph [label={title}, labelloc=t, fontname="Helvetica"];',
        f'{INDENT}node [shape=box, fontname="Helvetica"];',
        f'{INDENT}edge [fontname="Helvetica"];',
        *([f"{INDENT}rankdir=LR;"] if diagram.right else []),
        *_members(whole, INDENT),
    ]
    for arrow in arrows:
        name = f" [label={_quoted([arrow.name])}]" if arrow.name else ""
        lines.append(f"{INDENT}{arrow.source} -> {arrow.target}{name};")
    return "\n".join([*lines, "}"]) + "\n"


def _members(cluster: Cluster, indent: str) -> Iterator[str]:
    for member in cluster.members:
        if not isinstance(member, Cluster):
            name, box = member
            yield f"{indent}{name} [label={_quoted(box.lines)}{LOOKS[box.kind]}];"
        elif member.frame is not None:
            yield f"{indent}subgraph cluster_{member.name} {{"
            yield f"{indent}{INDENT}label={_quoted([member.frame.title, *member.frame.notes])};"
            yield f"{indent}{INDENT}style={'dashed' if member.frame.kind == 'repeat' else 'solid'};"
            yield from _members(member, indent + INDENT)
            yield f"{indent}}}"


def _quoted(lines: Iterable[str]) -> str:
    """Quote lines as one string."""
    return f'"{LINE_END.join(visible(line).translate(_SIGNS) for line in lines)}"'
