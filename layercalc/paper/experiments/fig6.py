"""Figure 6: the complexity of growing networks against bounds on their VC dimension (section 7.1).

From: two shipped families of ReLU networks, fully connected and convolutional, that grow in depth
and in width. To: their GCC under each law set beside the bounds of Bartlett et al. 2019.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from layercalc.errors import SpecError, listing
from layercalc.model import Model, load
from layercalc.paper.experiments.outcome import Cell, Experiment, Outcome, Sheet
from layercalc.paper.experiments.shared import LAWS, Verdict, claims, joined_by_law_set, log2
from layercalc.plot.picture import Curve, Panel, Picture, Scale
from layercalc.syntax import library

BOUNDS = ("vc_upper", "vc_upper_unrolled", "vc_lower", "vc_lower_unrolled")
SECTION = "7.1"
#: More layers than anyone trains.
DEEP = 10**6


@dataclass(frozen=True)
class SizedFamily:
    """The networks of one spec for growing values of one param."""

    name: str
    spec: str
    over: str
    sizes: Sequence[int]
    fixed: Mapping[str, int] = field(default_factory=dict)

    def member(self, size: int | str, laws: str) -> Model:
        """Load the network of one size."""
        return load(self.spec, {**self.fixed, self.over: size}, laws=laws)


DRAWN = {"vc_upper": "VC dimension, upper bound", "vc_lower": "W L log2(W/L)/640, theorem 3"}
UNITS = {
    ("mlp", "depth"): "depth (hidden layers)",
    ("mlp", "width"): "width (units of a layer)",
    ("vgg", "depth"): "depth (weighted layers)",
    ("vgg", "width"): "width (channels of the first stage)",
}
MISSING = (
    "The architectures of Fig. 6 are not named in the paper; shipped families stand for them, mlp and "
    "vgg on images of 32 x 32. Theorem 3 is proved for more than 640 layers: below, it is a formula only."
)
IMAGES = {"resolution": 32, "units": 512, "classes": 10}
FAMILIES = (
    SizedFamily("fully connected, deeper", "mlp", "depth", (1, 2, 3, 4, 6, 8, 12, 16)),
    SizedFamily("fully connected, wider", "mlp", "width", (16, 32, 64, 128, 256, 512, 1024)),
    SizedFamily("convolutional, deeper", "vgg", "depth", (13, 16, 19, 22, 25, 28, 31, 34), IMAGES),
    SizedFamily("convolutional, wider", "vgg", "width", (8, 16, 32, 64, 128, 256), IMAGES),
)
#: Others, of which the first does not hold: those of section 7.3.
RESNETS = SizedFamily("ResNets", "resnet", "depth", (18, 34, 50, 101, 152))


@dataclass(frozen=True)
class FamilyGrowth:
    """A family measured under a law set: logarithms to base two, by size."""

    family: SizedFamily
    logs: Mapping[str, Sequence[float]]

    def rises(self, name: str) -> bool:
        """Tell whether a measure grows at every step."""
        return all(a < b for a, b in itertools.pairwise(self.logs[name]))

    def doublings(self, name: str) -> float:
        """Count how often a measure doubles from the smallest network to the largest."""
        return self.logs[name][-1] - self.logs[name][0]

    def agreement(self, bound: str) -> float:
        """Give Kendall's rank correlation of the complexity with a bound."""
        pairs = list(itertools.combinations(zip(self.logs["gcc"], self.logs[bound], strict=True), 2))
        signs = [((a > c) - (a < c)) * ((b > d) - (b < d)) for (a, b), (c, d) in pairs]
        return sum(signs) / len(pairs)

    def bits(self) -> Sequence[float]:
        """Give log2 of the complexity by size, as multiples of the first."""
        return [log / self.logs["gcc"][0] for log in self.logs["gcc"]]


