"""Figure 7: local and cumulative values of the symmetric autoencoder, layer by layer (section 7.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.inspect.profile import steps
from layercalc.model import Model, ParamValue, load, loads
from layercalc.paper.experiments.outcome import Experiment, Outcome, Sheet
from layercalc.paper.experiments.shared import LAWS, Verdict, claims, formulas, joined_by_law_set, log2
from layercalc.plot.picture import Curve, Panel, Picture

SPEC, SECTION = "autoencoder", "7.2"
#: Two values as close as this are the same.
CLOSE = 1e-9
#: Its sizes as symbols: channels of the image and of the first code, kernel, resolution.
SIZES = {"channels": "c", "width": "w", "kernel": "k", "resolution": "r"}
#: The same autoencoder with another way back, with or without an activation behind each layer
#: and a classification at its end.
VARIANT = """
param widths = [64, 32]   param back = 3   param bent = false   param classes = 0
block bend { if bent { relu } else { identity } }
input(3, 64, 64)
for filters in [32, 64, 128] { conv(filters, 3, stride = 2) -> bend }
for filters in widths + [3] { conv_transpose(filters, back, stride = 2) -> bend }
if classes > 0 { dense(classes) -> softmax }
"""


@dataclass(frozen=True, slots=True)
class LayerStep:
    """A layer with its local values, and the cumulative values after it."""

    name: str
    shape: str
    power: Product
    complexity: Product
    cumulative_power: Product
    cumulative_complexity: Product


def stages(model: Model) -> list[LayerStep]:
    """List the local layers of a network without branches, its input first.

    >>> [(stage.name, str(stage.cumulative_power.rational())) for stage in stages(load("autoencoder"))][2:5]
    [('conv 64', '4/243'), ('conv 128', '2/2187'), ('conv_transpose 64', '4/243')]
    """
    one = Product.of(1)
    entering = model.network.body.inputs[0]
    found = [LayerStep("input", str(entering), one, one, one, one)]
    for step in steps(model.network):
        name, local = f"{step.name} {step.output.channels}", (step.local_power, step.local_complexity)
        found.append(LayerStep(name, str(step.output), *local, step.power, step.complexity))
    return found


def run() -> Outcome:
    """Follow the autoencoder's data under each law set.

    >>> [claim.found for claim in run().claims if claim.laws == "paper"][0]
    'GCIP = 1 exactly; at the code the cumulative power is 2/2187'
    """
    listed = {laws: stages(load(SPEC, laws=laws)) for laws in LAWS}
    return Outcome(
        [_sheet(listed)],
        [_picture(listed)],
        [
            *claims(SECTION, _verdicts),
            *claims("4", _cumulated),
            *claims("5.1", _scaled),
            *claims("5.2", _unit),
        ],
        [*formulas("the autoencoder", {laws: load(SPEC, SIZES, laws=laws) for laws in LAWS})],
    )


def _sheet(listed: Mapping[str, Sequence[LayerStep]]) -> Sheet:
    headers = (
        "laws", "number", "layer", "output", "power", "power_exact", "complexity",
        "cumulative_power", "cumulative_power_exact", "cumulative_complexity",
    )  # fmt: skip
    lines = [
        (laws, number, stage.name, stage.shape, *_value_and_text(stage.power), stage.complexity.to_float(),
         *_value_and_text(stage.cumulative_power), stage.cumulative_complexity.to_float())
        for laws, found in listed.items()
        for number, stage in enumerate(found)
    ]  # fmt: skip
    return Sheet("fig7", headers, lines)


def _value_and_text(power: Product) -> tuple[float | None, str]:
    return power.to_float(), str(power.rational())


def _picture(listed: Mapping[str, Sequence[LayerStep]]) -> Picture:
    shown = (
        ("cumulative power P", "cumulative_power", 0),
        ("cumulative complexity C", "cumulative_complexity", 0),
        ("local power p", "power", 1),
        ("local complexity c", "complexity", 1),
    )
    return Picture(
        "fig7", "The symmetric autoencoder, layer by layer", [_panel(listed, *panel) for panel in shown]
    )


def _panel(listed: Mapping[str, Sequence[LayerStep]], label: str, name: str, first: int) -> Panel:
    """Draw one value of the layers, from the input or from the first layer on."""
    numbers = {
        laws: [2 ** log2(getattr(stage, name)) for stage in found[first:]] for laws, found in listed.items()
    }
    curves = [
        Curve(laws, range(first, first + len(y)), y, "both") for laws, y in joined_by_law_set(numbers).items()
    ]
    layers = next(iter(listed.values()))[first:]
    ticks = [(place, re.sub("[ _]", "\n", stage.name)) for place, stage in enumerate(layers, start=first)]
    return Panel(
        "layer and its output channels",
        f"{label} (a ratio)" if "power" in name else label,
        curves,
        y_scale="log",
        x_ticks=ticks,
    )


def _verdicts(laws: str) -> Iterator[Verdict]:
    model = load(SPEC, laws=laws)
    found = stages(model)
    yield _kept(found, model.measure("gcip"))
    yield _cause(laws)
    yield _bent(laws)
    yield _classified(laws)
    yield _capacity(model.measure("gcc"))
    yield _increase(found)
    yield _ends(found[-1], model)


def _kept(found: Sequence[LayerStep], gcip: Closed) -> Verdict:
    code = min(found, key=lambda stage: log2(stage.cumulative_power)).cumulative_power.rational()
    figures = f"GCIP = {gcip.exact()} exactly; at the code the cumulative power is {code}"
    return "the global intrinsic power is that of the input", gcip.product.is_one, figures


def _cause(laws: str) -> Verdict:
    """Examine symbolic sizes, and an autoencoder whose widths are not symmetric."""
    always, uneven = load(SPEC, SIZES, laws=laws).measure("gcip"), _variant(laws, widths=[48, 24])
    more = (
        "that is more than it takes" if uneven.product.is_one else "it takes the symmetry of the widths too"
    )
    figures = (
        f"GCIP = {always.exact()} for all channels, widths, kernels and resolutions; {more}: "
        f"with widths 32, 64, 128 and back by 48 and 24, GCIP = {uneven.exact()}"
    )
    text = "that is because the architecture is symmetric and its activations are linear"
    return text, always.product.is_one, figures


def _bent(laws: str) -> Verdict:
    """Remove the symmetry of the kernels, the linearity, and both."""
    kernels, bent, both = (
        _variant(laws, back=5), _variant(laws, bent=True), _variant(laws, back=5, bent=True)
    )  # fmt: skip
    figures = (
        f"GCIP = {both.folded()} with kernels of 3, back by 5, and ReLUs; {kernels.folded()} with these "
        f"kernels alone, {bent.folded()} with ReLUs alone"
    )
    text = "a non-symmetric autoencoder with non-linear activations is not likely to keep the power"
    return text, not both.product.is_one, figures


def _classified(laws: str) -> Verdict:
    gcip = _variant(laws, classes=10)
    figures = f"GCIP = {gcip.folded()} behind a dense layer of 10 units and a softmax"
    return "nor is one with a final classification", not gcip.product.is_one, figures


def _capacity(gcc: Closed) -> Verdict:
    text = "the network has a learning capacity: its complexity is positive"
    return text, not gcc.product.is_zero, f"GCC = {gcc.folded()}"


def _increase(found: Sequence[LayerStep]) -> Verdict:
    logs = [log2(stage.cumulative_complexity) for stage in found]
    rises = [after > before for before, after in pairwise(logs)]
    text = "the cumulative complexity increases throughout most of the layers"
    return text, sum(rises) > len(rises) / 2, f"it rises at {sum(rises)} of {len(rises)} layers"


def _ends(last: LayerStep, model: Model) -> Verdict:
    ends = (last.cumulative_power, last.cumulative_complexity)
    power, complexity = (Closed(value).folded() for value in ends)
    text = "the global values are the cumulative values in the final layer"
    holds = ends == (model.measure("gcip").product, model.measure("gcc").product)
    return text, holds, f"behind it P = {power} and C = {complexity}"


def _cumulated(laws: str) -> Iterator[Verdict]:
    """Hold eq. (2) against eq. (18)."""
    found = stages(load(SPEC, laws=laws))[1:]
    added, product = sum(2 ** log2(stage.power) for stage in found), found[-1].cumulative_power
    figures = (
        f"the local powers add up to {added:.4g}, eq. (2), and multiply to {Closed(product).folded()}, "
        f"eq. (18): the two contradict each other, and the text of section 6 and Fig. 7 follow (18)"
    )
    yield (
        "a cumulative value is the sum of the local ones, eq. (2)",
        abs(added - 2 ** log2(product)) < CLOSE,
        figures,
    )


def _scaled(laws: str) -> Iterator[Verdict]:
    """Look at a convolution of any number of filters."""
    model = loads("param n input(3, 8, 8) conv(n, 3)", n="n", laws=laws)
    power, complexity = model.measure("gcip"), model.measure("gsc")
    figures = f"a 3 x 3 convolution of n filters has c = {complexity.folded()} and p = {power.folded()}"
    text = "the complexity of a layer is O(1), as its power is"
    yield text, not (power.symbols or complexity.symbols), f"{figures}, without end in n"


def _unit(laws: str) -> Iterator[Verdict]:
    """Look at a kernel of one element, and at what the letter of eq. (9) makes of networks with it."""
    unit = loads("input(1, 64) conv(1, 1)", laws=laws)
    text = "a kernel of one element leaves the power as it is"
    yield text, unit.measure("gcip").product.is_one, f"p = {unit.measure('gcip').exact()} for K = 1 and S = 1"
    figures = (
        f"it is left out here, a factor of {unit.measure('gcc').exact()}: with c = 0, as laws literal have "
        f"it, GCC of ResNet 50 is {load('resnet', laws='literal').measure('gcc').exact()}"
    )
    yield "its complexity is log2 1 = 0, eq. (9)", unit.measure("gcc").product.is_zero, figures


def _variant(laws: str, **changes: ParamValue) -> Closed:
    return loads(VARIANT, changes, laws=laws).measure("gcip")


EXPERIMENT = Experiment("fig7", "Local and cumulative values of the symmetric autoencoder", run)
