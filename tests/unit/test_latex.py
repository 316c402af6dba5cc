"""LaTeX: what is set, that it is balanced, and that amsmath knows every command in it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from layercalc.forms.product import Product
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import measure_all
from layercalc.printing.notation import LATEX, MATHML
from layercalc.printing.text import text
from layercalc.printing.typeset import typeset
from layercalc.report.latex import latex
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points
from layercalc.writing.forms import exact_text, folded_parts
from tests.unit.test_text import trees

KNOWN = {
    "begin", "end", "mathrm", "mathit", "frac", "left", "right", "log", "ln", "max", "min", "sum", "prod",
    "cdot", "quad", "qquad", "sqrt", "lfloor", "rfloor", "lceil", "rceil", "bmod", "overline", "operatorname",
    "le", "ge", "ne", "text", "ldots",
}  # fmt: skip
FAMILIES = {
    "resnet": {"depth": "n", "width": "w"},
    "resnet_cifar": {"depth": "depth", "width": "width"},
    "unet": {"resolution": "r", "width": "w"},
    "mlp": {"depth": "n", "width": "alpha"},
    "autoencoder": {"channels": "c", "width": "w", "kernel": "k", "resolution": "r"},
    "vgg": {"width": "w_1"},
    "lenet": {},
}


def written(spec: str, exact: bool) -> str:
    given = {name: read_points(name, text)[0] for name, text in FAMILIES[spec].items()}
    network = resolve(load_program(spec), given)
    return latex(MeasuredNetwork(network, measure_all(network)), exact)


def check(text: str) -> None:
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    for line in body.split("\\\\\n"):
        assert line.count("{") == line.count("}")
        assert line.count(r"\left") == line.count(r"\right")
        assert line.count("&") <= 1 or "cases" in line
    assert set(re.findall(r"\\([A-Za-z]+)", body)) <= KNOWN | {"alpha"}
    assert not re.search(r"\*\*|(?<!\{align)\*|(?<!\{align)\bNone\b", body)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("spec", FAMILIES)
def test_a_family_is_one_balanced_block(spec: str, exact: bool) -> None:
    block = written(spec, exact)
    assert block.count(r"\begin{align*}") == block.count(r"\end{align*}") == 1
    check(block)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")
@pytest.mark.parametrize("spec", FAMILIES)
def test_a_family_compiles(spec: str, tmp_path: Path) -> None:
    head = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n"
    (tmp_path / "a.tex").write_text(f"{head}{written(spec, False)}\n\\end{{document}}\n", "utf-8")
    subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"], cwd=tmp_path, check=True
    )


@given(trees)
def test_every_tree_is_set_as_its_text_read_back(value: Product) -> None:
    for told in (exact_text(value), folded_parts(value)):
        for node in (told.tree, *(meaning for _, meaning in told.parts)):
            for part in typeset(node).parts:
                check(part)
            for notation in (LATEX, MATHML):
                assert typeset(node, notation) == typeset(text(node), notation)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a - b*c", r"a - b \, c"),
        ("-(a + b)", r"-\left(a + b\right)"),
        ("2*(a + b)", r"2 \, \left(a + b\right)"),
        ("a/(b*c)", r"\frac{a}{b \, c}"),
        ("a / b * c / d", r"\frac{a \, c}{b \, d}"),
        ("(a*b)/2", r"\frac{a \, b}{2}"),
        ("3 * 5^n", r"3 \cdot 5^{n}"),
        ("1.5 * 10^40", r"1.5 \cdot 10^{40}"),
        ("2.5e-9*w", r"2.5 \cdot 10^{-9} \, w"),
        ("(n/3)^2", r"\left(\frac{n}{3}\right)^{2}"),
        ("(2^n)^m", r"\left(2^{n}\right)^{m}"),
        ("w^(-n)", "w^{-n}"),
        ("log2(w)^3 * log(w)", r"\log_{2}^{3}\left(w\right) \, \ln\left(w\right)"),
        ("max(a, 3)^2", r"\max\left(a, 3\right)^{2}"),
        ("floor(r) + ceil(r)", r"\left\lfloor r \right\rfloor + \left\lceil r \right\rceil"),
        ("n/3 % 2", r"\left(\frac{n}{3}\right) \bmod 2"),
        ("w % 3 % 2", r"\left(w \bmod 3\right) \bmod 2"),
        ("w % 3 * n", r"\left(w \bmod 3\right) \, n"),
        ("w % 3 + sqrt(w)", r"w \bmod 3 + \sqrt{ w }"),
        ("exp(1) * exp(w)", r"e \, e^{w}"),
        ("factorial(n + 1)", r"\left(n + 1\right)!"),
        ("rising(w/3, n)", r"\left(\frac{w}{3}\right)^{\overline{n}}"),
        ("3 * geometric(q, n)", r"3 \, \left(\sum_{i=0}^{n - 1} q^{i}\right)"),
        ("geometric(i, n)", r"\sum_{j=0}^{n - 1} i^{j}"),
        ("product([1 + w^i for i in range(2, n)])", r"\prod_{i=2}^{n - 1} \left(1 + w^{i}\right)"),
        ("recurrence(n, 1, w)", r"h_{n}\left(1, w\right)"),
        ("depth_1 >= 3", r"\mathit{depth\_1} \ge 3"),
        ("4 <= w < 7", r"4 \le w < 7"),
    ],
)  # fmt: skip
def test_typesetting(text: str, expected: str) -> None:
    assert typeset(text).text == expected
