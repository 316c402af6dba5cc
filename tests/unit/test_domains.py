"""Where closed forms hold: told in plain words, and checked by the Python that is written."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy.core.relational import Relational

import layercalc
from layercalc.assumptions.checking import holds_at
from layercalc.assumptions.domain import Domain, joined
from layercalc.assumptions.plainer import plainer
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES
from layercalc.model import Model
from layercalc.report.python_module import argument_names, python_module
from tests.examples import examples

N, M, R = sympy.symbols("n m r", integer=True, positive=True)
A = sympy.Symbol("a", positive=True)
Z = sympy.Symbol("z", integer=True)

FAMILIES: dict[str, dict[str, str]] = {
    "resnet": {"depth": "n", "width": "w"},
    "resnet_cifar": {"depth": "6*m + 2"},
    "vgg": {"depth": "n"},
    "dpn": {"depth": "d"},
    "pnasnet": {"filters": "f"},
    "densenet": {"depth": "n"},
    "nasnet": {"cells": "c"},
    "transformer": {"width": "w", "heads": "h"},
    "unet": {"resolution": "r", "width": "w"},
    "se_resnet": {"reduction": "r"},
    "mlp": {"depth": "n", "width": "w"},
}
TEXTS = {
    "a range that starts late": "param n = 7  input(8, 9, 9)  for i in range(3, n) { conv(8, 3) -> relu }",
    "half of the rounds": "param n = 4  input(6)  for i in range(n / 2) { dense(6) }",
    "fewer rounds than a number": "param n = 9  input(5, 4, 4)  repeat n - 4 { conv(5, 1) }",
    "the last arm": "param d = 30 where d >= 9  let k = match d { 12 => 2, 13 => 7, else => (d - 21) / 4 }  "
    "input(3)  repeat k { dense(3) }",
    "halvings": "param n = 2  param R = 24 where R % 2^n == 0  input(3, R)  "
    "repeat n { conv(3, 3, stride = 2) }",
    "a window": "param r = 9  input(2, r, r)  conv(4, 5, padding = 0) -> relu",
    "a rate": "param a = 0.5  input(3, 8, 8)  conv(32 * a, 3) -> relu",
    "growth from nothing": "param n = 4  param a = 2 where a >= 0  input(6)  "
    "for i in range(n) { dense(6 + a * i) }",
}
VALUES = {
    "": (0, 1, 2, 3, 4, 5, 8, 9, 11, 13, 16, 18, 29, 35, 38, 95, 107, 152, 188, 512, 2.5, -1),
    "a": (0.5, 0.3, 1, 0.0625),
}


@cache
def model_of(name: str) -> Model:
    if name in FAMILIES:
        return layercalc.load(name, FAMILIES[name])
    names = [line.split()[0] for line in TEXTS[name].split("param ")[1:]]
    return layercalc.loads(TEXTS[name], {param: param for param in names})


MODELS = [*FAMILIES, *TEXTS]


def measured(model: Model) -> MeasuredNetwork:
    return MeasuredNetwork(model.network, {name: model.measure(name) for name in MEASURES})


def whole_domain(model: Model) -> Domain:
    return joined(closed.holds for closed in measured(model).measures.values())


def grid(domain: Domain) -> list[dict[str, object]]:
    values = [VALUES.get(symbol.name, VALUES[""]) for symbol in domain.symbols]
    return [dict(zip(map(str, domain.symbols), point, strict=True)) for point in product(*values)]


def exact(value: object) -> sympy.Expr:
    return sympy.Rational(str(value))


@pytest.mark.parametrize("name", MODELS)
def test_the_python_accepts_what_substitute_accepts(name: str, tmp_path: Path) -> None:
    model = model_of(name)
    point, domain = measured(model), whole_domain(model)
    names, points = argument_names(point), grid(domain)
    module = tmp_path / "written.py"
    module.write_text(python_module(point), "utf-8")
    code = f"""
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("written", {str(module)!r})
written = importlib.util.module_from_spec(spec)
spec.loader.exec_module(written)
def accepts(function, arguments):
    try:
        function(**arguments)
    except ValueError as error:
        return str(error)
    except OverflowError:
        pass
    return ""
