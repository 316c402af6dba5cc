"""Figure 8: ResNets and PlainNets of 18 to 152 layers, along their layers (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from layercalc.paper.experiments.outcome import Cell, Experiment, Outcome, Sheet
from layercalc.paper.experiments.residual import (
    DEPTHS,
    FAMILIES,
    MERGE,
    PLAINNET,
    RESNET,
    Members,
    ResidualNetwork,
    bits,
    closed_forms,
    differences,
    members,
    of_family,
)
from layercalc.paper.experiments.shared import LAWS, Verdict, claims, joined_by_law_set
from layercalc.plot.picture import Curve, Panel, Picture

SECTION = "7.3"
#: Bits up to which two values differ very little, a ratio of 1.07, and from which they differ notably.
LITTLE, NOTABLE = 0.1, 1.0
#: The models that are called small.
SMALL = (18, 34)
_STEPS = "local layers and merges"


def run() -> Outcome:
    """Measure both families under each law set."""
    found = {laws: members(laws) for laws in LAWS}
    return Outcome(
        [_sheet(found), _curves_sheet(found)],
        [_picture(found)],
        claims(SECTION, _verdicts),
        [*closed_forms()],
    )


def _sheet(found: Mapping[str, Members]) -> Sheet:
    headers = ("laws", "family", "depth", "local_layers", "merges", "log2_gcip", "log2_gcc", "bits_a_layer")
    lines = [
        (laws, m.family, m.depth, len(m.steps) - m.merges, m.merges, m.gcip, m.gcc, m.slope)
        for laws, networks in found.items()
        for m in networks.values()
    ]
    return Sheet("fig8", headers, lines)


def _curves_sheet(found: Mapping[str, Members]) -> Sheet:
    headers = ("laws", "family", "depth", "number", "layer", "log2_power", "log2_complexity")
    lines: list[Sequence[Cell]] = [
        (laws, member.family, member.depth, number, *step)
        for laws, networks in found.items()
        for member in networks.values()
        for number, step in enumerate(member.steps, start=1)
    ]
    return Sheet("fig8-curves", headers, lines)


def _picture(found: Mapping[str, Members]) -> Picture:
    panels = []
    for name, label in (("power", "intrinsic power P"), ("complexity", "complexity C")):
        curves = {laws: [_curve(member, name) for member in nets.values()] for laws, nets in found.items()}
        for laws, alike in joined_by_law_set(curves).items():
            panels.append(Panel(_STEPS, f"log2 of cumulative {label}, bits", alike, laws))
            if name == "power":
                waves = [curve for curve in alike if curve.label.startswith(RESNET)]
                panels.append(replace(panels[-1], curves=waves, title=f"ResNets alone, {laws}"))
    return Picture("fig8", "ResNets and PlainNets along their layers", panels)


def _curve(member: ResidualNetwork, name: str) -> Curve:
    values = [0.0, *(getattr(step, name) for step in member.steps)]
    label = f"{member.family} {member.depth}"
    return Curve(label, range(len(values)), values, names=[*[""] * len(member.steps), label])


def _verdicts(laws: str) -> Iterator[Verdict]:
    found = members(laws)
    residual, plain = (of_family(found, family) for family in FAMILIES)
    yield _more_layers(residual, plain)
    yield _nearly_equal(found)
    yield _rising(residual, plain)
    yield _notable(found)
    yield _deepest(found)
    yield _apart(residual, plain)
    yield _falling(residual, plain)
    yield _easier(residual, plain)
    yield _waves(residual)
    yield _steeper(residual, plain)


def _more_layers(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    local = [len(member.steps) - member.merges for member in residual]
    merges, others = [member.merges for member in residual], [len(member.steps) for member in plain]
    text = "a ResNet has more local layers than the PlainNet of as many blocks"
    told = (
        f"ResNets have {_listed(local)} local layers and {_listed(merges)} merges, "
        f"PlainNets {_listed(others)} local layers"
    )
    return text, all(own > other for own, other in zip(local, others, strict=True)), told


def _nearly_equal(found: Members) -> Verdict:
    gaps = differences(found, "gcc")
    text = "the complexities of a ResNet and its PlainNet differ very little"
    told = f"GCC differs by {bits(gaps, 5)} bits at depths {_listed(DEPTHS)}"
    return text, max(map(abs, gaps)) < LITTLE, told


def _rising(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    holds, told = _strictly(residual, plain, "gcc", 1)
    return "the complexity increases consistently with the number of layers", holds, told


def _strictly(
    residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork], name: str, sign: int
) -> tuple[bool, str]:
    """Tell whether a measure rises (sign 1) or falls (sign -1) from depth to depth in both families."""
    told, holds = [], True
    for family in (residual, plain):
        logs = [getattr(member, name) for member in family]
        breaks = [
            f"{before.depth} to {after.depth}"
            for before, after in pairwise(family)
            if sign * getattr(before, name) >= sign * getattr(after, name)
        ]
        holds = holds and not breaks
        but = f", but not from {' or '.join(breaks)}" if breaks else ""
        told.append(f"log2 {name.upper()} of {family[0].family}s is {bits(logs, 2)}{but}")
    return holds, "; ".join(told)


def _notable(found: Members) -> Verdict:
    gaps = differences(found, "gcip")
    text = "the intrinsic powers of the two families differ notably"
    return text, min(gaps) > NOTABLE, f"GCIP differs by {bits(gaps)} bits at depths {_listed(DEPTHS)}"


def _deepest(found: Members) -> Verdict:
    residual, plain = found[RESNET, 152].gcip, found[PLAINNET, 152].gcip
    text = "PlainNet 152 compresses much more than ResNet 152"
    return text, residual - plain > NOTABLE, f"log2 GCIP is {plain:.1f} to {residual:.1f}"


def _apart(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    lowest, highest = min(m.gcip for m in residual), max(m.gcip for m in plain)
    text = "every PlainNet compresses more than any ResNet"
    told = f"log2 GCIP of PlainNets is at most {highest:.1f}, of ResNets at least {lowest:.1f}"
    return text, highest < lowest, told


def _falling(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    holds, told = _strictly(residual, plain, "gcip", -1)
    return "within a family, the intrinsic power decreases with depth", holds, told


def _easier(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    text = "ResNets are easier to train than PlainNets, for they compress less"
    lost = [bits([-member.gcip for member in (family[0], family[-1])]) for family in (residual, plain)]
    told = " and ".join(f"{f}s {ends.replace(', ', ' to ')}" for f, ends in zip(FAMILIES, lost, strict=True))
    return text, None, f"nothing is trained here; from depth 18 to 152, {told} bits of power are lost"


def _waves(residual: Sequence[ResidualNetwork]) -> Verdict:
    counts, highest = [], 0.0
    for member in residual:
        rises = [
            after.power - before.power for before, after in pairwise(member.steps) if after.name == MERGE
        ]
        counts.append(sum(rise > 0 for rise in rises))
        highest = max(highest, *rises)
    text = "the power of ResNets makes small waves along the layers, by its shortcuts"
    told = (
        f"it rises at {_listed(counts)} of {_listed([m.merges for m in residual])} merges, "
        f"by up to {highest:.1f} bits; a merge takes the larger power, eq. (19), no sum"
    )
    return text, min(counts) > 0, told


def _steeper(residual: Sequence[ResidualNetwork], plain: Sequence[ResidualNetwork]) -> Verdict:
    text = "the curves of the small models, 18 and 34, are steeper than those of the larger"
    holds, told = True, []
    for family in (residual, plain):
        small = [m.slope for m in family if m.depth in SMALL]
        large = [m.slope for m in family if m.depth not in SMALL]
        holds = holds and min(small) > max(large)
        told.append(f"{family[0].family}s fall by {bits([*small, *large], 2)} bits a step")
    return text, holds, "; ".join(told)


def _listed(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))


EXPERIMENT = Experiment("fig8", "ResNets and PlainNets: power and complexity along the layers", run)
