"""Power and complexity from a formula, against the moments of the normal distribution."""

from __future__ import annotations

from pathlib import Path

import mpmath
import pytest

from layercalc.errors import Source, SpecError
from layercalc.network import Applied, Layer
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble


def layers(text: str) -> list[Layer]:
    body = resolve(assemble(Source("t.arch", text), Path("t.arch"))).body
    return [step.layer for step in body.steps if isinstance(step, Applied)]


def derived(formula: str, parameters: str = "") -> tuple[float, float]:
    [layer] = layers(f"activation f(x{parameters}) = {formula}\ninput(3) f")
    power, complexity = layer.law("power"), layer.law("complexity")
    assert power is not None
    assert complexity is not None
    return float(power), float(complexity)


@pytest.mark.parametrize(
    ("formula", "deviation"),
    [
        ("x", 1.0),
        ("3 * x + 7", 3.0),
        ("max(x, 0)", float(mpmath.sqrt((mpmath.pi - 1) / (2 * mpmath.pi)))),
        ("if x > 0 then x else 0", float(mpmath.sqrt((mpmath.pi - 1) / (2 * mpmath.pi)))),
        ("abs(x)", float(mpmath.sqrt(1 - 2 / mpmath.pi))),
        ("x ^ 2", float(mpmath.sqrt(2))),
        ("x ^ 3", float(mpmath.sqrt(15))),
        ("exp(x)", float(mpmath.sqrt((mpmath.e - 1) * mpmath.e))),
        ("erf(x / sqrt(2))", float(1 / mpmath.sqrt(3))),
        ("if x < 0 then -1 else 1", 1.0),
    ],
)
def test_the_moments_are_those_known(formula: str, deviation: float) -> None:
    power, complexity = derived(formula)
    assert power == pytest.approx(deviation, rel=1e-10)
    assert complexity == pytest.approx(1 / deviation, rel=1e-10)


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("max(x, 0)", 0.58382),
        ("tanh(x)", 0.62793),
        ("1 / (1 + exp(-x))", 0.20828),
    ],
)
def test_the_constants_of_the_paper_are_ratios_of_deviations(formula: str, printed: float) -> None:
    assert derived(formula)[0] == pytest.approx(printed, abs=5e-6)


def test_a_formula_is_read_with_its_arguments() -> None:
    assert derived("max(x, slope * x)", ", slope = 1")[0] == pytest.approx(1)
    text = "activation f(x, scale = 2) = scale * x\ninput(3) f f(scale = 5) f(3)"
    assert [layer.law("power") for layer in layers(text)] == [2, 5, 3]


def test_a_formula_is_summed_once_whatever_the_shape() -> None:
    first, second = layers("activation f(x) = tanh(x)\ninput(3, 8, 8) f conv(5, 1) f")[::2]
    before = first.law("power")
    budget = second.law._context.budget  # type: ignore[attr-defined]
    left = budget.expressions
    assert second.law("power") == before
    assert budget.expressions == left


def test_braces_replace_the_formula() -> None:
    given, neutral = layers("activation f(x) = x { power = 1/2 }\nactivation g(x) = x {}\ninput(3) f g")
    assert (given.law("power"), given.law("complexity")) == (0.5, None)
    assert (neutral.law("power"), neutral.law("complexity"), neutral.law("params")) == (None, None, None)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("3", "f: the formula is constant for x ~ N(0, 1)"),
        ("[x]", "f: the formula gives no number at x = -9.995"),
        ("log(x)", "f at x = -9.995: this is no real number"),
        ("sqrt(x)", "f at x = -9.995: this is no real number"),
        ("1 / (x - x)", "f at x = -9.995: division by zero"),
        ("exp(exp(x * x))", "f at x = -9.995: this number would have over 65,536 bits"),
        ("x * in.channels", "f at x = -9.995: there is no tensor at this point"),
    ],
)
def test_a_formula_without_laws_is_told(formula: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        derived(formula)
    assert caught.value.diagnostics[0].message.startswith(message)