functions = [written.layers, written.gcc, written.log2_gcc]
print(json.dumps([[accepts(function, at) for function in functions] for at in json.load(sys.stdin)]))
"""
    calls = [{names[symbol]: value for symbol, value in at.items()} for at in points]
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    wanted = [domain.allows({symbol: exact(value) for symbol, value in at.items()}) for at in points]
    assert [[told == "" for told in each] for each in answers] == [[allowed] * 3 for allowed in wanted]
    assert any(wanted), "the grid has a point inside"
    refused = [each[0] for each, allowed in zip(answers, wanted, strict=True) if not allowed]
    assert refused
    assert all(
        "the closed form does not hold at " in told and ", where this is false: " in told for told in refused
    )


@pytest.mark.parametrize("name", MODELS)
def test_what_is_told_is_the_domain(name: str) -> None:
    """The conditions that are told, with what the symbols are, are neither more nor fewer than those kept."""
    domain = whole_domain(model_of(name))
    symbols = {str(symbol): symbol for symbol in domain.symbols}
    for at in grid(domain):
        values = {symbols[key]: exact(value) for key, value in at.items()}
        kinds = all(
            (v.is_integer or not s.is_integer) and (v > 0 or not s.is_positive) for s, v in values.items()
        )
        told = kinds and all(holds_at(relation, values) for relation in domain.told.relations)
        assert told == domain.allows({key: exact(value) for key, value in at.items()}), at


@pytest.mark.parametrize("name", MODELS)
def test_no_condition_follows_from_the_others(name: str) -> None:
    """Each condition of one symbol refuses a number that all others let pass."""
    domain = whole_domain(model_of(name))
    if len(domain.symbols) > 1:
        return
    (symbol,) = domain.symbols
    first = 1 if symbol.is_positive else -3
    numbers = [sympy.Rational(k, 1 if symbol.is_integer else 64) for k in range(first, 600)]
    relations = [part for part in domain.told.phrase if isinstance(part, Relational)][1:]
    relations = relations if symbol.is_integer else [*domain.told.relations[1:]]
    for relation in relations:
        others = [other for other in relations if other is not relation]
        left = [k for k in numbers if all(holds_at(other, {symbol: k}) for other in others)]
        assert not all(holds_at(relation, {symbol: k}) for k in left), relation


SIDES = st.sampled_from(
    [N, M, R, N**2, R**2, 2**N, 2 ** (-2 * N), R * 2 ** (-N), N * M, R**3 / 8, sympy.Integer(1)]
)
NUMBERS = st.integers(-9, 70)
RELATIONS = st.sampled_from([sympy.Ge, sympy.Gt, sympy.Le, sympy.Lt, sympy.Ne, sympy.Eq])


@examples(80)
@given(
    RELATIONS, SIDES, SIDES, NUMBERS, NUMBERS, st.integers(1, 6),
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 70)),
)  # fmt: skip
def test_a_plainer_condition_says_the_same(
    relation: type, left: sympy.Expr, right: sympy.Expr, a: int, b: int, below: int, at: tuple[int, int, int]
) -> None:
    condition = relation(left * below, a * right + b)
    point = dict(zip((N, M, R), map(sympy.Integer, at), strict=True))
    assert bool(plainer(condition).xreplace(point)) == bool(condition.xreplace(point)), plainer(condition)


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ((R**2 > 1,), "r = 2, 3, 4, ... (r >= 2)"),
        ((2 ** (N - 2) <= 32,), "n = 1, 2, 3, ... (n <= 7)"),
        ((sympy.Eq(N % 3, 1), N >= 10, sympy.Or((N >= 13) & sympy.Eq(N % 3, 1), sympy.Eq(N, 11))),
         "n = 13, 16, 19, ... (n >= 13, n mod 3 = 1)"),
        ((sympy.Eq(sympy.Mod(512 / N, 1), 0), sympy.Eq(sympy.Mod(1024 / N, 1), 0)),
         "n = 1, 2, 4, ... (n divides 512)"),
        ((N >= 4, sympy.Ne(N, 4), sympy.Ne(N, 7)), "n = 5, 6, 8, ... (n >= 5, n is not 7)"),
        ((N <= 3,), "n = 1, 2, 3"),
        ((N > 7, N < 5), "no numbers"),
        ((sympy.Eq(sympy.Mod(N, 3), 0), sympy.Eq(sympy.Mod(32 / N, 1), 0), N <= 30),
         "no n (n <= 30, n mod 3 = 0, n divides 32)"),
    ],
)  # fmt: skip
def test_what_a_teacher_would_say(conditions: tuple[sympy.Basic, ...], told: str) -> None:
    (symbol,) = {symbol for condition in conditions for symbol in condition.free_symbols}
    assert str(Domain((symbol,), (), conditions)) == told


@pytest.mark.parametrize(
    ("symbols", "conditions", "told"),
    [
        ((N, M), (), "n and m = 1, 2, 3, ..."),
        ((N, M), (1 - N <= M - 4,), "n and m = 1, 2, 3, ..., with m + n >= 5"),
        ((R, N), (R**2 * 4**-N > 1,), "r and n = 1, 2, 3, ..., with r > 2^n"),
        ((N, M), (sympy.Eq(sympy.Mod((7 * N * M + 2 * M) / 4, 1), 0),
                  sympy.Eq(sympy.Mod((15 * N * M + 2 * M) / 8, 1), 0)),
         "n and m = 1, 2, 3, ..., with (7*m*n + 2*m)/8 is whole"),
        ((A,), (A <= 1,), "a > 0 and a <= 1"),
        ((A,), (A > 2, sympy.Eq(sympy.Mod(8 * A, 1), 0)), "a > 2 and 8*a is whole"),
        ((Z,), (Z >= -3,), "z = -3, -2, -1, ... (z >= -3)"),
        ((Z,), (), "whole z"),
    ],
)  # fmt: skip
def test_symbols_of_every_kind(
    symbols: tuple[sympy.Symbol, ...], conditions: tuple[sympy.Basic, ...], told: str
) -> None:
    assert str(Domain(symbols, (), conditions)) == told


def test_what_a_symbol_is_by_itself_is_told() -> None:
    """A symbol is positive and whole: a value that is not is refused in these words, and no law of logic."""
    params = layercalc.loads("param n = 3  input(3, 8, 8) repeat n { conv(3, 3) }", n="n").measure("params")
    for value, told in ((0, "n >= 1"), (Fraction(1, 2), "n is whole")):
        with pytest.raises(layercalc.SpecError, match=f"where this is false: {told}\\n"):
            params.substitute({"n": value})
