"""Expressions: exact, as Python's own arithmetic has it, and as the author's symbols have it."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.errors import Source, SpecError
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope, describe
from layercalc.expressions.statements import statement
from layercalc.forms.product import Product
from layercalc.network import Tensor
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from tests.checkout import ROOT

TENSOR = Tensor(3, (4, 8))


def parsed(text: str) -> tree.Expression:
    [node] = parse_values(Source("text", text))
    assert not isinstance(node, tree.Interval)
    return node


def read(text: str) -> Any:
    """Read an expression behind a tensor of 3 x 4 x 8, where `skip` has 5 channels."""
    return evaluate(parsed(text), Context(Scope(), TENSOR, {"skip": Tensor(5)}.get))


def told(where: str) -> Context:
    """Give a place where the symbols n and m are known to satisfy some conditions."""
    context = Context(Scope())
    facts, names = context.knowledge.begin(), context.scope.names
    names.update({name: facts.symbol(name) for name in "nm"})
    if where:
        facts.assume(statement(parsed(where), context))
    names.update({name: facts.canonical(symbol) for name, symbol in names.items()})
    return context


NUMBERS = st.one_of(st.integers(-50, 50), st.fractions(-9, 9, max_denominator=12))


def written(value: int | Fraction) -> str:
    return f"({value.numerator}/{value.denominator})" if isinstance(value, Fraction) else f"({value})"


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_fractions(a: int | Fraction, b: int | Fraction) -> None:
    x, y = written(a), written(b)
    assert read(f"{x} + {y}") == a + b
    assert read(f"{x} - {y}") == a - b
    assert read(f"{x} * {y}") == a * b
    if b:
        assert read(f"{x} / {y}") == Fraction(a) / b
        assert read(f"{x} // {y}") == a // b
        assert read(f"{x} % {y}") == a % b
    for operator in ("==", "!=", "<", "<=", ">", ">="):
        python = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
        assert read(f"{x} {operator} {y}") is python[operator]
    assert read(f"max({x}, {y})") == max(a, b)
    assert read(f"min([{x}, {y}])") == min(a, b)


@given(NUMBERS, st.integers(-6, 6))
def test_powers_are_exact(a: int | Fraction, n: int) -> None:
    if a or n >= 0:
        assert read(f"{written(a)} ^ {n}") == Fraction(a) ** n


@given(NUMBERS)
def test_rounding_is_that_of_python(a: int | Fraction) -> None:
    assert read(f"floor({written(a)})") == math.floor(a)
    assert read(f"ceil({written(a)})") == math.ceil(a)
    assert read(f"round({written(a)})") == math.floor(a + Fraction(1, 2))
    assert read(f"abs({written(a)})") == abs(a)


@given(st.integers(0, 10**6), st.integers(0, 9999), st.integers(-9, 9))
def test_a_decimal_is_the_fraction_it_says(whole: int, behind: int, exponent: int) -> None:
    text = f"{whole}.{behind:04}e{exponent}"
    assert read(text) == Fraction(text)


@given(st.lists(NUMBERS, max_size=6))
def test_lists_are_those_of_python(values: list[int | Fraction]) -> None:
    text = f"[{', '.join(map(written, values))}]"
    assert read(text) == tuple(values)
    assert read(f"sum({text})") == sum(values)
    assert read(f"len({text})") == len(values)
    assert read(f"[x + i for (i, x) in enumerate({text}) if i % 2 == 0]") == tuple(
        x + i for i, x in enumerate(values) if i % 2 == 0
    )
    assert read(f"zip({text}, range(len({text})))") == tuple(zip(values, range(len(values)), strict=True))


@pytest.mark.parametrize(
    ("value", "is_list"),
    [("[]", True), ("(1,)", True), ("range(3)", True), ("3", False), ("true", False), ("same", False)],
)
def test_a_list_is_told_from_one_value(value: str, is_list: bool) -> None:
    assert read(f"is_list({value})") is is_list


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-5, 5).filter(bool))
def test_ranges_are_those_of_python(start: int, stop: int, step: int) -> None:
    assert read(f"range({start}, {stop}, {step})") == tuple(range(start, stop, step))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("2 ^ -1", Fraction(1, 2)),
        ("10 - 3 - 2", 5),
        ("24 / 4 / 2", 3),
        ("1 + 2 * 3 ^ 2", 19),
        ("not 1 == 2 and 3 > 2 > 1 or false", True),
        ("false and 1 / 0 == 1", False),
        ("true or 1 / 0 == 1", True),
        ("1 < 2 > 1 == 1", True),
        ("if 1 > 2 then 3 else if 2 > 1 then 4 else 5", 4),
        ("if true then 1 else 1 / 0", 1),
        ("match 3 { 1 | 2 => 1 / 0, -3 => 2, 3 => 9, else => 4 }", 9),
        ('match "b" { "a" => 1 "b" | "c" => 2 }', 2),
        ("[1, [2, 3]][1][-1]", 3),
        ("(1, 2) + [3]", (1, 2, 3)),
        ("true + true * 3", 4),
        ("in.channels * in.height * in.width - in.volume", 0),
        ("in.rank + in.size + in.spatial[1]", 42),
        ("skip.channels + skip.volume + skip.rank", 10),
        ("(3, 5).size + (7).size", 64),
        ("per_axis(2)", (2, 2)),
        ("window(in.spatial, 3, 2, same)", (2, 4)),
        ("window_transpose(in.spatial, 3, 2, same)", (8, 16)),
        ("log2(1/8) + sqrt(1/4)", Fraction(-5, 2)),
        ("product([]) + sum([])", 1),
        ("exp(0) + log(1) + tanh(0) + erf(0)", 1),
        ("[factorial(0), factorial(5), factorial(20)]", (1, 120, 2432902008176640000)),
        ("[rising(1/2, 3), rising(-2, 2), rising(-2, 5), rising(7, 0)]", (Fraction(15, 8), 2, 0, 1)),
        (
            "[geometric(2, 10), geometric(1/2, 3), geometric(1, 7), geometric(5, 0)]",
            (1023, Fraction(7, 4), 7, 0),
        ),
        ("[recurrence(10, 1, 1), recurrence(3, 2), recurrence(0, 5), recurrence(-1, 5)]", (89, 8, 1, 0)),
        ("recurrence(3, 1/2, 0, 2)", Fraction(17, 8)),
    ],
)
def test_an_expression_has_its_value(text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "where", "value"),
    [
        ("n + n", "", "2*n"),
        ("n - n", "", "0"),
        ("n * n / n", "", "n"),
        ("2 ^ n * 2", "", "2*2^n"),
        ("ceil(n / 2)", "n % 4 == 0", "n/2"),
        ("floor((n + 1) / 4)", "n % 4 == 0", "n/4"),
        ("(n - 2) // 6", "n % 6 == 2", "(n - 2)/6"),
        ("n % 4", "n % 8 == 4", "0"),
        ("n % 1", "", "0"),
        ("n % n", "", "0"),
        ("n > 4", "n >= 5", "true"),
        ("n == m", "n > 4 and m < 3", "false"),
        ("max(n, 3)", "n > 4", "n"),
        ("min(n, 3, 2)", "n > 4", "2"),
        ("max(n, m)", "", "max(m, n)"),
        ("match n { 1 => 1, else => 2 }", "", "2"),
        ("round(n)", "", "n"),
        ("abs(-n)", "", "n"),
        ("sqrt(n ^ 2)", "", "n"),
        ("log2(2 ^ n)", "", "n"),
        ("[n, 2][0]", "", "n"),
        ("range(n)", "", "range(0, n)"),
        ("sum([i + m for i in range(n)])", "", "(2*m*n + n^2 - n)/2"),
        ("sum(range(2, n))", "", "((n - 2)^2 + 3*n - 6)/2"),
        ("sum([i for i in range(0, n, 2)])", "n % 2 == 0", "(n^2 - 2*n)/4"),
        ("product([2 * i + 4 for i in range(n)])", "", "2^n*rising(2, n)"),
        ("product([i - m for i in range(n)])", "", "rising(-m, n)"),
        ("[1 / (i + 1) for i in range(n)]", "", "a list of n entries"),
        ("len([1 for j in range(n)])", "", "n"),
        ("sum([i for i in range(n) if i >= 0])", "", "(n^2 - n)/2"),
        ("sum([i for i in range(n) if i < 0])", "", "0"),
        (
            "sum([sum([m * j for j in range(i)]) for i in range(n)])",
            "",
            "((2*n^3 - 3*n^2 + n)/6*m - (n^2 - n)/2*m)/2",
        ),
        ("rising(n, 3)", "", "n*(n + 1)*(n + 2)"),
        ("recurrence(n, m)", "", "m^n"),
        ("geometric(m, n) + factorial(m)", "", "factorial(m) + geometric(m, n)"),
    ],
)
def test_symbols_come_through(text: str, where: str, value: str) -> None:
    context = told(where)
    assert context.show(evaluate(parsed(text), context)) == value


def test_a_comprehension_in_another_goes_over_rounds_of_its_own() -> None:
    context, texts = told(""), []
    for first, second in ("ij", "ii", "ji"):
        inner = f"sum([1 / ({second} + 1) for {second} in range(m)])"
        texts.append(evaluate(parsed(f"sum([1 / ({first} + {inner}) for {first} in range(n)])"), context))
    assert texts[0] == texts[1] == texts[2]
    numbers = dict.fromkeys(texts[0].free_symbols, 3)
    assert Product.of(texts[0]).substitute(numbers).rational() == sum(
        1 / (i + Fraction(11, 6)) for i in range(3)
    )


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        (
            "n > 4",
            "n > 2",
            "n > 4 is open: it depends on n",
            "`where n > 4` at the param of n would decide it, or a number",
        ),
        (
            "n / 4 == m",
            "n % 4 == 0",
            "n/4 == m is open: it depends on m and n",
            "`where n != 4*m` at the param of m and n would decide it, or a number",
        ),
        (
            "2 * n <= 9 * m",
            "",
            "2*n <= 9*m is open: it depends on m and n",
            "`where 2*n <= 9*m` at the param of m and n would decide it, or a number",
        ),
    ],
)
def test_an_open_condition_names_its_symbols(text: str, where: str, message: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        evaluate(parsed(text), told(where))
    [mistake] = caught.value.diagnostics
    assert (mistake.message, mistake.hint) == (message, hint)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (Fraction(-7, 2), "-7/2"),
        (2**300, "a number of 301 bits"),
        ((1, ("a", False)), '[1, ["a", false]]'),
        (tuple(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...]"),
        (TENSOR, "3 x 4 x 8"),
        (read("same"), "same"),
        (read("none"), "none"),
    ],
)
def test_a_value_is_shown_as_the_language_writes_it(value: object, text: str) -> None:
    assert describe(value) == text


def test_numbers_need_no_sympy() -> None:
    probe = """
import sys
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
for name in ("resnet", "densenet", "unet", "vgg", "lenet", "mlp", "alexnet", "autoencoder", "resnet_cifar"):
    resolve(load_program(name))
sys.exit("sympy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False).returncode == 0


def test_a_symbol_brings_its_facts() -> None:
    context = Context(Scope())
    assert context.facts is None
    facts = context.knowledge.begin()
    assert context.inner().facts is facts is context.knowledge.begin()