def run() -> Outcome:
    """Measure the families, and judge the claims of section 7.1."""
    bounds = [_logs(family, LAWS[0], BOUNDS) for family in FAMILIES]  # they ask for nothing that laws change
    found = {
        laws: [
            FamilyGrowth(family, {**_logs(family, laws, ["gcc"]), **known})
            for family, known in zip(FAMILIES, bounds, strict=True)
        ]
        for laws in LAWS
    }
    refused = {spec: reason for spec in library.shipped() if (reason := _refused(load(spec)))}
    judged = claims(SECTION, lambda laws: _verdicts(laws, found[laws], refused))
    return Outcome([_sheet(found)], [_values(found), _growth(found)], judged, [*_formulas()], [MISSING])


def _logs(family: SizedFamily, laws: str, names: Sequence[str]) -> dict[str, Sequence[float]]:
    members = [family.member(size, laws) for size in family.sizes]
    return {name: [log2(model.measure(name).product) for model in members] for name in names}


def _refused(model: Model) -> str:
    """Name the layer that the theorem does not cover, if there is one."""
    try:
        model.measure("vc_upper")
    except SpecError as error:
        return error.diagnostics[0].message.replace(":", " ").split()[0]
    return ""


def _formulas() -> Iterator[tuple[str, str]]:
    for family in FAMILIES[:2]:
        model = family.member("n", LAWS[0])
        for name in ("gcc", "vc_upper", "vc_lower"):
            yield f"{name} of {family.spec}, {family.over} n", model.measure(name).folded()


def _verdicts(laws: str, found: Sequence[FamilyGrowth], refused: Mapping[str, str]) -> Iterator[Verdict]:
    together = all(growth.rises(name) for growth in found for name in ("gcc", *BOUNDS))
    least = min(growth.agreement(bound) for growth in found for bound in BOUNDS)
    text = "the complexity follows the same monotonically increasing trends as the VC dimension"
    yield f"{text}, in these families", together, _ranks(found, least)
    yield _for_all(f"{text}, for all architectures", laws)

    slower = all(growth.doublings("gcc") < growth.doublings("vc_upper") for growth in found)
    text = "it increases at substantially slower rates than the VC dimension"
    yield text, slower, _each(found, _doublings)
    slower = all(math.log2(growth.bits()[-1]) < growth.doublings("vc_upper") for growth in found)
    yield f"{text}, as a logarithm", slower, _each(found, _multiples)

    yield _deep(laws)
    yield _any(laws, refused)


def _for_all(text: str, laws: str) -> Verdict:
    """Look for a step of the ResNets of section 7.3 at which the bound rises and the complexity does not."""
    logs = {name: _logs(RESNETS, laws, [name])[name] for name in ("gcc", "vc_upper")}
    told = [
        f"from {RESNETS.spec} {a} to {b} the bound goes from 2^{bound[0]:.2f} to 2^{bound[1]:.2f}, "
        f"GCC from 2^{own[0]:.1f} to 2^{own[1]:.1f}"
        for (a, b), own, bound in zip(*map(itertools.pairwise, (RESNETS.sizes, *logs.values())), strict=True)
        if (own[0] < own[1]) != (bound[0] < bound[1])
    ]
    depths = listing([str(size) for size in RESNETS.sizes], "and")
    return text, not told, "; ".join(told) or f"both rise from each {RESNETS.spec} to the next, {depths}"


def _ranks(found: Sequence[FamilyGrowth], least: float) -> str:
    steps = sum(len(growth.family.sizes) - 1 for growth in found)
    return (
        f"GCC and the four bounds over {len(found)} families and {steps} steps in size: "
        f"least rank correlation (Kendall) {least:.3g}"
    )


def _each(found: Sequence[FamilyGrowth], told: Callable[[FamilyGrowth], str]) -> str:
    return "; ".join(f"{growth.family.name} {told(growth)}" for growth in found)


def _doublings(growth: FamilyGrowth) -> str:
    return f"GCC x 2^{growth.doublings('gcc'):.1f}, bound x 2^{growth.doublings('vc_upper'):.1f}"


def _multiples(growth: FamilyGrowth) -> str:
    return f"log2 GCC x {growth.bits()[-1]:.2f}, bound x {2 ** growth.doublings('vc_upper'):.1f}"


