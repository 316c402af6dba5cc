"""Figure 10: GCIP and GCC of all networks of the tables, by family (section 7.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from layercalc.paper import zoo
from layercalc.paper.accuracy.sample import measured
from layercalc.paper.experiments.outcome import Experiment, Outcome, Sheet
from layercalc.paper.experiments.shared import LAWS, Verdict, claims, joined_by_law_set
from layercalc.paper.zoo import Measured
from layercalc.plot.picture import Curve, Panel, Picture

SECTION = "7.4"
#: Lines left free between two families.
GAP = 0.7


@dataclass(frozen=True, slots=True)
class TableNetwork:
    """A network of the tables, which may be in several of them."""

    family: str
    name: str
    tables: str
    gcip: float
    gcc: float


def networks(laws: str) -> list[TableNetwork]:
    """List the different networks of the zoo by family, in the order of the tables."""
    rows: dict[object, list[Measured]] = {}
    for result in measured(laws):
        rows.setdefault(result.row.point, []).append(result)
    found = [_network(alike) for alike in rows.values()]
    families = [*dict.fromkeys(network.family for network in found)]
    return sorted(found, key=lambda network: families.index(network.family))


def _network(alike: Sequence[Measured]) -> TableNetwork:
    first = alike[0]
    tables = ", ".join(str(result.row.table) for result in alike)
    return TableNetwork(first.row.spec, first.row.model, tables, first.logs["gcip"], first.logs["gcc"])


def run() -> Outcome:
    """Compare all networks under each law set."""
    found = {laws: networks(laws) for laws in LAWS}
    return Outcome([_sheet(found)], [_picture(found)], claims(SECTION, _verdicts))


def _sheet(found: Mapping[str, Sequence[TableNetwork]]) -> Sheet:
    headers = ("laws", "family", "model", "tables", "log2_gcip", "log2_gcc")
    lines = [(laws, n.family, n.name, n.tables, n.gcip, n.gcc) for laws, nets in found.items() for n in nets]
    return Sheet("fig10", headers, lines)


def _picture(found: Mapping[str, Sequence[TableNetwork]]) -> Picture:
    panels = []
    for name, label in (("gcip", "log2 of GCIP, bits"), ("gcc", "log2 of GCC, bits")):
        curves = {laws: [*_curves(nets, name)] for laws, nets in found.items()}
        for laws, alike in joined_by_law_set(curves).items():
            panels.append(Panel(label, "", alike, laws, y_ticks=_ticks(next(iter(found.values())))))
    title = "All networks of the tables by family; in brackets the tables"
    return Picture("fig10", title, panels, columns=len(panels))


def _families(nets: Sequence[TableNetwork]) -> Iterator[tuple[float, list[TableNetwork]]]:
    """List the families with the position of their first network, from the top down."""
    place = 0.0
    for _, members in groupby(nets, key=lambda network: network.family):
        family = [*members]
        yield place, family
        place -= len(family) + GAP


def _curves(nets: Sequence[TableNetwork], name: str) -> Iterator[Curve]:
    for place, family in _families(nets):
        values = [getattr(network, name) for network in family]
        yield Curve("", values, [place - number for number in range(len(family))], "marks")


def _ticks(nets: Sequence[TableNetwork]) -> list[tuple[float, str]]:
    return [
        (place - number, f"{network.name} ({network.tables})")
        for place, family in _families(nets)
        for number, network in enumerate(family)
    ]


def _verdicts(laws: str) -> Iterator[Verdict]:
    rows, nets = measured(laws), networks(laws)
    families = {network.family for network in nets}
    architectures = {result.row.architecture for result in rows}
    yield (
        "the complexity of the networks in widespread use is compared in numbers",
        len(rows) == len(zoo.rows()),
        (
            f"{len(rows)} rows have their values, of {len(architectures)} architectures in {len(families)} "
            f"families; drawn are {len(nets)} networks, told apart by a softmax at the end and by paddings"
        ),
    )
    yield _varied(nets, "gcip")
    yield _varied(nets, "gcc")
    yield _wanted(rows)
    yield _eased(rows)


def _varied(nets: Sequence[TableNetwork], name: str) -> Verdict:
    """Compare the spread of the widest family with the distances between families."""
    values = {
        family[0].family: [getattr(network, name) for network in family] for _, family in _families(nets)
    }
    middles = {family: median(logs) for family, logs in values.items()}
    low, high = min(middles, key=middles.__getitem__), max(middles, key=middles.__getitem__)
    wide = max(values, key=lambda family: max(values[family]) - min(values[family]))
    text = f"{name.upper()} varies within families and between them"
    told = (
        f"log2 {name.upper()} goes from {min(values[wide]):.1f} to {max(values[wide]):.1f} within {wide}, "
        f"and in the middle of families from {middles[low]:.1f} ({low}) to {middles[high]:.1f} ({high})"
    )
    return text, min(values[wide]) < max(values[wide]) and middles[low] < middles[high], told


def _wanted(rows: Sequence[Measured]) -> Verdict:
    found = _agreement(rows, "gcc")
    text = "a high GCC is preferred for challenging prediction problems"
    return text, found > 0, f"on ImageNet, the rank correlation of GCC and Top-1 is {found:.3f}"


def _eased(rows: Sequence[Measured]) -> Verdict:
    text = "a moderately large GCIP is desired, for it eases training"
    told = f"the rank correlation of GCIP and Top-1 is {_agreement(rows, 'gcip'):.3f}"
    return text, None, f"nothing is trained here; {told}"


def _agreement(rows: Sequence[Measured], name: str) -> float:
    """Correlate the ranks of a measure and of Top-1, over rows (Spearman)."""
    from scipy.stats import spearmanr

    pairs = [(row.logs[name], row.row.top1) for row in rows if row.row.top1 is not None]
    return float(spearmanr(*zip(*pairs, strict=True)).statistic)


EXPERIMENT = Experiment("fig10", "GCIP and GCC of all networks of the tables, by family", run)
