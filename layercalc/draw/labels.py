"""The short texts in boxes: a layer with its notable arguments, shapes, cumulative values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from layercalc.network import Layer, Network, Tensor
from layercalc.printing.wrapping import wrapped
from layercalc.report import cells

if TYPE_CHECKING:
    from layercalc.measures.measure import Pair

#: The most characters of a line in a box.
WIDEST = 44
#: The most characters of a value that shares its line with another.
SHORT = 16
#: The usual values of arguments, which a picture leaves out.
USUAL = {
    "stride": "1", "padding": "same", "dilation": "1", "groups": "1", "tied": "false", "ceil": "false",
    "causal": "false", "output_padding": "0", "cache": "false",
}  # fmt: skip
#: Arguments that change no shape and no structure.
QUIET = ("bias", "scale")
#: Arguments that need no name, for they come first.
PLAIN = ("filters", "units", "kernel")
_SUM, _BRACKETS = re.compile(" [+-] "), re.compile(r"\(.*\)")


def layer_lines(network: Network, layer: Layer) -> tuple[str, ...]:
    """Write a layer: its name, its arguments, and the shape of its output where it differs from the input.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> layer_lines(network, network.body.steps[0].layer)
    ('conv 6, 5 x 5, valid', '6 x 28 x 28')
    """
    head = f"{layer.name} {', '.join(_arguments(network, layer))}".strip()
    output = shape(network, layer.output)
    told = layer.inputs == (layer.output,) or (layer.output.rank and output in head)
    return (*_lines(head), *(() if told else _lines(output)))


def _lines(text: str) -> list[str]:
    return wrapped(text, WIDEST)


def _arguments(network: Network, layer: Layer) -> Iterator[str]:
    for name, value in layer.arguments.items():
        told = cells.param(network, value)
        if name in QUIET or USUAL.get(name) == told:
            continue
        if name == "kernel":
            yield " x ".join(_sizes(network, value) or [told] * max(1, layer.input.rank))
        elif name in PLAIN or told == "valid":
            yield told
        elif value is True:
            yield name
        elif sizes := _sizes(network, value):
            yield f"{name} {' x '.join(sizes)}"
        else:
            yield f"{name} {told}"


def _sizes(network: Network, value: object) -> list[str]:
    return [cells.param(network, size) for size in value] if isinstance(value, tuple) else []


def shape(network: Network, tensor: Tensor) -> str:
    """Write a shape; a size of several terms is put in brackets."""
    sizes = (cells.param(network, size) for size in tensor.sizes)
    return " x ".join(f"({size})" if _SUM.search(_BRACKETS.sub("", size)) else size for size in sizes)


def value_lines(network: Network, pair: Pair, names: tuple[str, str] = ("p", "c")) -> tuple[str, ...]:
    """Write cumulative power and complexity as `layers` does, in one line where they are short.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.forms.product import Product
    >>> value_lines(resolve(load_program("lenet")), (Product.of(2), Product.of(3)))
    ('p = 2, c = 3',)
    """
    from layercalc.report.layers import DIGITS

    told = [cells.number(cells.told(network, value), DIGITS) for value in pair]
    texts = [f"{name} = {text}" for name, text in zip(names, told, strict=True)]
    if max(map(len, told)) <= SHORT:
        return (", ".join(texts),)
    return tuple(line for text in texts for line in _lines(text))
