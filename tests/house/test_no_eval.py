"""No text ever reaches something that runs it.

Statically: the functions that turn text into code, or text into an expression by way
of code, are not even named in the package. What a static look cannot see is a string
that slips into a sympy constructor (``Max("x", y)``, ``expr.subs("x", 1)``), which
sympify then reads; all such ways end in ``parse_expr``, so the commands are run with
``parse_expr``, ``lambdify``, ``eval`` and ``compile`` shut.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from sympy.tensor import tensor

from layercalc.syntax.parse import grammar
from tests.checkout import parsed, place, sources

if TYPE_CHECKING:
    from click.testing import Result

BUILTINS = {"eval", "exec", "compile", "__import__"}
SYMPY = {"sympify", "parse_expr", "parse_latex", "lambdify", "lambdastr", "nsimplify", "simplify"}
MODULES = {"sympy.parsing", "code", "codeop", "pickle", "marshal", "shelve"}


def test_nothing_that_runs_text_is_named() -> None:
    assert [offence for path in sources("layercalc") for offence in _offences(path, parsed(path))] == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "run = exec",
        "builtins.compile('1', '', 'eval')",
        "from sympy import sympify",
        "from sympy import lambdify as run",
        "import sympy\nsympy.parse_expr('x')",
        "sympy.S('x')",
        "from sympy import S as one\nfrom sympy import S\nS('x')",
        "import sympy.parsing.sympy_parser",
        "from sympy.parsing import latex",
        "from sympy import parsing",
    ],
)
def test_an_offence_is_seen(text: str) -> None:
    assert list(_offences(sources("layercalc")[0], ast.parse(text)))


def test_what_only_looks_alike_is_let_pass() -> None:
    text = "import re\nfrom sympy import S, Symbol\nre.compile('x')\nS.Half\nself.evaluate(Symbol('x'))\n"
    assert not list(_offences(sources("layercalc")[0], ast.parse(text)))


def _offences(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in _named(node):
            if name in BUILTINS | SYMPY:
                yield f"{place(path, getattr(node, 'lineno', 0))}: {name}"
        for other in _imported(node):
            if any(f"{other}.".startswith(f"{shut}.") for shut in MODULES):
                yield f"{place(path, getattr(node, 'lineno', 0))}: import of {other}"


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="re"), attr="compile"):
            return
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            yield name
        case ast.Call(func=ast.Name(id="S") | ast.Attribute(attr="S")):
            yield "sympify"  # S.Half is a constant, S(text) is not


def _imported(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), names=names):
            yield from (f"{module}.{alias.name}" for alias in names)


@pytest.fixture
def run_shut(run_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Give a function that runs a command once as it is, so that all is imported, then with the ways shut."""

    def run(first: str, second: str, input: str | None = None) -> Result:  # noqa: A002 (click's own name)
        assert grammar  # a kept tree needs none, so the first run may not have imported it
        assert tensor  # nor do plain sums need this, which sympy imports for others
        run_cli(*first.split(), input=input)
        calls: list[object] = []

        def refuse(*arguments: object, **_: object) -> NoReturn:
            calls.append(arguments)
            raise AssertionError(f"text was to be run: {arguments}")

        with monkeypatch.context() as patch:
            for name in ("eval", "exec", "compile"):
                patch.setattr(builtins, name, refuse)
            patch.setattr("sympy.parsing.sympy_parser.parse_expr", refuse)
            result = run_cli(*second.split(), input=input)
        assert not calls
        return result

    return run


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("eval resnet --depth 2*n+1", "eval resnet --depth 3*m+2"),
        ("eval resnet --depth 50 --exact", "eval resnet --depth 101 --exact"),
        ("eval resnet --depth 18,34 --format json", "eval resnet --depth 50..152..51 --format json"),
        ("eval resnet --depth n --laws channels", "eval resnet --depth m --laws literal"),
        ("layers resnet --depth 18", "layers resnet --depth 34"),
        ("zoo --family alexnet --where gcc>50", "zoo resnet50 --table 1 --where gcc>9^2"),
        ("activations relu tanh --input uniform(-1,1)", "activations relu tanh --input uniform(-2,1)"),
        ("show resnet --until values --depth 18", "show resnet --until values --depth 34"),
    ],
)
def test_a_run_reaches_nothing_that_runs_text(
    run_shut: Callable[..., Result], first: str, second: str
) -> None:
    assert run_shut(first, second).exit_code == 0


@pytest.mark.parametrize("value", ["__import__('os')", "().__class__", "exec", "S('x')", "n.subs(n,1)"])
def test_a_hostile_value_reaches_nothing_that_runs_text(run_shut: Callable[..., Result], value: str) -> None:
    result = run_shut("eval resnet --depth n", f"eval resnet --depth {value}")
    assert result.exit_code == (0 if value.isidentifier() else 2)  # a word is but a symbol


@pytest.mark.parametrize("text", ["exec('1')", "__import__('os')", "top1.__class__", "gcc.subs(1,2)"])
def test_a_hostile_condition_reaches_nothing_that_runs_text(
    run_shut: Callable[..., Result], text: str
) -> None:
    assert run_shut("zoo --family alexnet", f"zoo --family alexnet --where {text}").exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "param p = __import__ input(p) dense(p)",
        "param eval = 3 input(eval) dense(eval)",
        'param p = 3 "exit()" input(p) dense(exit())',
    ],
)
def test_a_hostile_spec_reaches_nothing_that_runs_text(run_shut: Callable[..., Result], text: str) -> None:
    assert run_shut("eval resnet", "eval -", input=f"network X\n{text}\n").exit_code in {0, 2}
