"""The tables of `docs/experiments.md` on the wider zoo, from the numbers of the experiment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from layercalc.errors import listing
from layercalc.paper.accuracy import wider as tried
from layercalc.paper.accuracy.wider import ALL, ALONE, ATTENTION, COMPARED, FIRST, MIXING, PLAIN, Group
from layercalc.paper.experiments.fig11 import WEIGHTED
from layercalc.paper.zoo.era import ERAS
from tests.checkout import ROOT

PAGE = ROOT / "docs" / "experiments.md"
#: What is between these belongs to the tables.
START, END = "<!-- made by `python -m tests.wider page` -->\n\n", "\n<!-- end -->\n"
GROUPS = (ALL, PLAIN, Group(ALONE, MIXING), Group(ALONE, ATTENTION), FIRST)
LAWFUL, LAWLESS = ("gcc", "gsc", *WEIGHTED), ("params", "macs", "layers", "image_size")
LAWS = ("paper", "channels")


def tables() -> str:
    """Write the tables."""
    parts = (relations(), _trials(), _eras())
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def written(text: str) -> str:
    """Put the tables into the page."""
    return re.sub(f"(?s)(?<={re.escape(START)}).*(?={re.escape(END)})", lambda _: tables(), text)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(*cells: str) -> Iterator[str]:
    yield _line(cells)
    yield _line(["---", *["---:"] * (len(cells) - 1)])


def _headed(first: str) -> Iterator[str]:
    yield from _head(first, *(group.label for group in GROUPS))


def _named(name: str, laws: str) -> str:
    sets = " and ".join(f"`{one}`" for one in tried.different()[laws])
    return f"{COMPARED[name].label}, {sets}" if name in LAWFUL else COMPARED[name].label


def _rows() -> Iterator[tuple[str, str]]:
    yield from ((laws, name) for laws in LAWS for name in LAWFUL)
    yield from ((LAWS[0], name) for name in LAWLESS)


def relations() -> Iterator[str]:
    """Write the table of relations."""
    yield from _headed("Top-1: R^2 / rank correlation")
    yield _line(["rows", *(str(tried.recipes(group, "top1").rows) for group in GROUPS)])
    for laws, name in _rows():
        found = tried.relations(laws, name, "top1")
        cells = [
            f"{one.r_squared:.2f} / {one.rank_correlation:.2f}" if (one := found.get(group)) else "-"
            for group in GROUPS
        ]
        yield _line([_named(name, laws), *cells])
    yield _line(
        ["no function of the network exceeds", *_each(lambda g: f"{tried.recipes(g, 'top1').ceiling:.3f}")]
    )


def _each(read: Callable[[Group], str]) -> list[str]:
    return [read(group) for group in GROUPS]


def _trials() -> Iterator[str]:
    yield from _headed("curve of the paper's rows: bias / RMS, points, inside")
    counts = tried.trials("paper", "gsc", "top1")
    yield _line(["rows", *_each(lambda group: str(counts[group].rows))])
    for laws, name in [pair for pair in _rows() if pair[1] in (*LAWFUL, "params", "macs")]:
        found = tried.trials(laws, name, "top1")
        cells = [
            f"{one.bias:+.1f} / {one.error:.1f}, {one.covered:.0%}" for one in (found[g] for g in GROUPS)
        ]
        yield _line([_named(name, laws), *cells])


def _eras() -> Iterator[str]:
    laws = listing([f"`{one}`" for one in tried.different()["channels"]], "and")
    yield from _head(
        "era", "rows", "networks", f"rank correlation of GSC, {laws}", "of params", "of MACs",
        "bias of the paper's curve of GSC", "recipes of one network apart, points",
    )  # fmt: skip
    curve = tried.trials("channels", "gsc", "top1")
    ranks = [tried.relations(laws, name, "top1") for laws, name in
             (("channels", "gsc"), ("paper", "params"), ("paper", "macs"))]  # fmt: skip
    for group in (Group((era,)) for era in ERAS):
        alike = tried.recipes(group, "top1")
        yield _line([
            group.label, str(alike.rows), str(alike.networks),
            *(f"{found[group].rank_correlation:.2f}" for found in ranks),
            f"{curve[group].bias:+.1f}", f"{alike.apart:.2f}" if alike.apart is not None else "-",
        ])  # fmt: skip


def update(page: Path = PAGE) -> None:
    """Write the tables anew."""
    page.write_text(written(page.read_text("utf-8")), "utf-8")
