"""What the objects of the package show in a notebook."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

import layercalc
from layercalc import load, loads, notebook
from layercalc.display import Shown
from layercalc.errors import SpecError, fail
from layercalc.notebook.formats import FORMS
from layercalc.paper import zoo
from layercalc.paper.experiments import Claim, Outcome, Sheet
from layercalc.plot.picture import Curve, Panel, Picture
from layercalc.report.table import Table

HOSTILE = "<script>&\"'"
PICTURE = Picture("p", "Powers", [Panel("depth, layers", "GCIP, log2", [Curve("a", [1, 2], [3, 4])])])
CLAIMS = [Claim("7.2", HOSTILE, "paper", None, HOSTILE)]
OUTCOME = Outcome([], [PICTURE], CLAIMS, [("GCC", "1024*c")], [HOSTILE])


def test_every_public_class_shows_itself() -> None:
    public = [getattr(layercalc, name) for name in layercalc.__all__]
    classes = [thing for thing in [*public, *map(zoo.__dict__.get, zoo.__all__)] if isinstance(thing, type)]
    known = {kind for writers in FORMS.values() for kind in writers}
    assert len(classes) == 7
    assert {*classes} <= known
    assert all(issubclass(kind, Shown) for kind in known)


@pytest.mark.parametrize(
    ("thing", "forms"),
    [
        (load("lenet"), {"html", "latex", "svg"}),
        (load("mlp", depth="n"), {"html", "latex", "svg"}),
        (load("lenet").measure("gcc"), {"latex"}),
        (zoo.find("AlexNet")[0], {"html"}),
        (zoo.Broken(zoo.rows()[0], fail(HOSTILE)), {"html"}),
        (fail(HOSTILE), {"html"}),
        (OUTCOME, {"html"}),
        (Sheet("s", ["n"], [[1.5]]), {"html"}),
        (PICTURE, {"svg"}),
        (Table(("<b>",), [["1"]]), {"html"}),
        (notebook.diagram(load("resnet"), depth=0), {"svg"}),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_an_object_has_its_forms(thing: Any, forms: set[str]) -> None:
    written = {form: getattr(thing, f"_repr_{form}_", lambda: None)() for form in ("html", "latex", "svg")}
    assert {form for form, text in written.items() if text} == forms
    if text := written["html"]:
        assert "<script" not in text
        assert text.count("<div") == text.count("</div>")
    if text := written["svg"]:
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_model_shows_its_measures() -> None:
    model = load("mlp", depth="n")
    html, latex = model._repr_html_() or "", model._repr_latex_() or ""
    assert "MLP: Learning Representations" in html
    assert '<span title="65792*n + 137738"><math' in html
    assert latex.startswith(r"\begin{align*}")
    assert r"\mathrm{params} &= 65792 \, n + 137738 \\" in latex


def test_a_value_tells_its_names_and_cases() -> None:
    named = load("resnet_cifar", depth="n", width="w").measure("gcc")
    assert (named._repr_latex_() or "").startswith(r"$\displaystyle 32.58")
    branches = "param n  input(1, 8, 8)  max { repeat n { relu } | maxpool(2, stride = 1) }"
    cases = loads(branches, n="n").measure("gcip")
    assert r"\begin{cases}" in (cases._repr_latex_() or "")


def test_an_outcome_shows_pictures_claims_formulas_and_what_is_missing() -> None:
    html = OUTCOME._repr_html_() or ""
    order = ["<svg", "undecided", "1024*c", "Missing: &lt;script&gt;"]
    assert [*map(html.index, order)] == sorted(map(html.index, order))


def test_without_matplotlib_a_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "layercalc.plot.drawing", None)
    assert PICTURE._repr_svg_() is None
    assert "pip install '.[plots]'" in (OUTCOME._repr_html_() or "")


def test_a_network_of_too_many_boxes_is_left_to_its_table() -> None:
    vast = loads("input(3) " + "relu " * 20_000)
    assert vast._repr_svg_() is None
    with pytest.raises(SpecError, match="boxes, and the limit is"):
        notebook.diagram(vast)


def test_an_unknown_kind_has_no_form() -> None:
    class Other(Shown):
        pass

    assert [Other()._repr_html_(), Other()._repr_latex_(), Other()._repr_svg_()] == [None, None, None]


def test_a_subclass_is_shown_as_what_it_is() -> None:
    limit = next(kind for kind in SpecError.__subclasses__())
    assert limit([])._repr_html_() == "<pre></pre>"


def test_nothing_is_imported_before_something_is_shown() -> None:
    code = "import layercalc, sys; layercalc.load; print('layercalc.notebook' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
