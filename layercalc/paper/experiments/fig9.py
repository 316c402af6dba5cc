"""Figure 9: the differences between ResNets and PlainNets (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layercalc.paper.experiments.outcome import Experiment, Outcome, Sheet
from layercalc.paper.experiments.residual import DEPTHS, PLAINNET, RESNET, Members, bits, differences, members
from layercalc.paper.experiments.shared import LAWS, Verdict, claims, joined_by_law_set
from layercalc.plot.picture import Curve, Panel, Picture, Scale

SECTION = "7.3"
#: The PlainNets that the authors could not train.
HARD = (101, 152)
#: What the figure shows and cannot be reproduced.
MISSING = (
    (
        "The test accuracies on CIFAR-10 of the ten models, the lower half of the figure: the paper prints "
        "no number of them. Of PlainNet 101 and 152 it says that they reached no meaningful accuracy."
    ),
    (
        "The networks that were trained: the paper does not say with which stem and image size. The powers "
        "here are those of the networks for ImageNet, 224 x 224, as in figure 8."
    ),
)


def run() -> Outcome:
    """Subtract the intrinsic powers of the PlainNets from those of the ResNets."""
    found = {laws: members(laws) for laws in LAWS}
    return Outcome([_sheet(found)], [_picture(found)], claims(SECTION, _verdicts), missing=MISSING)


def _plain_differences(found: Members) -> list[float]:
    return [2 ** found[RESNET, depth].gcip - 2 ** found[PLAINNET, depth].gcip for depth in DEPTHS]


def _sheet(found: Mapping[str, Members]) -> Sheet:
    headers = (
        "laws", "depth", "log2_gcip_resnet", "log2_gcip_plainnet", "difference_of_log2", "difference_of_gcip",
        "log2_gcc_resnet", "log2_gcc_plainnet",
    )  # fmt: skip
    lines = []
    for laws, networks in found.items():
        gaps = zip(DEPTHS, differences(networks, "gcip"), _plain_differences(networks), strict=True)
        for depth, of_logs, of_powers in gaps:
            residual, plain = networks[RESNET, depth], networks[PLAINNET, depth]
            lines.append(
                (laws, depth, residual.gcip, plain.gcip, of_logs, of_powers, residual.gcc, plain.gcc)
            )
    return Sheet("fig9", headers, lines)


def _picture(found: Mapping[str, Members]) -> Picture:
    logs = {laws: differences(networks, "gcip") for laws, networks in found.items()}
    powers = {laws: _plain_differences(networks) for laws, networks in found.items()}
    panels = [
        *_panels(logs, "log2 of the ratio of GCIP, bits", "ResNet over PlainNet", "linear"),
        *_panels(powers, "difference of GCIP (a ratio)", "ResNet less PlainNet", "log"),
    ]
    return Picture("fig9", "How much less a ResNet compresses than its PlainNet", panels)


def _panels(gaps: Mapping[str, list[float]], label: str, title: str, scale: Scale) -> Iterator[Panel]:
    ticks = [(depth, str(depth)) for depth in DEPTHS]
    for laws, values in joined_by_law_set(gaps).items():
        curves = [Curve("", DEPTHS, values, "both")]
        yield Panel("depth, weighted layers", label, curves, f"{title}, {laws}", y_scale=scale, x_ticks=ticks)


def _verdicts(laws: str) -> Iterator[Verdict]:
    found = members(laws)
    yield _decided_by_training(found)
    yield _trends(found)
    yield _untrained(found)
    yield _largest(found)


def _decided_by_training(found: Members) -> Verdict:
    text = "accuracy differs though complexity is nearly identical: the training process decides"
    gap = max(map(abs, differences(found, "gcc")))
    return text, None, f"GCC differs by at most {gap:.4f} bits; the accuracies are not printed"


def _trends(found: Members) -> Verdict:
    text = "the differences in GCIP and in accuracy have similar trends"
    powers = _plain_differences(found)
    told = (
        f"the accuracies are not printed; GCIP differs by {bits(differences(found, 'gcip'))} bits at depths "
        f"{', '.join(map(str, DEPTHS))}, and as plain numbers by {', '.join(f'{gap:.3g}' for gap in powers)}"
    )
    return text, None, told


def _untrained(found: Members) -> Verdict:
    text = "PlainNet 101 and 152 are so hard to train that they reach no meaningful accuracy"
    lowest = sorted(found.values(), key=lambda member: member.gcip)[: len(HARD)]
    told = ", ".join(f"{member.family} {member.depth} (2^{member.gcip:.1f})" for member in lowest)
    return text, None, f"nothing is trained here; of the ten networks, these have the lowest GCIP: {told}"


def _largest(found: Members) -> Verdict:
    text = "the difference in accuracy is the largest at 101 and 152 layers"
    gaps = dict(zip(DEPTHS, differences(found, "gcip"), strict=True))
    hard, others = (
        [gap for depth, gap in gaps.items() if (depth in HARD) == there] for there in (True, False)
    )
    told = f"GCIP differs by {bits(hard)} bits there, elsewhere by at most {max(others):.1f}"
    return text, None, f"the accuracies are not printed; {told}"


EXPERIMENT = Experiment("fig9", "ResNets less PlainNets: power, and accuracy on CIFAR-10", run)
