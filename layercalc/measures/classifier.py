"""What accuracies are predicted from beside the standard measures: both are taken when asked for by name.

A softmax at the end of a classifier changes no decision, for it keeps the order of its elements, and some
sources have it where others end in logits: `logits_gsc` leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.measures.measure import Measure, Readings, is_local
from layercalc.measures.standard import gsc
from layercalc.network import Applied, Body, Inline, Layer
from layercalc.numbers.expansion import expanded
from layercalc.numbers.scalar import Scalar


def logits_gsc(readings: Readings) -> Scalar:
    """Sum the complexity of all layers but a softmax that an output comes from."""
    body = readings.network.body
    last = {id(layer): layer for output in body.outputs for layer in _softmax(body, output)}
    left_out = sum((layer.law("complexity") or 0 for layer in last.values()), start=0)
    return expanded(gsc(readings) - left_out)


def _softmax(body: Body, output: int) -> Iterator[Layer]:
    """Find the softmax that makes a value, in blocks too; neutral layers behind it do not hide it."""
    for number, step in body.numbered():
        if isinstance(step, Inline) and number <= output < number + len(step.body.outputs):
            yield from _softmax(step.body, step.body.outputs[output - number])
        if isinstance(step, Applied) and number == output:
            if step.layer.name == "softmax":
                yield step.layer
            elif is_local(step.layer) is None:
                yield from _softmax(body, step.sources[0])


def image_side(readings: Readings) -> Scalar:
    """Give the last axis of the first input, 1 for a vector."""
    spatial = readings.network.body.inputs[0].spatial
    return spatial[-1] if spatial else 1


LOGITS_GSC = Measure(
    "logits_gsc",
    "GSC of logits",
    "GSC without a softmax at the end",
    "eq. (3)",
    logits_gsc,
    laws=("complexity",),
)
IMAGE_SIDE = Measure("image_side", "image side", "last axis of the input", "", image_side, laws=())
MEASURES = (LOGITS_GSC, IMAGE_SIDE)
