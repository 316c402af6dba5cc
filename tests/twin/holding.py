"""What all tests of the twin share: networks from texts, and what "equal" means.

Rational measures are equal as rationals. Irrational ones are compared by their
logarithms to base two: the twin's, from laws to 60 digits, and the calculator's
double agree to 1e-12 of its size, or of 1 where it is smaller.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath
import sympy
from hypothesis import settings

from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import Files, assemble, load_program
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree
from layercalc.syntax.parse import parse, parse_values
from tests.examples import USUAL
from tests.twin.naive import Measures

#: The law set under which every measure is rational.
RATIONAL = str(Path(__file__).with_name("rational.arch"))
TOLERANCE = 1e-12
_DIGITS = 50

#: More than usual, for what everything else stands on.
many = settings(max_examples=max(2 * USUAL, settings().max_examples))


@cache
def _law_file(text: str, path: Path) -> tree.Spec:
    return parse(Source(str(path), text), path)


def _parse(source: Source, path: Path) -> tree.Spec:
    """Parse a random text; a file is parsed once, for it would take most of the time."""
    return parse(source, path) if source.name == "random.arch" else _law_file(source.text, path)


def program_of(text: str, laws: str = RATIONAL) -> Program:
    """Put a random text and its law set into a program."""
    return assemble(Source("random.arch", text), Path("random.arch"), laws, Files(parse=_parse))


def network_of(text: str, laws: str = RATIONAL, **params: str) -> Network:
    """Resolve a text."""
    return resolve(program_of(text, laws), values_of(params))


def shipped(name: str, laws: str = "paper", **params: str) -> Network:
    """Resolve a shipped spec."""
    return resolve(load_program(name, laws), values_of(params))


def values_of(params: Mapping[str, str]) -> dict[str, Given]:
    """Read the values of params, as the command line does."""
    values = {name: parse_values(Source(f"--{name}", text))[0] for name, text in params.items()}
    return {name: Given(value) for name, value in values.items()}  # type: ignore[arg-type]


@cache
def log2(value: Fraction) -> float:
    """Take the logarithm to base two of a rational of any size."""
    if value == 0:
        return -math.inf
    context = mpmath.MPContext()
    context.dps = _DIGITS
    return float(context.log(context.mpf(value.numerator) / value.denominator, 2))


def check(taken: Mapping[str, Closed], twin: Measures) -> None:
    """Hold the calculator's measures to the twin's."""
    assert taken.keys() == twin.keys()
    wrong = {name: (closed, twin[name]) for name, closed in taken.items() if not agrees(closed, twin[name])}
    assert not wrong


def agrees(closed: Closed, twin: Fraction) -> bool:
    """Tell whether a measure is the twin's number: its expression, its logarithm, its number."""
    exact = exactly(closed.expr)
    number = closed.number
    same = is_twin(exact, twin) if exact is not None else close(closed.log2, log2(twin))
    if isinstance(number, float):
        return same and close(number / float(twin), 1)
    return same and close(closed.log2, log2(twin)) and number in (None, exact)


def is_twin(exact: Fraction, twin: Fraction) -> bool:
    """Tell whether a rational is the twin's; a product of roots may be one, of which the twin has the digits.

    >>> is_twin(Fraction(2), Fraction(2)), is_twin(Fraction(2), Fraction(2) + Fraction(1, 10**55))
    (True, True)
    """
    of_digits = twin.denominator > 10**_DIGITS and exact.denominator != twin.denominator
    return exact == twin or (of_digits and abs(exact / twin - 1) < Fraction(1, 10**_DIGITS))


def agree(a: Closed, b: Closed) -> bool:
    """Tell whether two measures are one number: exactly, or by their logarithms."""
    exact = exactly(a.expr)
    return exact == exactly(b.expr) and (exact is not None or close(a.log2, b.log2 or 0))


def close(a: float | None, b: float) -> bool:
    """Tell whether two doubles agree."""
    return a is not None and math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def exactly(expression: sympy.Expr) -> Fraction | None:
    """Multiply out what sympy was told to leave unevaluated; None where it is irrational.

    >>> exactly(sympy.Pow(2, -3, evaluate=False) + sympy.Rational(1, 8))
    Fraction(1, 4)
    """
    known: dict[sympy.Expr, Fraction | None] = {}
    for node in sympy.postorder_traversal(expression):
        if node not in known:
            known[node] = _combined(node, [known[part] for part in node.args])
    return known[expression]


def _combined(node: sympy.Expr, parts: list[Fraction | None]) -> Fraction | None:
    if node.is_Rational:
        return Fraction(int(node.p), int(node.q))
    values = [part for part in parts if part is not None]
    if len(values) < max(1, len(parts)):
        return None
    if node.is_Pow:
        return values[0] ** values[1].numerator if values[1].denominator == 1 else None
    if isinstance(node, sympy.Max):
        return max(values)
    if node.is_Mul:
        return math.prod(values, start=Fraction(1))
    return sum(values, Fraction(0)) if node.is_Add else None
