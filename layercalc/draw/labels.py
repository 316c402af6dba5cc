"""The short texts in boxes: a layer with its notable arguments, shapes, cumulative values."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from layercalc.errors import LimitError, SpecError
from layercalc.expressions.scope import is_scalar, is_symbolic
from layercalc.inspect.measured import MeasuredNetwork, why
from layercalc.network import Layer, Network, Tensor
from layercalc.printing.wrapping import wrapped
from layercalc.report import cells

if TYPE_CHECKING:
    from layercalc.measures.measure import Pair

#: The most characters of a line in a box.
WIDEST = 44
#: The most characters of a value that shares its line with another, with the sign before it.
SHORT = 18
#: Whole numbers below this are written out in a box.
WHOLE = 10**30
#: What a symbol counts as where only the order of sizes is asked for.
SAMPLE = 6
#: The usual values of arguments, which a picture leaves out.
USUAL = {
    "stride": "1", "padding": "same", "dilation": "1", "groups": "1", "tied": "false", "ceil": "false",
    "causal": "false", "output_padding": "0", "cache": "false",
}  # fmt: skip
#: The measures that cumulative power and complexity lead to.
TOTALS = ("gcip", "gcc")
#: Arguments that change no shape and no structure.
QUIET = ("bias", "scale")
#: Arguments that never are channels.
PLACES = ("kernel", "stride", "padding", "dilation", "groups")
#: Arguments whose lists number axes, and are no sizes.
NUMBERED = ("axes",)
#: Arguments that need no name, for they come first.
PLAIN = ("filters", "units", "kernel", "channels")


def layer_lines(network: Network, layer: Layer) -> tuple[str, ...]:
    """Write a layer: its name, its arguments, and the shape of its output where it differs from the input.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> layer_lines(network, network.body.steps[0].layer)
    ('conv 6, 5 x 5, valid', '6 x 28 x 28')
    """
    head = f"{layer.name} {', '.join(_arguments(network, layer.arguments, layer.input.rank))}".strip()
    output = shape(network, layer.output)
    told = layer.inputs == (layer.output,) or (layer.output.rank and output in head)
    return (*_lines(head), *(() if told else _lines(output)))


def shape_lines(network: Network, tensor: Tensor) -> tuple[str, ...]:
    """Write a shape in lines of a box."""
    return tuple(_lines(shape(network, tensor)))


def _lines(text: str) -> list[str]:
    return wrapped(text, WIDEST)


def call_lines(network: Network, title: str, arguments: Mapping[str, object], output: Tensor) -> list[str]:
    """Write a block that is kept shut as its call; the channels that its shape tells are left out."""
    shown = {
        name: value
        for name, value in arguments.items()
        if _is_short(value) and (name in PLACES or value != output.channels)
    }
    return _lines(f"{title} {', '.join(_arguments(network, shown, 2))}".strip())


def _is_short(value: object) -> bool:
    return (
        isinstance(value, bool)
        or is_scalar(value)
        or (isinstance(value, tuple) and all(map(is_scalar, value)))
    )


def _arguments(network: Network, arguments: Mapping[str, object], rank: int) -> Iterator[str]:
    for name, value in arguments.items():
        told = cells.param(network, value)
        if name in QUIET or told in ("none", USUAL.get(name)):
            continue
        if name == "kernel":
            yield " x ".join(_sizes(network, value) or [told] * max(1, rank))
        elif name in PLAIN or told == "valid":
            yield told
        elif value is True:
            yield name
        elif name in NUMBERED and isinstance(value, tuple):
            yield f"{name} ({', '.join(_sizes(network, value))})"
        elif sizes := _sizes(network, value):
            yield f"{name} {' x '.join(sizes)}"
        else:
            yield f"{name} {told}"


def _sizes(network: Network, value: object) -> list[str]:
    return [cells.param(network, size) for size in value] if isinstance(value, tuple) else []


def shape(network: Network, tensor: Tensor) -> str:
    """Write a shape as every report does."""
    return str(cells.shape(network, tensor))


def way(entering: Sequence[str], leaving: Sequence[str]) -> str:
    """Write what enters and what leaves a box."""
    return f"{', '.join(entering)} -> {', '.join(leaving)}"


def level(tensor: Tensor) -> float:
    """Measure how large a shape is in space, as a logarithm; a symbol counts as `SAMPLE`.

    Only the layout reads it, which asks where sizes fall and rise again.
    """
    size: Any = tensor.size
    if is_symbolic(size):
        size = size.subs(dict.fromkeys(size.free_symbols, SAMPLE))
    return math.log2(size) if size > 0 else -math.inf


def layer_told(network: Network, layer: Layer) -> tuple[str, ...]:
    """Tell of a layer what enters and leaves it, and its laws.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> layer_told(network, network.body.steps[0].layer)
    ('1 x 32 x 32 -> 6 x 28 x 28', 'p = 0.1838, c = 27.86', 'params 156, MACs 117,600')
    """
    from layercalc.report.layers import DIGITS

    def told(name: str, sign: str, law: str) -> str:
        try:
            value = layer.law(law)
        except LimitError:
            raise
        except SpecError as error:
            return f"{name} {why(error)}"
        if value is None:
            return ""
        counted = isinstance(value, int) and value < WHOLE
        text = f"{value:,}" if counted else cells.number(cells.told(network, value), DIGITS)
        return f"{name}{sign}{text}" if text != "0" else ""

    entering = [shape(network, tensor) for tensor in layer.inputs]
    lines = [way(entering, [shape(network, layer.output)])]
    for sign, laws in (" = ", {"p": "power", "c": "complexity"}), (" ", {"params": "params", "MACs": "macs"}):
        found = [text for name, law in laws.items() if (text := told(name, sign, law))]
        lines += [", ".join(found)] if found else []
    return tuple(lines)


def value_lines(network: Network, pair: Pair, refused: Container[str] = ()) -> tuple[str, ...]:
    """Write cumulative power and complexity as `layers` does, in one line where they are short.

    Of the measures `refused`, gcip and gcc, there are no values.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.forms.product import Product
    >>> value_lines(resolve(load_program("lenet")), (Product.of(2), Product.of(3)), ["gcip"])
    ('p refused, c = 3',)
    """
    return _pair_lines(network, pair, ("p", "c"), {name: cells.REFUSED for name in TOTALS if name in refused})


def end_lines(totals: MeasuredNetwork, pair: Pair) -> tuple[str, ...]:
    """Write power and complexity at an output, or why one of them is refused."""
    refused = {name: totals.why(name) for name in totals.refused}
    return _pair_lines(totals.network, pair, ("GCIP", "GCC"), refused)


def _pair_lines(
    network: Network, pair: Pair, names: tuple[str, str], refused: Mapping[str, str]
) -> tuple[str, ...]:
    from layercalc.report.layers import DIGITS

    told = [
        refused.get(measure) or f"= {cells.number(cells.told(network, value), DIGITS)}"
        for measure, value in zip(TOTALS, pair, strict=True)
    ]
    texts = [f"{name} {text}" for name, text in zip(names, told, strict=True)]
    if max(map(len, told)) <= SHORT:
        return (", ".join(texts),)
    return tuple(line for text in texts for line in _lines(text))
