"""The receptive field: how much of the input, along its last axis, one element of the output sees.

Layers say `jump`, the stride between the places that two neighbours of their output see, and
`reach`, how many places of their input one of them sees; without them a layer looks at one place,
and leaves the places as they are. A layer that reaches over all places and leaves one has no stride:
what it gives stands at every place that it meets again.
The size is the theoretical one (Araujo, Norris and Sim, Distill 2019): it may pass the edges of the
input. Of several outputs the one that sees most counts.
"""

from __future__ import annotations

from layercalc.algebras import max_plus, receptive
from layercalc.errors import fail
from layercalc.evaluate import Reading
from layercalc.laws import SEEN
from layercalc.measures.measure import Measure, Readings
from layercalc.network import Layer
from layercalc.numbers.expansion import expanded
from layercalc.numbers.scalar import Scalar


def seen(layer: Layer) -> receptive.ReceptiveField | None:
    """Give what a layer sees, None where it looks at one place.

    Raises `SpecError` for a layer that changes the places and does not say what it sees.
    """
    jump, reach = (layer.law(name) for name in SEEN)
    if jump is None and reach is None:
        if layer.input.spatial != layer.output.spatial:
            message = f"{layer.name} changes the sizes and does not say what it sees"
            raise fail(message, layer.span, "its laws `jump` and `reach` tell it")
        return None
    if reach == 0:
        message = f"no receptive field: behind {layer.name} the last axis is not that of the input"
        raise fail(message, layer.span)
    before, after = layer.input.spatial[-1:], layer.output.spatial[-1:]
    alone = before == (reach,) and after in ((), (1,))
    return receptive.ReceptiveField(1 if alone or jump is None else jump, 1 if reach is None else reach)


def receptive_field(readings: Readings) -> Scalar:
    """Take the largest size over the outputs."""
    return expanded(max_plus.MaxPlus(readings.network.facts).plus(sizes(readings)))


def sizes(readings: Readings) -> list[Scalar]:
    """Give the size at each output, the largest over what enters."""
    rows = Reading(receptive.Receptive(readings.network.facts), seen).along_paths(readings.network.body)
    order = max_plus.MaxPlus(readings.network.facts)
    return [expanded(order.plus([field.reach for field in row.values()])) for row in rows]


MEASURE = Measure(
    "receptive_field",
    "receptive field",
    "elements of the input's last axis that one element of the output sees",
    "Araujo, Norris and Sim 2019",
    receptive_field,
    laws=SEEN,
    outputs=sizes,
)
