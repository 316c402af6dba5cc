"""Winners of a maximum, laws worked out, lengths of paths: what a reader is told."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.algebras.polynomials import Polynomial, Polynomials
from layercalc.algebras.powers import NoClosedForm
from layercalc.assumptions import Facts
from layercalc.forms.product import Product
from layercalc.inspect.explain.critical_path import PathMerge, critical_path
from layercalc.inspect.explain.lengths import Lengths
from layercalc.inspect.explain.merges import Winner, merge_values, winner
from layercalc.inspect.explain.workings import Working, workings
from layercalc.inspect.layer_table import rows
from layercalc.network import Layer, Merge
from layercalc.report.outline import outline
from tests.twin.holding import network_of, shipped

X = sympy.Symbol("x", positive=True)
ALGEBRA = Polynomials(X)
polynomials = st.dictionaries(st.integers(0, 4), st.integers(1, 9), max_size=3).map(
    lambda terms: tuple(sorted(terms.items()))
)


def at_two(polynomial: Polynomial) -> int:
    return sum(int(coefficient) * 2**exponent for exponent, coefficient in polynomial)


@given(polynomials, polynomials, st.integers(0, 6))
def test_polynomials_at_a_number_are_plain_arithmetic(a: Polynomial, b: Polynomial, n: int) -> None:
    assert at_two(ALGEBRA.times(a, b)) == at_two(a) * at_two(b)
    assert at_two(ALGEBRA.plus([a, b])) == at_two(a) + at_two(b)
    assert at_two(ALGEBRA.power(a, n)) == at_two(a) ** n


def test_polynomials_keep_whole_numbers_exact_and_take_any_size() -> None:
    (_, big), *_ = ALGEBRA.power(ALGEBRA.of(3 * X), 40)[:1]
    assert big == 3**40
    ((length, vast),) = ALGEBRA.power(ALGEBRA.of(sympy.log(5) * X), 10**9)
    assert length == 10**9
    assert float(vast._mpf_[2]) > 6 * 10**8  # its exponent is beyond any double


@pytest.mark.parametrize("count", [sympy.Symbol("n"), 10**9], ids=str)
def test_polynomials_that_cannot_be_written_out_say_so(count: int) -> None:
    with pytest.raises(NoClosedForm):
        ALGEBRA.power(ALGEBRA.plus([ALGEBRA.one, ALGEBRA.of(X)]), count)
    with pytest.raises(NoClosedForm):
        ALGEBRA.power(((0, 2),), count)


def test_a_symbol_beside_the_paths_leaves_their_shares_open() -> None:
    """What no path leads through does not show in GCC, but is read all the same."""
    spec = "param w = 2 where w >= 1 input(4) as x dense(w) from x relu"
    (length,) = Lengths(network_of(spec, "paper", w="w")).table
    assert (length.layers, length.paths, length.share) == (1, 1, None)


def test_paths_of_residual_blocks_are_binomials() -> None:
    """Veit et al. 2016: n blocks have binomial(n, k) paths through k of them."""
    spec = "input(4) repeat 9 { add { | dense(4) -> relu } }"
    table = Lengths(network_of(spec, "paper")).table
    assert {length.layers: length.paths for length in table} == {2 * k: math.comb(9, k) for k in range(10)}
    assert sum(length.share or 0 for length in table) == pytest.approx(1)


def test_the_variable_of_lengths_is_none_of_the_authors() -> None:
    lengths = Lengths(network_of("param n = 2 where n >= 1 input(4) repeat n { relu }", n="x"))
    assert (str(lengths.x), lengths.counts.exact().text) == ("z", "z^x")


def test_the_variable_has_a_name_whatever_the_author_uses() -> None:
    spec = "param n = [1, 2, 3, 4] input(n[0], n[1], n[2], n[3]) relu"
    lengths = Lengths(network_of(spec, n="[x, z, y, t]"))
    assert str(lengths.x) == "x0"


def test_too_many_lengths_leave_the_closed_form() -> None:
    lengths = Lengths(shipped("resnet", depth="100001"))
    assert lengths.table == ()
    assert lengths.counts.exact().text == "(x^4 + 1)^4 * (x^5 + 1)^33329 * x^33342"


def test_lengths_without_weights_have_no_shares() -> None:
    table = Lengths(shipped("mlp", width="w")).table
    assert [(length.paths, length.share) for length in table] == [(1, None)]


def test_a_maximum_that_is_open_names_its_cases() -> None:
    facts = Facts()
    w = facts.symbol("w")
    values = [Product.of(w), Product.of(71), Product.of(3), Product.of(Fraction(1, 2))]
    assert winner(values, facts) == Winner(None, (), (0, 1), (("w < 71", 1), ("w >= 71", 0)))
    assert winner([Product.of(w + 1), Product.of(w)], facts) == Winner(0)


def test_an_open_merge_is_told_and_the_path_goes_on_before_its_fork() -> None:
    spec = "param w = 4 where w >= 1 input(12) relu concat { dense(w) | dense(71) | dense(2) } dense(5)"
    network = network_of(spec, "paper", w="w")
    told = (
        "concat: it is open which of branches 1 and 2 gives the maximum; w < 71: branch 2; w >= 71: branch 1"
    )
    assert outline(network, critical_path(network)) == ["relu", told, "dense"]


SHRINKING = """param n = 5 where n >= 1
input(4) as x -> relu -> relu -> tanh -> tanh as y
repeat n { add { from x relu | from y } as x }
from x"""


def test_rounds_that_go_different_ways_are_told_apart() -> None:
    """The current value shrinks by 0.584 a round, and from the fourth on the other one is above it."""
    network = network_of(SHRINKING, "paper", n="3")
    assert outline(network, critical_path(network)) == ["in each of 3 rounds > add, branch 1 of 2: relu"]
    network = network_of(SHRINKING, "paper")
    assert outline(network, critical_path(network)) == [
        "relu -> relu -> tanh -> tanh",
        "in rounds 1 to 4: straight through",
        "in round 5 > add, branch 2 of 2: an empty branch",
    ]


def test_a_symbolic_number_of_rounds_that_go_one_way() -> None:
    network = network_of(SHRINKING.replace("from x relu", "from x"), "paper", n="n")
    assert outline(network, critical_path(network)) == [
        "in each of n rounds > add, branch 1 of 2: an empty branch"
    ]


@pytest.mark.parametrize(
    "spec",
    [
        SHRINKING,
        SHRINKING.replace("add { from x relu | from y } as x", "from y relu as z from x as y from z as x"),
    ],
)
def test_a_symbolic_number_of_rounds_that_go_different_ways_is_open(spec: str) -> None:
    network = network_of(spec, "paper", n="n")
    told = "in each of n rounds: it is open which of its values, and so the way to it from their fork"
    assert outline(network, critical_path(network)) == [told]


def test_equal_branches_are_ties() -> None:
    *_, merge = critical_path(network_of("input(4) concat { relu | tanh | relu }", "literal"))
    assert isinstance(merge, PathMerge)
    assert (merge.winner.branch, merge.winner.ties) == (1, ())
    *_, merge = critical_path(network_of("input(4) concat { relu | relu }", "paper"))
    assert isinstance(merge, PathMerge)
    assert (merge.winner.branch, merge.winner.ties) == (0, (1,))


def test_a_branch_is_named_by_its_own_steps() -> None:
    *_, row = rows(network_of("input(4) add { relu | tanh } add { relu -> dense(4) | repeat 2 { tanh } | }"))
    assert row.site is not None
    assert isinstance(row.site.step, Merge)
    names = [branch.names for branch in merge_values(row.site, row.site.step, Facts()).branches]
    assert names == [("relu", "dense"), ("repeat",), ()]


def laws_of(text: str, **params: str) -> dict[str, Working]:
    """Work the laws of the last layer out."""
    *_, row = rows(network_of(text, "paper", **params))
    assert row.layer is not None
    return {working.law: working for working in workings(row.layer)}


def test_the_case_that_holds_is_worked_out() -> None:
    found = laws_of("input(3, 8, 8) conv(6, (1, 3), stride = 2)")
    assert found["power"].put_in == "96 / (3 * 192)"
    assert found["complexity"].put_in == "6 * log2(3)"
    assert found["complexity"].equations == ("(9)", "(11)")
    assert laws_of("input(3, 8, 8) conv(6, 1)")["complexity"].value is None


def test_a_symbolic_value_is_bracketed_where_an_operator_would_part_it() -> None:
    found = laws_of("param w = 3 where w >= 1 input(w + 1) dense(2 * w)", w="w")
    assert found["power"].put_in == "(2*w) / (w + 1)"
    assert found["complexity"].put_in == "log2((2*w) * (w + 1))"


@pytest.mark.parametrize(
    ("law", "put_in"),
    [
        ("match k { 1 => 5, else => 7 } + k", "7 + 3"),
        ("(if k == 3 then k ^ 2 else 1) * 2  # why", "(3 ^ 2) * 2"),
        ("twice(k) - -k", "twice(3) - -3"),
        ("max([k, 2 * k][1], in.channels)", "max(6, 4)"),
        ("sum([i for i in range(k)])", "sum([0, 1, 2])"),
        ("5", ""),
    ],
)
def test_expressions_of_every_kind_are_written_with_values(law: str, put_in: str) -> None:
    text = f"let twice(v) = 2 * v\nlayer mine(k) {{\n power = {law}\n}}\ninput(4) mine(3)"
    assert laws_of(text)["power"].put_in == put_in


def test_a_law_that_follows_from_a_formula_shows_it() -> None:
    found = laws_of("activation cut(x) = max(x, 1)\ninput(4) cut")
    assert (found["power"].text, found["power"].derived, found["power"].put_in) == ("max(x, 1)", True, "")


def test_a_layer_whose_laws_were_not_declared_has_no_workings() -> None:
    network = network_of("input(4) relu")
    (row,) = rows(network)
    assert row.layer is not None
    layer = Layer("bare", {}, row.layer.inputs, row.layer.output, lambda name: 1, row.layer.span)
    assert [*workings(layer)] == []
