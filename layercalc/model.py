"""The front door for Python: load a spec, read its measures.

From: a shipped name, a path or a text, and values for params. To: a `Model`
whose measures are sympy expressions. Promises: a measure is taken when it is first
asked for, and once. It evaluates no text but the language's own.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from numbers import Real
from pathlib import Path
from typing import Any, TypeAlias

from layercalc.closed import Closed
from layercalc.display import Shown
from layercalc.errors import Source, fail
from layercalc.expressions.scope import is_symbolic
from layercalc.lazy import sympy
from layercalc.measures import BY_NAME, MEASURES, known_measures, measure_all
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.assume_option import read_conditions
from layercalc.resolve.loading import DEFAULT_LAWS, assemble, load_program
from layercalc.resolve.points import read_points
from layercalc.resolve.program import Given, Program
from layercalc.syntax import library
from layercalc.writing.forms import exact_text

ParamValue: TypeAlias = "bool | int | float | Fraction | str | sympy.Expr | Sequence[ParamValue]"


class Model(Shown):
    """A network with its measures, each an attribute.

    >>> model = load("resnet", depth="n")
    >>> model
    <ResNet: depth = n, width = 64, classes = 1000, resolution = 224, shortcuts = true; laws paper>
    >>> model.layers, model.gcip.free_symbols
    (2*n + 5, {n})
    >>> model.measure("params").substitute({"n": 50}).number
    25557032

    An attribute is a sympy expression; `measure` gives the `Closed` value behind
    it, with its logarithm, text and substitution.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._measured: dict[str, Closed] = {}
        self._reading = threading.RLock()

    @property
    def name(self) -> str:
        """The name of the network.

        >>> load("lenet").name
        'LeNet5'
        """
        return self.network.name

    @property
    def point(self) -> dict[str, Any]:
        """The values of its params, in the author's symbols.

        >>> load("resnet_cifar", depth="6*m + 2").point["depth"]
        6*m + 2
        """
        return {name: _authored(self.network, value) for name, value in self.network.params.items()}

    def measure(self, name: str) -> Closed:
        """Take one measure.

        >>> load("resnet", depth=1000001).measure("gcc").log2
        3998216.7822986753

        Raises `SpecError` for a measure that does not exist.
        """
        with self._reading:  # what a law assumes of symbols is kept with the network
            if name not in self._measured:
                self._measured |= measure_all(self.network, [name])
            return self._measured[name]

    def __getattr__(self, name: str) -> sympy.Expr:
        network = self.__dict__.get("network")
        if network is None or name not in known_measures(network):
            raise AttributeError(f"a model has no measure '{name}': it has {', '.join(MEASURES)}")
        return self.measure(name).expr

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *known_measures(self.network)})

    def __repr__(self) -> str:
        params = ", ".join(f"{name} = {_text(value)}" for name, value in self.point.items())
        return f"<{self.name}: {params}{'; ' if params else ''}laws {self.network.laws}>"


def load(
    spec: str | Path,
    params: Mapping[str, ParamValue] | None = None,
    /,
    *,
    laws: str = DEFAULT_LAWS,
    assume: str | Sequence[str] = (),
    **named: ParamValue,
) -> Model:
    """Load a spec by shipped name or path, with values for its params.

    >>> load("mlp", depth="n").params
    65792*n + 137738

    A text is an expression of the language: `"n"` is a symbol, `"2*n + 1"` an
    expression of one; so is a sympy expression, whose symbols are taken by name.
    `assume` is a condition on the symbols, or several: `assume="n >= 50"`.
    Whatever a param is called, `params` can give it: `load("my.arch", {"laws": 3})`.

    Raises `SpecError` for any mistake in the spec or a value.
    """
    return _model(load_program(str(spec), laws), {**(params or {}), **named}, assume)


def loads(
    text: str,
    params: Mapping[str, ParamValue] | None = None,
    /,
    *,
    laws: str = DEFAULT_LAWS,
    assume: str | Sequence[str] = (),
    **named: ParamValue,
) -> Model:
    """Load a spec from a text; its `use` lines start from the working folder.

    >>> loads("param width = 4  input(3, 8, 8) conv(width, 3) -> relu", width="w").params
    27*w

    Raises `SpecError` as `load` does.
    """
    return _model(
        assemble(Source("<text>", text), Path.cwd() / "-", laws), {**(params or {}), **named}, assume
    )


def specs() -> dict[str, Path]:
    """Give the shipped specs by name.

    >>> [name for name in specs() if name.startswith("resnet")]
    ['resnet', 'resnet_cifar', 'resnet_v2']
    """
    return library.shipped()


def law_sets() -> dict[str, Path]:
    """Give the shipped law sets by name.

    >>> list(law_sets())
    ['channels', 'derived', 'literal', 'paper', 'weights']
    """
    return library.shipped("laws")


def measure_titles() -> dict[str, str]:
    """Give the measures by name, with what each name stands for; those that must be named stand last.

    >>> measure_titles()["gcc"]
    'global cumulative complexity'
    """
    return {name: measure.title for name, measure in {**MEASURES, **BY_NAME}.items()}


def _model(program: Program, params: Mapping[str, ParamValue], assume: str | Sequence[str]) -> Model:
    given = {name: given_value(name, value) for name, value in params.items()}
    conditions = read_conditions([assume] if isinstance(assume, str) else assume)
    return Model(resolve(program, given, conditions))


def given_value(name: str, value: ParamValue) -> Given:
    """Give a value of Python as the language has it."""
    try:
        text = _text(value)
    except TypeError:
        raise fail(f"{name} is {value!r}, which the language has no way to write") from None
    points = read_points(name, text)
    if len(points) != 1:
        raise fail(f"{name} takes one value, not '{text}'", hint="load the model once for each value")
    return points[0]


def _text(value: Any) -> str:
    """Write a Python value in the language.

    Raises `TypeError` for what it cannot say.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    if is_symbolic(value):
        return exact_text(value).text
    if isinstance(value, str) or (isinstance(value, Real) and math.isfinite(value)):
        return str(value)
    raise TypeError


def _authored(network: Network, value: object) -> Any:
    """Put the author's symbols back into the value of a param."""
    if isinstance(value, tuple):
        return tuple(_authored(network, item) for item in value)
    return Closed.told(value, network.facts).value if is_symbolic(value) else value
