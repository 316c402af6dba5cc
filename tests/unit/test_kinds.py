"""What params and parameters take by their kinds, in every shipped layer; constants that are whole."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import pytest
import sympy

from layercalc.errors import SpecError
from layercalc.expressions.kinds import KINDS
from layercalc.expressions.scope import describe
from layercalc.model import loads
from layercalc.numbers.constants import locate
from layercalc.resolve.loading import load_program
from layercalc.syntax import tree

#: What is of no kind of number, and for each kind of whole numbers what it refuses besides.
NEVER = ('"x"', "[]", "none", "true", "1/2", "sqrt(2)", "-7/3", "10^5000/7", "log2(3)")
BELOW = {"count": ("0", "-1"), "counts": ("0", "-1", "[1, 0]"), "margins": ("-1",), "padding": ("-1",)}
PLACES = {"embedding": "input(1, 8)", "token": "input(4, 8)"}


def _parameters() -> Iterator[tuple[tree.Layer | tree.Activation, tree.Parameter]]:
    program = load_program("lenet")
    assert program.law_set is not None
    for declared in program.law_set.layers.values():
        if not (isinstance(declared.node, tree.Layer) and declared.node.inputs):
            yield from ((declared.node, parameter) for parameter in declared.parameters)


@pytest.mark.parametrize(("layer", "parameter"), [*_parameters()], ids=lambda node: node.name.text)
def test_a_layer_takes_only_what_it_says(
    layer: tree.Layer | tree.Activation, parameter: tree.Parameter
) -> None:
    if parameter.kind is None:
        assert (layer.name.text, parameter.name.text) == ("upsample", "factor")
        return
    kind = parameter.kind.text
    wrong = {"bool": ("0", "1", "256", '"true"', "sqrt(2)"), "real": ("true", '"x"', "[1]")}
    for value in wrong.get(kind, (*NEVER, *BELOW.get(kind, ()))):
        if (value == "none" and isinstance(parameter.default, tree.Name)) or (
            value == "[]" and KINDS[kind].lists
        ):
            continue
        others = [
            f"{other.name.text} = {'same' if other.kind and other.kind.text == 'padding' else 1}"
            for other in (layer.parameters[isinstance(layer, tree.Activation) :])
            if other.default is None and other is not parameter
        ]
        call = f"{layer.name.text}({', '.join([*others, f'{parameter.name.text} = {value}'])})"
        with pytest.raises(SpecError) as caught:
            loads(f"{PLACES.get(layer.name.text, 'input(4, 8, 8)')}\n{call}")
        first = caught.value.diagnostics[0]
        assert first.message.startswith(f"{layer.name.text}: {parameter.name.text} is "), call
        assert first.span is not None
        assert first.span.text == value


def test_kinds_of_params_are_held_alike() -> None:
    with pytest.raises(SpecError, match="n is 1/2, not a whole number of at least 1"):
        loads("param n: count = 3 input(n)", n="1/2")
    with pytest.raises(SpecError, match="on is 3, not true or false"):
        loads("param on: bool = 3 input(2)")
    assert (
        loads("param n: count = 3 input(n) dense(2)", n="n").params.subs(
            sympy.Symbol("n", positive=True, integer=True), 5
        )
        == 12
    )


@pytest.mark.parametrize(
    ("value", "floor", "whole"),
    [
        (10**150 / sympy.sqrt(2), math.isqrt(10**300 // 2), False),
        (-sympy.sqrt(2), -2, False),
        ((sympy.sqrt(2) + 1) * (sympy.sqrt(2) - 1), 1, True),
        (sympy.sqrt(3 + 2 * sympy.sqrt(2)) - sympy.sqrt(2), 1, True),
        (sympy.sqrt(10**300 + 1) - 10**150, 0, False),
    ],
)
def test_a_constant_stands_among_the_whole_numbers(value: sympy.Expr, floor: int, whole: bool) -> None:
    found = locate(value)
    assert found is not None
    assert (found.floor, found.whole) == (floor, whole)


def test_what_no_digits_tell_apart_is_refused() -> None:
    with pytest.raises(SpecError, match="too near a whole number"):
        loads("input(floor(1 + exp(-1000)))")
    assert Fraction(str(loads("input(floor(sqrt(2) * 10^20)) dense(1, bias = false)").params)) == math.isqrt(
        2 * 10**40
    )


def test_a_long_number_is_told_by_its_length() -> None:
    assert describe(Fraction(1, 10**5000)) == "a fraction of 16610 bits"
    assert loads("param u = 3 input(u) linear(4)", u="10^5000").measure("gcip").log2 is not None
