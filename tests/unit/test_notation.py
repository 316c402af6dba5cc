"""Formulas in both notations: MathML is well formed, and says what LaTeX says."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given

from layercalc.errors import SpecError
from layercalc.forms.product import Product
from layercalc.printing.notation import LATEX, MATHML
from layercalc.printing.typeset import number, typeset
from layercalc.writing.forms import exact_text, folded_parts
from tests.unit.test_text import trees

#: How many children an element has; others take any number.
ARITY = {"mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "munderover": 3}
LEAVES = {"mi", "mn", "mo"}


def parsed(text: str) -> ElementTree.Element:
    """Set a text in MathML, and read it as a browser must."""
    markup = " ".join(typeset(text, MATHML).parts)
    named = re.sub(r"&(?!lt;|gt;|amp;)(\w+;)", lambda found: html.unescape(found[0]), markup)
    root = ElementTree.fromstring(f"<math>{named}</math>")
    for element in root.iter():
        assert len(element) == ARITY.get(element.tag, len(element)), element.tag
        assert (len(element) == 0) == (element.tag in LEAVES), element.tag
        if element.tag not in LEAVES:
            assert not (element.text or "").strip()
    return root


@given(trees)
def test_every_text_is_well_formed_and_keeps_its_figures(value: Product) -> None:
    for told in (exact_text(value), folded_parts(value)):
        for text in (told.text, *(meaning for _, meaning in told.definitions)):
            figures = "".join(parsed(text).itertext())
            latex = re.sub(r"\\log_\{2\}", "log2", typeset(text).text)
            assert sorted(re.findall(r"\d", figures)) == sorted(re.findall(r"\d", latex))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n", "<mi>n</mi>"),
        ("alpha", "<mi>&alpha;</mi>"),
        ("a12", "<msub><mrow><mi>a</mi></mrow><mrow><mn>12</mn></mrow></msub>"),
        ("depth", '<mi class="name">depth</mi>'),
        ("a/2", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        ("sqrt(w)", "<msqrt><mi>w</mi></msqrt>"),
        ("a < 3", '<mi>a</mi> <mo form="infix">&lt;</mo> <mn>3</mn>'),
        ("not a", '<mo form="prefix">¬</mo><mi>a</mi>'),
        ("factorial(n)", '<mi>n</mi><mo form="postfix">!</mo>'),
    ],
)
def test_mathml(text: str, expected: str) -> None:
    assert typeset(text, MATHML).text == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("floor(r) + ceil(r)", "⌊r⌋+⌈r⌉"),
        ("abs(w) % 3", "|w|mod3"),
        ("a <= b and a != 2 or b >= 1", "((a≤b)∧(a≠2))\N{LOGICAL OR}(b≥1)"),
        ("max(a, 3)", "max\N{FUNCTION APPLICATION}(a,3)"),
        ("log(w) - log2(w)", "ln\N{FUNCTION APPLICATION}(w)\N{MINUS SIGN}log2\N{FUNCTION APPLICATION}(w)"),
        ("2 * 3^n", "2·3n"),
        ("2 * w", "2\N{INVISIBLE TIMES}w"),
        ("sum([w^i for i in range(2, n)])", "∑i=2n\N{MINUS SIGN}1wi"),
        ("product([w + i for i in range(n)])", "∏i=0n\N{MINUS SIGN}1(w+i)"),
        ("rising(w, n)", "wn\N{OVERLINE}"),
        ("exp(w)", "ew"),
    ],
)
def test_what_a_reader_sees(text: str, told: str) -> None:
    assert "".join("".join(parsed(text).itertext()).split()) == told


@pytest.mark.parametrize(
    "text", ["y = a x^b + c", "[1, 2]", "a, b", "sum([1, 2])", "sum(w)", "if a then 1 else 2", ""]
)
def test_what_has_no_signs_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        typeset(text, MATHML)


def test_what_stands_together_in_brackets_stays_together() -> None:
    [power] = parsed("(a + b)^(n + 1)")
    assert ["".join("".join(side.itertext()).split()) for side in power] == ["(a+b)", "n+1"]
    [fraction] = parsed("2 * a / (3 * (b + 1)) / c")
    above, below = ("".join("".join(side.itertext()).split()) for side in fraction)
    assert (above, below) == ("2\N{INVISIBLE TIMES}a", "3\N{INVISIBLE TIMES}(b+1)\N{INVISIBLE TIMES}c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.4292e-9", r"2.4292 \cdot 10^{-9}"),
        ("1.5e40", r"1.5 \cdot 10^{40}"),
        ("-3", "-3"),
        ("-2.5e-7", r"-2.5 \cdot 10^{-7}"),
        ("12", "12"),
    ],
)
def test_numbers_of_a_table(text: str, expected: str) -> None:
    assert number(text) == expected


def test_a_sign_before_a_product_stands_without_brackets() -> None:
    assert typeset("-0.5 * n").text == r"-0.5 \, n"
    assert typeset("-(a + b) * n").text == r"-\left(a + b\right) \, n"
    assert typeset("m - (-0.5 * n)").text == r"m - \left(-0.5 \, n\right)"
    assert typeset("-w % 3").text == r"\left(-w\right) \bmod 3"


def test_the_notations_write_the_same_pieces() -> None:
    for latex, mathml in zip(LATEX, MATHML, strict=True):
        if isinstance(latex, str) and isinstance(mathml, str):
            assert latex.count("%s") == mathml.count("%s")
    assert LATEX.fenced.keys() == MATHML.fenced.keys()
