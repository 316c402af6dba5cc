"""The layer declarations of law files, as their authors wrote them, comments included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from layercalc.errors import Span
from layercalc.records import dataclass
from layercalc.report.table import Table
from layercalc.syntax import tree
from layercalc.syntax.library import read
from layercalc.syntax.parse import parse


@dataclass(frozen=True, slots=True)
class LawSet:
    """A law file: its name, its title, the files that it uses, and its layers with their texts.

    >>> from layercalc.syntax.library import shipped
    >>> LawSet.read("channels", shipped("laws")["channels"]).based
    ('paper',)
    """

    name: str
    title: str
    based: tuple[str, ...]
    layers: Mapping[str, str]
    text: str

    @classmethod
    def read(cls, name: str, path: Path) -> LawSet:
        """Read a law file; it is parsed once.

        Raises `SpecError` for a file that has mistakes.
        """
        source = read(path)
        items = parse(source, path).items
        title = next((item.title for item in items if isinstance(item, tree.Title)), "")
        based = tuple(Path(item.path.text).stem for item in items if isinstance(item, tree.Use))
        declared = [item for item in items if isinstance(item, tree.Layer | tree.Activation)]
        layers = {item.name.text: declaration_text(item.span) for item in declared}
        return cls(name, title, based, layers, source.text.rstrip())


def declaration_text(span: Span) -> str:
    """Cut out the lines of a declaration, with the comment above it; a blank line may be between."""
    source, first = span.source, span.line
    above = first - 1 if first < 3 or source.line(first - 1).strip() else first - 2
    comment = above
    while comment > 0 and source.line(comment).startswith("#"):
        comment -= 1
    start = first if comment == above else comment + 1
    last = source.position(span.end - 1)[0]
    return "\n".join(source.line(number) for number in range(start, last + 1))


def overview(sets: Iterable[LawSet], default: str) -> Table:
    """List law sets with their titles and what they declare."""
    rows = []
    for law_set in sets:
        name = f"{law_set.name} (default)" if law_set.name == default else law_set.name
        rows.append((name, law_set.title, " + ".join([*law_set.based, ", ".join(law_set.layers)])))
    return Table(("laws", "title", "layers"), rows)
