"""MathML: nothing is lost, and what a bracket said a browser shows."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from layercalc.report.mathml import mathml
from layercalc.values.product import Product
from layercalc.values.text import exact_text, folded_parts
from tests.unit.test_text import trees

#: What has a sign of its own.
WORDS = {"log2", "sqrt", "sum", "product", "for", "in", "range"}


def _flat(text: str) -> str:
    """Read the marks of an expression in order, the structure left out."""
    told = mathml(text)
    assert told is not None
    return "".join(ET.fromstring(told).itertext()).replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("4.8384e-10 * 0.584^((n - 35)/3)", "4.8384·10-10·0.584(n-35)/3"),
        ("1.9324e6^n", "(1.9324·106)n"),
        ("2 * (a + b)", "2·(a+b)"),
        ("(a + b)^2 / (c - 1)", "(a+b)2c-1"),
        ("16*c*log2(2*k^2*w)^2", "16·c·log2(2·k2·w)2"),
        ("-x / 2", "-x2"),
        ("sum([1/(i + w) for i in range(1, n)])", "(∑i=1n-11i+w)"),
        ("product([i for i in range(n)])", "(∏i=0n-1i)"),
        ("max(a, sqrt(b)) <= 3", "max(a,b)≤3"),
    ],
)
def test_signs_come_in_order(text: str, flat: str) -> None:
    assert _flat(text) == flat


@pytest.mark.parametrize("text", ["a // b", "a % b", "[1, 2]", "y = a x^b + c", "sum([1, 2])", "not a", ""])
def test_what_has_no_sign_is_left_to_others(text: str) -> None:
    assert mathml(text) is None


def test_a_power_keeps_what_it_raises_together() -> None:
    [power] = ET.fromstring(mathml("(a + b)^(n + 1)") or "")
    base, exponent = power
    assert ("".join(base.itertext()), "".join(exponent.itertext())) == ("(a+b)", "n+1")


def test_a_fraction_has_two_sides() -> None:
    [fraction] = ET.fromstring(mathml("2 * a / (3 * (b + 1)) / c") or "")
    assert ["".join(side.itertext()) for side in fraction] == ["2·a", "(3·(b+1))·c"]


@given(trees)
def test_every_closed_form_is_set_with_all_its_names_and_figures(value: Product) -> None:
    for written in (exact_text(value), folded_parts(value)):
        told = mathml(written.text)
        if told is not None:
            words = re.findall(
                r"[A-Za-z]+", re.sub(r"\d[.\d]*e|log2|sqrt|sum|product|for|in|range", " ", written.text)
            )
            shown = "".join(ET.fromstring(told).itertext())
            assert all(word in shown for word in words)
