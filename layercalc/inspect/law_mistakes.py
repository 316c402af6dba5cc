"""Every law of every layer read once, and every declared measure taken, for the mistakes in them.

From: a network. To: diagnostics. Promises: a law is asked of each layer as the measures ask it;
a mistake of one law in one place is told once.
"""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.errors import Diagnostic, LimitError, SpecError
from layercalc.laws import LAWS, SEEN
from layercalc.measures import take
from layercalc.network import Applied, Body, Layer, Network, bodies

#: What only piecewise-linear layers have, which others say nothing of.
PIECES = ("comparisons", "degree")


def law_mistakes(network: Network) -> list[Diagnostic]:
    """Give the mistakes in the laws of a network's layers, and in the measures that it declares.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> law_mistakes(resolve(load_program("lenet")))
    []
    """
    declared = [law for quantity in network.measures.values() if quantity.over for law in quantity.reads]
    names = [name for name in dict.fromkeys([*LAWS, *SEEN, *declared]) if name not in PIECES]
    found = [mistake for layer in layers(network.body) for mistake in _of_layer(layer, names)]
    refused: dict[str, SpecError] = {}
    take(network, network.measures, refused)
    found += [mistake for error in refused.values() for mistake in error.diagnostics]
    return [*{(mistake.message, mistake.span): mistake for mistake in reversed(found)}.values()][::-1]


def layers(body: Body) -> Iterator[Layer]:
    """Give the layers of a body and of those in it, each body once, in their order."""
    return (step.layer for inner, _ in bodies(body) for step in inner.steps if isinstance(step, Applied))


def _of_layer(layer: Layer, names: list[str]) -> Iterator[Diagnostic]:
    for name in names:
        try:
            layer.law(name)
        except LimitError:
            raise
        except SpecError as error:
            yield from error.diagnostics
