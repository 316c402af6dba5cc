"""Ratios of activations: closed forms, quadrature and a naive sum; laws beside them, names and files."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from layercalc.activations import STANDARD, Derived, Input, Normal, Uniform, derive, read_input
from layercalc.activations.derivation import _summed
from layercalc.errors import Source, SpecError
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Budget, Context, Scope
from layercalc.inspect.ratios import Ratio, elements, ratios
from layercalc.network import Tensor
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.syntax import tree
from layercalc.syntax.parse import parse

INPUTS: list[Input] = [STANDARD, Normal(Fraction(1, 2), 2), Uniform(-1, 1), Uniform(-1, 3)]


def activation(formula: str) -> tree.Activation:
    [node] = parse(Source("t.arch", f"activation f(x) = {formula}")).items
    assert isinstance(node, tree.Activation)
    return node


def derived(formula: str, x: Input = STANDARD) -> Derived:
    return derive(activation(formula), Context(Scope()), x)


def by_quadrature(formula: str, x: Input = STANDARD) -> Fraction:
    budget = Budget()
    budget.expressions *= 10
    return _summed(activation(formula), Context(Scope(), budget=budget), x).power


# -- closed forms


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("max(x, 0)", "sqrt((pi - 1)/(2*pi))"),
        ("abs(x)", "sqrt((pi - 2)/pi)"),
        ("if x > 0 then 1 else 0", "1/2"),
        ("if x <= 0 then 0 else x", "sqrt((pi - 1)/(2*pi))"),
        ("x ^ 3", "sqrt(15)"),
        ("exp(x)", "sqrt(exp(2) - exp(1))"),
        ("min(max(x, -1), 1)", "sqrt(-sqrt(2)/(exp(1/2)*sqrt(pi)) + 1)"),
        ("exp(x) / sum(exp(x))", "sqrt(exp(1) - 1)/N"),
        ("tanh(x)", ""),
    ],
)
def test_the_closed_form_for_normal_input(formula: str, text: str) -> None:
    assert derived(formula).exactly == text


@pytest.mark.parametrize(
    ("formula", "square"),
    [
        ("x", 1),
        ("max(x, 0)", Fraction(5, 16)),
        ("abs(x)", Fraction(1, 4)),
        ("max(x, 2 * x)", Fraction(37, 16)),
        ("if x > 1/2 then 1 else 0", Fraction(9, 16)),
        ("x^2", Fraction(4, 15)),
    ],
)
def test_the_closed_form_for_uniform_input(formula: str, square: Fraction) -> None:
    assert derived(formula, Uniform(-1, 1)).variances == sympy.Rational(square)


@pytest.mark.parametrize("formula", ["max(x, 0)", "max(x, 2 * x)"])
@settings(max_examples=10)
@given(st.fractions(Fraction(1, 100), 100))
def test_a_ratio_of_a_homogeneous_formula_is_the_same_at_every_deviation(formula: str, far: Fraction) -> None:
    assert derived(formula, Uniform(-far, far)).variances == derived(formula, Uniform(-1, 1)).variances
    assert derived(formula, Normal(0, far)).variances == derived(formula).variances


def test_the_kinks_need_not_lie_at_half_units() -> None:
    third = derived("max(tanh(x) * 0 + x - 1/3, 0)", Uniform(-1, 1))
    assert third.variances is None
    assert third.power == derived("max(x - 1/3, 0)", Uniform(-1, 1)).power


def test_a_jump_at_no_rational_place_costs_no_digit() -> None:
    """E x^2 beyond a is 2 (a phi(a) + Phi(-a)); a is the root of the number in the formula."""
    end = mpmath.sqrt(2)
    exact = mpmath.sqrt(2 * (end * mpmath.npdf(end) + mpmath.ncdf(-end)))
    assert float(derived("if x^2 > 2 then x else 0").power) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "x", "twin"),
    [
        ("max(tanh(x), 1/3)", Uniform(-1, 3), lambda x: max(math.tanh(x), 1 / 3)),
        ("floor(4 * x)", STANDARD, lambda x: math.floor(4 * x)),
        ("tanh(ceil(x))", Normal(1, 2), lambda x: math.tanh(math.ceil(x))),
        ("log(1 + x^2)", STANDARD, lambda x: math.log(1 + x * x)),
        (
            "if abs(x - 1/3) < 0.01 then tanh(x) else 0",
            STANDARD,
            lambda x: math.tanh(x) if abs(x - 1 / 3) < 0.01 else 0,
        ),
    ],
)
def test_bends_and_jumps_anywhere_are_closed_in_on(
    formula: str, x: Input, twin: Callable[[float], float]
) -> None:
    found = derived(formula, x)
    assert found.variances is None
    assert float(found.power) == pytest.approx(naive(twin, x), rel=2e-3)


@pytest.mark.parametrize("x", [Normal(Fraction(1, 2), 2), Uniform(-1, 3)], ids=str)
@pytest.mark.parametrize("name", ["elu", "hardswish"])
def test_quadrature_gives_the_closed_forms_of_the_library(name: str, x: Input) -> None:
    [ratio] = ratios([name], x=x)
    assert ratio.derived.variances is not None
    assert _summed(*_declared(name), x).power == ratio.derived.power


def _declared(name: str) -> tuple[tree.Activation, Context]:
    program = assemble(Source("t.arch", "input(1)"), Path("t.arch"))
    declared = program.layers[name]
    assert isinstance(declared.node, tree.Activation)
    context = Context(declared.scope)
    call = tree.Call(declared.node.name, (), (), declared.node.span)
    return declared.node, context.inner(declared.bind(call, (Tensor(1),), context))


# -- a naive twin


def naive(function: Callable[[float], float], x: Input = STANDARD, steps: int = 20_000) -> float:
    """Sum mean and mean square at midpoints, in plain numbers."""
    sums = [0.0] * 5
    for step in range(steps):
        value, density = _midpoint(x, (step + 0.5) / steps)
        out = function(value)
        parts = (1, value, value**2, out, out**2)
        sums = [total + density * part for total, part in zip(sums, parts, strict=True)]
    _, mean, square, out_mean, out_square = (total / sums[0] for total in sums)
    return math.sqrt((out_square - out_mean**2) / (square - mean**2))


def _midpoint(x: Input, place: float) -> tuple[float, float]:
    if isinstance(x, Uniform):
        return float(x.low) + (float(x.high) - float(x.low)) * place, 1
    deviations = 16 * place - 8
    return float(x.mean) + float(x.deviation) * deviations, math.exp(-(deviations**2) / 2)


def evaluated(formula: str) -> Callable[[float], float]:
    """Read a formula by the evaluator of the language, at exact numbers."""
    node = activation(formula)

    def function(x: float) -> float:
        return float(evaluate(node.formula, Context(Scope(None, {"x": Fraction(x)}))))

    return function


@st.composite
def piecewise(draw: DrawFn, depth: int = 3) -> str:
    """Draw a formula whose bends and jumps lie at rational places."""
    if depth == 0:
        number = draw(st.integers(-6, 6))
        return draw(st.sampled_from(["x", "x", f"({number}/4)", f"({number}/3) * x", "(x - 1/3)"]))
    inner = piecewise(depth=depth - 1)
    a, b = draw(inner), draw(inner)
    shapes = ["max({0}, {1})", "min({0}, {1})", "abs({0})", "({0} + {1})", "({0} - {1})", "-({0})"]
    shape = draw(st.sampled_from([*shapes, "(if x > 1/7 then {0} else {1})", "(if x < {0} then {1} else x)"]))
    return shape.format(a, b)


@settings(max_examples=20)
@given(piecewise(), st.sampled_from(INPUTS))
def test_a_random_piecewise_linear_formula_has_the_ratio_of_a_naive_sum(formula: str, x: Input) -> None:
    found = _unless_constant(formula, x)
    assert found.variances is not None
    assert float(found.power) == pytest.approx(naive(evaluated(formula), x, 600), rel=2e-2, abs=2e-3)


def _unless_constant(formula: str, x: Input) -> Derived:
    try:
        return derived(formula, x)
    except SpecError as error:
        assume("constant" not in error.diagnostics[0].message)
        raise


@settings(max_examples=3)
@given(piecewise(depth=2), st.sampled_from(INPUTS))
def test_quadrature_gives_the_closed_form_of_a_random_formula(formula: str, x: Input) -> None:
    power = _unless_constant(formula, x).power
    assert float(by_quadrature(formula, x)) == pytest.approx(float(power), rel=1e-11)


# -- laws, names and files


def found(*names: str, laws: str = "paper") -> list[Ratio]:
    return ratios(names, laws)


def message(*names: str, laws: str = "paper") -> str:
    with pytest.raises(SpecError) as caught:
        found(*names, laws=laws)
    return str(caught.value)


def test_the_constants_of_the_paper_are_ratios_of_deviations() -> None:
    readings = {
        ratio.name: ratio.reading for ratio in found("relu", "relu6", "tanh", "sigmoid", "elu", "softmax")
    }
    fits = dict.fromkeys(["relu", "relu6", "tanh", "sigmoid"], "deviations")
    assert readings == {**fits, "elu": "", "softmax": ""}


def test_a_constant_may_be_a_ratio_of_variances(tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    path.write_text("activation a(x) = max(x, 0) { power = 0.341 }  activation b(x) = tanh(x) {}", "utf-8")
    assert [(ratio.name, ratio.reading, ratio.power) for ratio in found(str(path))] == [
        ("a", "variances", Fraction(341, 1000)), ("b", "", None),
    ]  # fmt: skip


def test_softmax_has_its_constant_at_the_lengths_that_its_law_gives() -> None:
    [ratio], [closed] = found("softmax"), found("softmax", laws="derived")
    assert ratio.lengths == pytest.approx((97_677.5, 357.825), rel=1e-6)
    for length, power in zip(ratio.lengths or (), (ratio.power, sympy.sqrt(ratio.power)), strict=True):
        assert float(closed.power.subs(elements(), length)) == pytest.approx(float(power))  # type: ignore[union-attr]


def test_softmax_varies_as_its_law_says() -> None:
    import numpy as np

    x = np.random.Generator(np.random.PCG64(1)).standard_normal((200, 5000))
    powers = np.exp(x)
    shares = powers / powers.sum(axis=1, keepdims=True)
    [ratio] = found("softmax")
    assert shares.std() / x.std() == pytest.approx(float(ratio.derived.power) / 5000, rel=0.02)


def test_the_derived_laws_cover_every_activation_of_the_library() -> None:
    printed, derivations = found(), {ratio.name: ratio for ratio in found(laws="derived")}
    assert [ratio.name for ratio in printed] == [*derivations]
    for ratio in printed:
        follows = derivations[ratio.name]
        assert (follows.call, follows.formula, follows.reading) == (ratio.call, ratio.formula, "deviations")
        assert follows.source.source.name.endswith("derived.arch")
        assert follows.power * follows.complexity == pytest.approx(1, rel=1e-11)  # type: ignore[operator]


def test_derived_laws_keep_the_params() -> None:
    network = resolve(assemble(Source("t.arch", "input(3, 4, 4) prelu"), Path("t.arch"), "derived"))
    [step] = network.body.steps
    assert step.layer.law("params") == 3  # type: ignore[union-attr]


def test_a_name_may_be_called_with_arguments() -> None:
    [plain, half, named] = found("prelu", "prelu(1/2)", "selu(scale = 2)")
    assert (plain.call, half.call) == ("prelu(slope = 0.25)", "prelu(slope = 1/2)")
    assert named.call == "selu(alpha = 1.6732632423543772, scale = 2)"
    assert half.derived.exactly == "sqrt((5*pi - 1)/(8*pi))"
    assert named.derived.power == pytest.approx(Fraction(2) / Fraction("1.0507009873554805"), rel=1e-11)


def test_a_file_gives_its_own_activations_whatever_else_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    lets = "param k = 1/2  let g(v) = max(v, k * v)"
    path.write_text(f"{lets}\nactivation own(x) = g(x)\ninput(3) add {{ own | dense(5) }}", "utf-8")
    [ratio] = found(str(path))
    assert (ratio.name, ratio.formula) == ("own", "g(x)")
    assert ratio.derived.power == found("prelu(1/2)")[0].derived.power


def test_all_mistakes_of_names_and_files_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    flat, texts = "activation flat(x) = 2", 'activation texts(x) = if x > 1 then 1 else "b"'
    path.write_text(f"{flat}\n{texts}\nactivation need(x, k) = k * x\n", "utf-8")
    told = message(str(path), "rleu", "relu(slope = 1)", "1 + 1")
    assert [line for line in told.splitlines() if ": error: " in line] == [
        f"{path}:1:22: error: flat: the formula is constant for x ~ N(0, 1)",
        f"{path}:2:23: error: texts: the formula gives no number at x = -9.995",
        f"{path}:3:12: error: need: 'k' is missing",
        "<name>:1:1: error: no activation is called 'rleu'",
        "<name>:1:6: error: relu has no parameter 'slope'",
        "<name>:1:1: error: this is neither an activation nor a call of one",
    ]


def test_a_file_without_activations_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none.arch"
    path.write_text("input(3)", "utf-8")
    assert message(str(path)) == f"error: {path} declares no activation"


# -- what goes in


@pytest.mark.parametrize(
    ("text", "x", "told"),
    [
        ("normal(0, 1)", STANDARD, "N(0, 1)"),
        ("normal(sd = 2, mean = -1)", Normal(-1, 2), "N(-1, 2^2)"),
        ("uniform(-1, 2^3)", Uniform(-1, 8), "U(-1, 8)"),
    ],
)
def test_a_distribution_is_read(text: str, x: Input, told: str) -> None:
    assert (read_input(text), str(read_input(text))) == (x, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3", "1:1: error: this is no distribution"),
        ("1..3", "1:1: error: this is no distribution"),
        ("norml(0, 1)", "1:1: error: unknown distribution 'norml'"),
        ("normal(0)", "1:1: error: normal: 'sd' is missing"),
        ("normal(0, 1, 2)", "1:14: error: normal: argument 3 is one too many"),
        ("normal(0, 0)", "1:11: error: a deviation is 0; it must be above 0"),
        ("normal(0, -1)", "1:11: error: a deviation is -1; it must be above 0"),
        ("normal(0, [1])", "1:11: error: this is [1], not a number"),
        ("normal(x, 1)", "1:8: error: unknown name 'x'"),
        ("uniform(1, 1)", "1:1: error: uniform from 1 up to 1: the second end must be above the first"),
        ("uniform(1, 2), normal(0, 1)", "1:16: error: one distribution is taken, and here is another"),
        ("uniform(1, 2", "1:12: error: the text ends too early"),
    ],
)
def test_what_is_no_distribution_is_told_at_its_place(text: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_input(text)
    assert str(caught.value).startswith(f"--input:{told}")
