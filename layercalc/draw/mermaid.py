"""A diagram as Mermaid, which GitHub and many editors draw: a flowchart with subgraphs.

From: a `Diagram`. To: text. Promises: characters that are special in Mermaid are
escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from layercalc.display import visible
from layercalc.draw.clusters import Cluster, clustered
from layercalc.draw.diagram import Diagram

#: The brackets of the kinds of boxes.
SHAPES = {
    "layer": ("[", "]"), "plain": ("[", "]"), "merge": ("([", "])"), "shut": ("[[", "]]"),
    "end": ("([", "])"),
}  # fmt: skip
INDENT = "    "
_SIGN = re.compile(r"[^\w .,:;()/+*^=|\[\]{}-]")


def mermaid(diagram: Diagram) -> str:
    r"""Write a diagram as Mermaid.

    >>> from layercalc.draw.diagram import Box, Graph, DiagramNode
    >>> box = Box("layer", ('a "b"', "#1"))
    >>> print(mermaid(Diagram("T", (), Graph((), (DiagramNode(box, (), ()),), ()), ())), end="")
    ---
    title: "T"
    ---
    flowchart TB
        n1["a #34;b#34;<br/>#35;1"]
    """
    whole, arrows = clustered(diagram.graph)
    lines = ["---", f"title: {json.dumps(visible(diagram.title))}", "---"]
    lines.append(f"flowchart {'LR' if diagram.right else 'TB'}")
    lines += _members(whole, INDENT)
    for arrow in arrows:
        name = f'|"{_escaped(arrow.name)}"|' if arrow.name else ""
        lines.append(f"{INDENT}{arrow.source} -->{name} {arrow.target}")
    if repeats := [
        cluster.name for cluster in _clusters(whole) if cluster.frame and cluster.frame.kind == "repeat"
    ]:
        lines.append(f"{INDENT}classDef repeat stroke-dasharray:7 3")
        lines.append(f"{INDENT}class {','.join(repeats)} repeat")
    return "\n".join(lines) + "\n"


def _members(cluster: Cluster, indent: str) -> Iterator[str]:
    for member in cluster.members:
        if not isinstance(member, Cluster):
            name, box = member
            opening, closing = SHAPES[box.kind]
            yield f'{indent}{name}{opening}"{"<br/>".join(map(_escaped, box.lines))}"{closing}'
        elif member.frame is not None:
            title = "<br/>".join(map(_escaped, (member.frame.title, *member.frame.notes)))
            yield f'{indent}subgraph {member.name}["{title}"]'
            yield from _members(member, indent + INDENT)
            yield f"{indent}end"


def _clusters(cluster: Cluster) -> Iterator[Cluster]:
    yield cluster
    for member in cluster.members:
        if isinstance(member, Cluster):
            yield from _clusters(member)


def _escaped(text: str) -> str:
    """Escape the special characters of a text by their numbers."""
    return _SIGN.sub(lambda sign: f"#{ord(sign[0])};", visible(text))