def _deep(laws: str) -> Verdict:
    """Judge whether the bound can be computed for a very deep network."""
    model = FAMILIES[0].member(DEEP, laws)
    told = {name: model.measure(name).folded() for name in ("gcc", "vc_upper", "vc_lower")}
    text = "the VC dimension can only be practically computed for simple architectures"
    found = (
        f"the bounds have closed forms too: {FAMILIES[0].spec}, {DEEP:,} layers deep, has GCC {told['gcc']}, "
        f"a VC dimension up to {told['vc_upper']}, and one as large has {told['vc_lower']} or more"
    )
    return text, model.measure("vc_upper").number is None, found


def _any(laws: str, refused: Mapping[str, str]) -> Verdict:
    """Judge which architectures the complexity and the bound can measure."""
    specs = library.shipped()
    values = [load(spec, laws=laws).measure("gcc").log2 for spec in specs]
    measured = sum(log is not None and math.isfinite(log) for log in values)
    text = "it measures any architecture, the VC dimension is not known for many layer types"
    found = (
        f"of {len(specs)} shipped networks GCC measures {measured} and the bound {len(specs) - len(refused)}"
    )
    why = f"the others are refused at {listing(sorted(set(refused.values())))}"
    return text, measured == len(specs) and bool(refused), f"{found}; {why}"


def _sheet(found: Mapping[str, Sequence[FamilyGrowth]]) -> Sheet:
    headers = ("family", "spec", "laws", "grows in", "size", "log2 gcc", *(f"log2 {b}" for b in BOUNDS))
    rows: list[list[Cell]] = []
    for laws, growths in found.items():
        for growth in growths:
            family = growth.family
            for place, size in enumerate(family.sizes):
                logs = [growth.logs[name][place] for name in ("gcc", *BOUNDS)]
                rows.append([family.name, family.spec, laws, family.over, size, *logs])
    return Sheet("fig6", headers, rows)


def _values(found: Mapping[str, Sequence[FamilyGrowth]]) -> Picture:
    """Show complexities and bounds, each as a logarithm."""
    panels = []
    for place, family in enumerate(FAMILIES):
        complexities = {laws: growths[place].logs["gcc"] for laws, growths in found.items()}
        curves = _by_law_set("GCC", family, complexities)
        logs = found[LAWS[0]][place].logs
        curves += [Curve(title, family.sizes, logs[name], "both") for name, title in DRAWN.items()]
        panels.append(_panel(family, "log2 of the value (bits)", curves, "linear"))
    return Picture("fig6", "Complexity and bounds on the VC dimension of growing networks", panels)


def _growth(found: Mapping[str, Sequence[FamilyGrowth]]) -> Picture:
    """Show the growth of each relative to the smallest network, the complexity by its logarithm."""
    panels = []
    for place, family in enumerate(FAMILIES):
        multiples = {laws: growths[place].bits() for laws, growths in found.items()}
        curves = _by_law_set("log2 GCC", family, multiples)
        for name, title in DRAWN.items():
            logs = found[LAWS[0]][place].logs[name]
            curves.append(Curve(title, family.sizes, [2 ** (log - logs[0]) for log in logs], "both"))
        panels.append(_panel(family, "multiple of the smallest network", curves, "log"))
    return Picture("fig6-growth", "Growth of complexity and of bounds on the VC dimension", panels)


def _by_law_set(label: str, family: SizedFamily, found: Mapping[str, Sequence[float]]) -> list[Curve]:
    joined = joined_by_law_set(found)
    return [Curve(f"{label}, {laws}", family.sizes, values, "both") for laws, values in joined.items()]


def _panel(family: SizedFamily, y: str, curves: Sequence[Curve], y_scale: Scale) -> Panel:
    x_scale: Scale = "log" if family.over == "width" else "linear"
    return Panel(UNITS[family.spec, family.over], y, curves, family.name, x_scale, y_scale)


EXPERIMENT = Experiment("fig6", "Complexity of growing networks, against bounds on their VC dimension", run)
