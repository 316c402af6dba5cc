"""The text of values, read back by the language's own grammar and a reader of its own."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from operator import mul
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from layercalc.errors import Source
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.forms.join import maximum
from layercalc.forms.product import ONE, ZERO, Product, add
from layercalc.forms.series import product_over, sum_over
from layercalc.numbers.finite_sums import written_out
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import symbolic
from layercalc.numbers.special import geometric
from layercalc.numbers.special import recurrence as sequence
from layercalc.numbers.special import rising as pochhammer
from layercalc.printing.expression_tree import condition_text
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.writing.forms import exact_text, folded_parts
from layercalc.writing.written import Written
from tests.checkout import ROOT

N, W, K = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "w", "k"))
positive = st.fractions(Fraction(1, 1000), 10**6, max_denominator=1000)
of = Product.of


def chain(a: Product, b: Product, layers: int) -> Product:
    """Give x_layers of x_{k+1} = a x_k + b x_{k-1}."""
    x, before = ONE, ONE
    for _ in range(layers):
        x, before = add([a * x, b * before]), x
    return x


GRAMMAR = (ROOT / "grammars" / "expr.lark").read_text("utf-8")
PARSER = Lark(f'{GRAMMAR}\n%ignore " "', parser="lalr", start="expr")


def rising(x: float, n: float) -> float:
    return math.prod(x + k for k in range(round(n)))


def recurrence(n: float, *coefficients: float) -> float:
    values = [0.0] * (len(coefficients) - 1) + [1.0]
    for _ in range(round(n)):
        values.append(sum(c * h for c, h in zip(coefficients, reversed(values), strict=False)))
    return values[-1]


FUNCTIONS: dict[str, Callable[..., float]] = {
    "log2": math.log2, "log": math.log, "exp": math.exp, "sqrt": math.sqrt,
    "floor": math.floor, "ceil": math.ceil, "max": max, "min": min,
    "factorial": lambda n: rising(1, n), "rising": rising, "recurrence": recurrence,
    "geometric": lambda q, n: sum(q**k for k in range(round(n))),
}  # fmt: skip
OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
}  # fmt: skip


def read(text: str, names: dict[str, float]) -> float:
    """Read an expression of the language with its own grammar, naively."""
    return _value(PARSER.parse(text), names)


def _value(node: Any, names: dict[str, float]) -> float:
    assert isinstance(node, Tree)
    parts: list[Any] = [part for part in node.children if part is not None]
    match str(node.data):
        case "number":
            return float(parts[0])
        case "name":
            return names[str(parts[0])]
        case "group":
            return _value(parts[0], names)
        case "signed":
            return -_value(parts[1], names)
        case "power":
            return float(_value(parts[0], names) ** _value(parts[1 if len(parts) == 2 else 2], names))
        case "apply":
            arguments = parts[1].children if isinstance(parts[1], Tree) else []
            if str(parts[0]) in ("sum", "product"):
                return _over_rounds(str(parts[0]), arguments[0], names)
            return float(FUNCTIONS[str(parts[0])](*(_value(argument, names) for argument in arguments)))
    total = _value(parts[0], names)
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        assert isinstance(sign, Token)
        total = OPERATORS[str(sign)](total, _value(part, names))
    return total


def _over_rounds(name: str, comprehension: Any, names: dict[str, float]) -> float:
    term, target, items = (part for part in comprehension.children if part is not None)
    (bound,) = items.children[1].children
    rounds = range(round(_value(bound, names)))
    values = [_value(term, {**names, str(target.children[0]): float(k)}) for k in rounds]
    return sum(values) if name == "sum" else math.prod(values)


def read_all(written: Written, names: dict[str, float]) -> float:
    """Read a text after its definitions."""
    known = dict(names)
    for name, text in written.definitions:
        known[name] = read(text, known)
    return read(written.text, known)


R = sympy.Symbol("i", integer=True, nonnegative=True)
LEAVES = [of(W), of(K + 8), of(log2(symbolic(3))), of(2) ** N, of(N - 1)]
ROUNDS = [
    of(pochhammer(1, N)),
    of(pochhammer(W / 3, 2 * N)),
    of(geometric(3, N)),
    of(geometric(symbolic(Fraction(1, 2)), N)),
    of(geometric(log2(symbolic(3)), N)),
    of(geometric(W + K, N - 1)),
    of(sequence(N, 1, W)),
    of(sequence(N + 2, K, 0, 2)),
    of(sum_over(1 / (R + W), R, N)),
    of(sum_over(W * R + 2**R, R, N)),
    product_over(of(1 + W**R), R, N),
    product_over(of(2 * R + K), R, N),
    product_over(
        of(sympy.Sum(1 / (R + K), (R, 0, W - 1)) + sympy.Symbol("j", nonnegative=True)),
        sympy.Symbol("j", nonnegative=True),
        N,
    ),
]
trees = st.recursive(
    st.one_of(
        positive.map(of),
        st.sampled_from([*LEAVES, *ROUNDS]),
    ),
    lambda inner: st.one_of(
        st.builds(mul, inner, inner),
        st.builds(lambda a, b: add([a, b]), inner, inner),
        st.builds(lambda a, b: maximum([a, b]), inner, inner),
        st.builds(pow, inner, st.sampled_from([-1, 2, Fraction(1, 2), (N + 5) / 3])),
    ),
    max_leaves=6,
)


@given(trees)
def test_text_reads_back_as_the_value(value: Product) -> None:
    names = {"n": 4.0, "w": 3.0, "k": 2.0}
    expected = value.substitute({N: 4, W: 3, K: 2}).to_float()
    if expected is not None and 1e-200 < expected < 1e200:
        assert read_all(exact_text(value), names) == pytest.approx(expected, rel=1e-9)
        assert read_all(folded_parts(value, 9), names) == pytest.approx(expected, rel=1e-5)


@given(trees)
def test_text_reads_back_by_the_language_itself(value: Product) -> None:
    written = exact_text(value)
    if written.definitions:
        return
    [node] = parse_values(Source("text", written.text))
    assert not isinstance(node, tree.Interval)
    read_back = evaluate(node, Context(Scope(None, {"n": N, "w": W, "k": K})))
    numbers = {N: 4, W: 3, K: 2}
    expected = value.substitute(numbers).log2(20)
    assert of(read_back).substitute(numbers).log2(20) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("value", "exact", "folded"),
    [
        (pochhammer(1, N), "factorial(n)", "factorial(n)"),
        (pochhammer(W / 3, N), "rising(w/3, n)", "rising(w/3, n)"),
        (geometric(3, N) * W, "(3^n - 1)/2*w", "(3^n - 1)/2*w"),
        (geometric(symbolic(Fraction(1, 2)), N), "2 - 2*2^(-n)", "2 - 2*2^(-n)"),
        (geometric(log2(symbolic(3)), N), "(log2(3)^n - 1)/(log2(3) - 1)", "1.7095*(1.585^n - 1)"),
        (geometric(W, N - 1), "geometric(w, n - 1)", "geometric(w, n - 1)"),
        (sequence(N, 1, W), "recurrence(n, 1, w)", "recurrence(n, 1, w)"),
        (
            sum_over(1 / (R + W), R, N),
            "sum([1/(i + w) for i in range(n)])",
            "sum([1/(i + w) for i in range(n)])",
        ),
        (product_over(of(1 + W**R), R, N - 1), "product([w^i + 1 for i in range(n - 1)])", None),
        (of(2) ** 90 * of(log2(symbolic(3))) ** 4, "2^90 * log2(3)^4", "7.8122 * 10^27"),
        (of(Fraction(73, 125)), "0.584", "0.584"),
        (of(Fraction(1, 3)), "1/3", "0.33333"),
        (of(10) ** 1505, "2^1505 * 5^1505", "1 * 10^1505"),
        (of(2) ** N, "2^n", "2^n"),
        (of(W) ** -N, "w^(-n)", "w^(-n)"),
        (of(W) ** -2, "1 / w^2", "1 / w^2"),
        (ONE, "1", "1"),
        (ZERO, "0", "0"),
        (add([ONE, of(W)]), "w + 1", "w + 1"),
        (of(2) * add([of(3), of(W)]), "2 * (w + 3)", "6 * (0.33333*w + 1)"),
        (maximum([of(W), of(K * 3)]), "max(3*k, w)", "max(3*k, w)"),
        (4089184256, "4089184256", "4089184256"),
        (12345678912345, "12345678912345", "1.2346e13"),
        (10**30, "2^30 * 5^30", "1 * 10^30"),
        (Fraction(32791, 500000), "0.065582", "0.065582"),
        (Fraction(-2, 7), "-2/7", "-0.28571"),
        (W / 2, "w/2", "w/2"),
        ((N - 35) / 3, "(n - 35)/3", "(n - 35)/3"),
        (7 + 1117184 * (N - 2) / 3, "(1117184*n - 2234347)/3", "(1117184*n - 2234347)/3"),
        (23508032 + 1117184 * (N - 35) / 3, "(1117184*n + 31422656)/3", "1117184*(n - 2)/3 + 11219008"),
        ((W + 1) ** 2, "(w + 1)^2", "w^2 + 2*w + 1"),
        (5 - W, "-w + 5", "-w + 5"),
        (sympy.Max(W, 3) + sympy.Mod(W, 3), "max(3, w) + w % 3", "max(3, w) + w % 3"),
        (2 * sympy.Mod(W, 3), "2*(w % 3)", "2*(w % 3)"),
        (5 - sympy.Mod(W, 3), "-(w % 3) + 5", "-(w % 3) + 5"),
        (sympy.sqrt(W) / K + log2(W) / log2(3), "log2(w)/log2(3) + sqrt(w)/k", "0.63093*log2(w) + sqrt(w)/k"),
        (W / symbolic(2003), "w/2003", "0.00049925*w"),
        (sympy.ceiling(W / 3) * sympy.E, "ceil(w/3)*exp(1)", "2.7183*ceil(w/3)"),
    ],
)
def test_text(value: Any, exact: str, folded: str | None) -> None:
    assert str(exact_text(value)) == exact
    assert str(folded_parts(value)) == (folded or exact)


@pytest.mark.parametrize(
    ("index", "term", "text"),
    [
        ("i", "i", "sum([1/(i + 1) for i in range(n)])"),
        ("(round)", "(round)", "sum([1/(i + 1) for i in range(n)])"),
        ("w", "w", "sum([1/(w + 1) for w in range(n)])"),
    ],
)
def test_a_round_is_named_as_it_is_or_by_a_letter(index: str, term: str, text: str) -> None:
    symbol = sympy.Symbol(index, integer=True, nonnegative=True)
    assert exact_text(sympy.Sum(1 / (symbol + 1), (symbol, 0, N - 1))).text == text


def test_a_round_is_not_called_as_what_it_is_added_to() -> None:
    other = sympy.Symbol("i", positive=True)
    assert exact_text(sympy.Sum(1 / (R + other), (R, 0, N - 1))).text == "sum([1/(i + j) for j in range(n)])"


def test_rounds_within_rounds_are_lists_within_lists() -> None:
    j = sympy.Symbol("j", integer=True, nonnegative=True)
    value = sympy.Sum(sympy.Sum(1 / (R + j + 1), (j, 0, R - 1)), (R, 0, N - 1))
    assert exact_text(value).text == "sum([sum([1/(i + j + 1) for j in range(i)]) for i in range(n)])"
    assert of(value).substitute({N: 5}).rational() == written_out(value.xreplace({N: symbolic(5)}))
    assert of(value).substitute({N: 3}).rational() == Fraction(1, 2) + Fraction(1, 3) + Fraction(1, 4)


def test_folding_keeps_symbols_and_folds_what_stands_under_one_exponent() -> None:
    block = add([ONE, of(Fraction(372, 10) * W)])
    assert str(folded_parts(of(Fraction(6, 5)) * block**3 * of(W**2))) == "1.2 * (37.2*w + 1)^3 * w^2"
    power = (of(Fraction(73, 125)) * of(log2(symbolic(3)))) ** ((N - 35) / 3)
    assert str(folded_parts(power / of(7) ** 11)) == "5.0573e-10 * 0.92562^((n - 35)/3)"


def test_a_factor_that_is_told_alone_is_written_alike() -> None:
    total = symbolic(Fraction(7, 2)) + W * log2(symbolic(5)) + 3 * N * W
    value = of(Fraction(3, 7)) ** N * of(total)
    assert str(folded_parts(total)) == "3*n*w + 2.3219*w + 3.5"
    assert str(folded_parts(value, sums=[total])) == "(3*n*w + 2.3219*w + 3.5) * 0.42857^n"
    assert str(folded_parts(value / of(total), sums=[total])) == "0.42857^n"
    assert str(folded_parts(of(N - W), sums=[2 * N - 2 * W])) == "0.5 * (2*n - 2*w)"


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ([12, W - 12], "w"),
        ([8, W - 12], "w - 4"),
        ([W, W - 12], "2 * (w - 6)"),
        ([1, (W - 12) / 4], "1/4 * (w - 8)"),
        ([5, K, W - 12], "k + w - 7"),
        ([12, (W - 12) ** 2], "(w - 12)^2 + 12"),
        ([K, W - 12], "k + (w - 12)"),
    ],
)
def test_a_difference_is_added_to_the_numbers_beside_it(terms: list[Any], text: str) -> None:
    assert exact_text(add(map(of, terms))).text == text


def test_shared_nodes_are_named_where_the_text_would_be_long() -> None:
    value = chain(of(64 * W), of(log2(symbolic(5))), 40)
    written = exact_text(value * of(sympy.Symbol("s1", positive=True)))
    assert written.definitions[0][0] == "s_1"
    assert len(str(written)) < 4000
    assert read_all(written, {"w": 0.01, "s1": 1.0}) == pytest.approx(
        value.substitute({W: Fraction(1, 100)}).to_float()
    )
    assert exact_text(chain(of(W), of(3), 4)).definitions == ()


def test_deep_nesting_stays_within_what_the_language_reads() -> None:
    value = ONE
    for _ in range(300):
        value = add([value * of(3 * W), ONE])
    written = exact_text(value)
    assert max(text.count("(") for text in (written.text, *(t for _, t in written.definitions))) < 256


def test_what_the_language_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="the language has no way to write gamma"):
        exact_text(sympy.gamma(W))


def test_conditions_are_written_in_the_language() -> None:
    even = sympy.Eq(sympy.Mod(N, 2), 0)
    either = sympy.Or(sympy.Lt(W, 2), sympy.Ne(W, N))
    assert condition_text(sympy.And(N >= 3, even)) == "n % 2 == 0 and n >= 3"
    assert condition_text(sympy.And(N <= 9, either)) == "n <= 9 and (w != n or w < 2)"
    assert condition_text(sympy.Not(even, evaluate=False)) == "not (n % 2 == 0)"


def test_long_ratios_of_geometric_sums_are_named_once() -> None:
    ratio = (3 * W + 1) / (5 * W + 7 * W**2 + 23)
    value = add([of(geometric(ratio, N)), of(K) * of(geometric(ratio, N - 1))])
    text = str(folded_parts(value))
    assert text == "geometric(a, n - 1)*k + geometric(a, n) where a = (3*w + 1)/(7*w^2 + 5*w + 23)"
    names = {"n": 6.0, "w": 3.0, "k": 4.0}
    assert read_all(folded_parts(value), names) == pytest.approx(read_all(exact_text(value), names), rel=1e-4)


@pytest.mark.parametrize("join", [add, maximum])
def test_long_numbers_go_to_the_front(join: Callable[..., Product]) -> None:
    value = join([of((6 * 10**9 + 1) * W), of((3 * 10**9 + 2) * K)]) * of(W)
    assert str(folded_parts(value)) in ("6000000001 * (0.5*k + w) * w", "6000000001 * max(0.5*k, w) * w")
    small = join([of(Fraction(1, 10**8) * W**2), join([of(W), of(3 * K)]) / of(10**9)])
    names = {"w": 3.0, "k": 40.0}
    assert read_all(folded_parts(small), names) == pytest.approx(read_all(exact_text(small), names), rel=1e-4)


def test_what_stands_twice_is_named_where_it_is_long() -> None:
    short, long = add([of(W), of(3)]), add([of(W**3), of(7 * K**2), of(3)])
    assert str(folded_parts(add([short**N, of(K) * short]))) == (
        "3*(0.33333*w + 1)*k + (3*(0.33333*w + 1))^n"
    )
    assert str(folded_parts(add([long**N, of(K) * long]))) == (
        "3*a*k + (3*a)^n where a = 0.33333*w^3 + 2.3333*k^2 + 1"
    )


def test_a_long_number_is_taken_out_of_a_maximum() -> None:
    short, long = maximum([of(3 * W), of(5 * K)]), maximum([of(3**14 * W), of(5**10 * K)])
    assert str(folded_parts(short * of(N))) == "max(3*w, 5*k) * n"
    assert str(folded_parts(long * of(N))) == "9765625 * max(0.48978*w, k) * n"
