"""Each limit of a spec is met where it is passed, and not before; what is told stays short."""

from __future__ import annotations

from pathlib import Path

import pytest

from layercalc import limits
from layercalc.errors import LimitError, Source, SpecError
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble, load_program
from layercalc.resolve.points import read_points


def check(text: str, **given: str) -> None:
    values = {name: read_points(name, value)[0] for name, value in given.items()}
    resolve(assemble(Source("t.arch", text), Path("t.arch")), values)


def refused(text: str, **given: str) -> str:
    with pytest.raises(SpecError) as caught:
        check(text, **given)
    assert caught.value.diagnostics
    return str(caught.value)


def nested(opened: str, inner: str, closed: str, times: int) -> str:
    return opened * times + inner + closed * times


NESTS = {
    "parentheses": ("let x = {}\ninput(3)", "(", "1", ")"),
    "sums in parentheses": ("let x = {}\ninput(3)", "(1 + ", "1", ")"),
    "signs": ("let x = {}\ninput(3)", "- ", "1", ""),
    "denials": ("let x = {}\ninput(3)", "not ", "true", ""),
    "powers": ("let x = {}\ninput(3)", "1 ^ ", "1", ""),
    "conditionals": ("let x = {}\ninput(3)", "if true then ", "1", " else 2"),
    "matches": ("let x = {}\ninput(3)", "match 1 { 1 => ", "1", " }"),
    "lists": ("let x = {}\ninput(3)", "[", "1", "]"),
    "calls": ("let x = {}\ninput(3)", "abs(", "1", ")"),
    "targets": ("let {0} = {value}\ninput(3)", "(", "x", ",)"),
    "repeats": ("input(3) {}", "repeat 1 { ", "relu", " }"),
    "branches": ("input(3) {}", "add { relu | ", "relu", " }"),
    "choices": ("input(3) {}", "if false { relu } else { ", "relu", " }"),
    "loops": ("input(3) {}", "for i in [1] { ", "relu", " }"),
}


@pytest.mark.parametrize(("text", "opened", "inner", "closed"), NESTS.values(), ids=NESTS)
def test_nesting_goes_as_deep_as_it_says(text: str, opened: str, inner: str, closed: str) -> None:
    told = refused(text.format(nested(opened, inner, closed, limits.NESTING + 1), value=1))
    assert f"error: this nests deeper than {limits.NESTING} levels, the limit" in told
    deepest = nested(opened, inner, closed, limits.NESTING)
    check(text.format(deepest, value=deepest.replace("x", "1")))


@pytest.mark.parametrize("chain", ["else if false { relu } ", "if false then 1 else "])
def test_a_chain_of_choices_does_not_nest(chain: str) -> None:
    if "then" in chain:
        check(f"let x = {chain * 2000}2\ninput(3)")
    else:
        check(f"input(3) if false {{ relu }} {chain * 2000}")


def test_calls_and_nesting_are_limited_together() -> None:
    inner = nested("(", "if x == 0 then 0 else f(x - 1)", ")", 240)
    check(f"let f(x) = {inner}\nlet y = f(3)\ninput(3)")
    assert "nests too deep" in refused(f"let f(x) = {inner}\nlet y = f({limits.CALLS - 2})\ninput(3)")


@pytest.mark.parametrize(
    "text",
    [
        "let f(n) = if n == 0 then 0 else f(n - 1)\nlet x = f({})\ninput(3)",
        "let f(n) = if n == 0 then 0 else g(n - 1)\nlet g(n) = f(n)\nlet x = f({} // 2)\ninput(3)",
        "block b(n) {{ if n > 0 {{ b(n - 1) }} }}\ninput(3) b({})",
        "block a(n) {{ if n > 0 {{ b(n - 1) }} }}\nblock b(n) {{ a(n) }}\ninput(3) a({} // 2)",
    ],
)
def test_calls_go_as_deep_as_they_say(text: str) -> None:
    check(text.format(limits.CALLS - 2))
    told = refused(text.format(limits.CALLS + 2))
    assert f"blocks and functions call each other over {limits.CALLS} deep" in told


@pytest.mark.parametrize(
    "text",
    ["block b { b }\ninput(3) b", "block b { b b }\ninput(3) b", "block a { b } block b { a }\ninput(3) b"],
)
def test_a_block_that_uses_itself_unchanged(text: str) -> None:
    assert "uses itself without end" in refused(text)


def test_a_mistake_in_a_call_does_not_count_as_a_call() -> None:
    told = refused("let f(x) = [x][2]\ninput(3)\n" + f"add {{ {' | '.join(['dense(f(1))'] * 40)} }}")
    assert told.count("index 2 is outside a list of 1") == 1
    assert "deep" not in told


LONG = {
    "a list joined": f"range({limits.LIST_ENTRIES} // 2 + 1) + range({limits.LIST_ENTRIES} // 2)",
    "lists in a list": f"[range({limits.LIST_ENTRIES} // 10) for i in range(10)]",
    "a list in lists": f"[[range({limits.LIST_ENTRIES})]]",
    "a zip": f"zip(range({limits.LIST_ENTRIES} // 3 + 1), range({limits.LIST_ENTRIES} // 3 + 1))",
}


@pytest.mark.parametrize("expression", LONG.values(), ids=LONG)
def test_a_list_is_as_long_as_it_may_be(expression: str) -> None:
    message = f"this list has over {limits.LIST_ENTRIES:,} entries, the limit"
    assert message in refused(f"let x = {expression}\ninput(3)")


def test_lists_that_share_their_parts_are_counted_whole() -> None:
    doubled = "".join(f"let a{i} = [a{i - 1}, a{i - 1}]\n" for i in range(1, 60))
    told = refused(f"let a0 = [1]\n{doubled}let b = a59 == [a58, a58]\ninput(3)")
    assert told.count("entries, the limit") == 1


COSTLY = {
    "lists in lists": "let x = [[x for x in range(100000)] for y in range(100000)]",
    "sums of a list": "let a = range(90000)\nlet x = [sum(a) for y in a]",
    "comparisons of lists": "let a = range(90000)\nlet x = [a == a + [] for y in a]",
    "lists as arguments": "let a = range(9000)\nlet f(x) = 1\nlet x = [f(a) for y in a]",
    "long numbers": "let a = 3^20000\nlet x = [a * y / 7 for y in range(90000)]",
    "long fractions": "let a = 3^9000 / 7^9000\nlet x = sum([a + 1 / (y + 1) for y in range(9000)])",
    "long numerals": f"let x = [{'9' * 3000} for y in range(90000)]",
    "roots": "let x = [sqrt(y) for y in range(50000)]",
    "exponentials": "let x = [exp(y) for y in range(50000)]",
    "functions in functions": f"let x = {nested('(1 + tanh(', '1', '))', 100)}",
    "remainders": "param n\nlet x = [(n + y) % (y + 2) for y in range(5000)]",
    "symbols": "param n\nlet x = [(n + y) * (n + 1) for y in range(50000)]",
    "steps that do nothing": "let a = range(9000)\ninput(3)\nfor i in a { for j in a { let f(x) = i + j } }",
    "params": "".join(f"param a{i} where a{i} > 5\n" for i in range(2000)),
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_work_is_counted(text: str) -> None:
    told = refused(text if "input" in text else f"{text}\ninput(3)")
    assert f"this spec takes over {limits.EXPRESSION_STEPS:,} operations, the limit" in told


WRITTEN_OUT = {
    "rounds": "repeat 10^9 { dense(in.channels^2 % 1009 + 1) }",
    "rounds in rounds": nested("repeat 10^9 { ", "dense(in.channels^2 % 1009 + 1)", " }", 5),
    "branches": f"add {{ {'|' * limits.NETWORK_STEPS} }}",
    "layers": "relu " * limits.NETWORK_STEPS + "tanh",
}


@pytest.mark.parametrize("text", WRITTEN_OUT.values(), ids=WRITTEN_OUT)
def test_steps_are_counted(text: str) -> None:
    told = refused(f"input(3)\n{text}")
    assert f"this network writes out over {limits.NETWORK_STEPS:,} steps, the limit" in told


BEYOND = {
    "a value that grows": (
        "param n\nlet x0 = n\n" + "".join(f"let x{i} = (x{i - 1} + 1) * x{i - 1}\n" for i in range(1, 60)),
        f"this value has over {limits.TERMS:,} terms and factors, the limit",
    ),
    "a power as if written out": (
        "param n\nlet x = (n + 1)^60000",
        f"this value has over {limits.TERMS:,} terms and factors, the limit",
    ),
    "roundings that grow": (
        "param n\nlet x0 = n\n"
        + "".join(f"let x{i} = floor(x{i - 1} / 3) + ceil(x{i - 1} / 2)\n" for i in range(1, 40)),
        f"this rounds a value of over {limits.ROUNDED_TERMS} terms and factors, the limit",
    ),
    "a remainder": (
        "param a\nparam b\nlet x = (a + b)^90 % 7",
        f"this rounds a value of over {limits.ROUNDED_TERMS} terms and factors, the limit",
    ),
    "a comparison": (
        "param a\nparam b\nlet x = (a + b)^60 > (a - b)^60",
        f"this value has over {limits.ROUNDED_TERMS} terms and factors, the limit",
    ),
    "a maximum": (
        "param a\nparam b\nlet x = max([a + i * b - i^2 for i in range(300)])",
        f"this value has over {limits.ROUNDED_TERMS} terms and factors, the limit",
    ),
    "a root": ("let x = sqrt(2^300 + 1)", f"a root of a number of over {limits.ROOT_BITS} bits, the limit"),
    "an exponential of one": ("let x = floor(exp(exp(exp(20))))", f"over {limits.NUMBER_BITS:,} bits"),
    "constants that grow": (
        "let x0 = exp(9)\n" + "".join(f"let x{i} = x{i - 1} * x{i - 1}\n" for i in range(1, 80)),
        f"over {limits.NUMBER_BITS:,} bits",
    ),
    "a constant that nests products": (
        f"let x = {nested('(1 + log2(3) * ', '1', ')', 16)}",
        f"this spec takes over {limits.EXPRESSION_STEPS:,} operations, the limit",
    ),
    "a constant that nests powers": (
        f"let x = {nested('(2 + ', '1', ')^log2(3)', 40)}",
        f"this value has over {limits.TERMS:,} terms and factors, the limit",
    ),
    "an exponent of symbols": ("param n\nlet x = 2^(n + 10^9)", f"over {limits.NUMBER_BITS:,} bits"),
    "a power of a symbol": ("param n\nlet x = n^(10^9)", f"over {limits.NUMBER_BITS:,} bits"),
    "a numeral": ("let x = 1e+000000009999999999", f"over {limits.NUMBER_BITS:,} bits"),
    "an input": ("input(2^40000, 2^40000)", f"over {limits.NUMBER_BITS:,} bits"),
    "axes": ("input(range(1, 30))", f"a shape of 29 axes; the limit is {limits.AXES}"),
}


@pytest.mark.parametrize(("text", "message"), BEYOND.values(), ids=BEYOND)
def test_values_have_limits(text: str, message: str) -> None:
    assert message in refused(text if "input" in text else f"{text}\ninput(3)")


@pytest.mark.parametrize(
    ("lawful", "beyond"),
    [("2^65535", "2^65536"), ("10^19728", "10^19729"), ("(2/3)^25000", "(2/3)^25400")],
)
def test_a_power_has_as_many_bits_as_a_number_may_have(lawful: str, beyond: str) -> None:
    check(f"let x = {lawful}\ninput(3)")
    for power in (beyond, "2^(10^400)", "(2/3)^(10^400)"):
        assert f"over {limits.NUMBER_BITS:,} bits" in refused(f"let x = {power}\ninput(3)")


def test_a_range_of_points_has_steps() -> None:
    with pytest.raises(SpecError, match="a range with steps of 0"):
        read_points("depth", "1..9..0")


def test_mistakes_of_declarations_are_counted() -> None:
    assert refused("param a = 1\n" * 100 + "input(3)").endswith("there are more mistakes than these 50")


def test_a_limit_in_a_requirement_or_a_default_is_no_mistake_to_go_on_from() -> None:
    endless = "let f(x) = f(x + 1)\n"
    assert "deep" in refused(f"param n\n{endless}layer odd {{ require = f(n) > 0 }}\ninput(3) odd")
    assert "deep" in refused(f"{endless}param n = f(1)\ninput(n)", n="3")


@pytest.mark.parametrize("points", ["1..10^6", "1..10^30", "10^30..1..-1"])
def test_points_are_counted(points: str) -> None:
    with pytest.raises(LimitError, match=f"over {limits.POINTS:,} points"):
        read_points("depth", points)


def test_the_files_of_a_spec_are_counted(tmp_path: Path) -> None:
    for number in range(limits.FILES + 2):
        (tmp_path / f"f{number}.arch").write_text(f'use "f{number + 1}.arch"\n')
    with pytest.raises(LimitError, match=f"may use {limits.FILES} files"):
        load_program(str(tmp_path / "f0.arch"))


def test_the_files_of_a_spec_are_counted_together(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.arch").write_text("#" * (limits.FILE_BYTES // 2 - 100))
    (tmp_path / "spec.arch").write_text('use "a.arch"\nuse "b.arch"\nuse "c.arch"\ninput(3)')
    with pytest.raises(LimitError, match=f"over {limits.FILE_BYTES:,} bytes") as caught:
        load_program(str(tmp_path / "spec.arch"))
    assert str(caught.value.diagnostics[0].span).endswith("spec.arch:3:5")


def test_a_limit_ends_the_reading_and_earlier_mistakes_are_told() -> None:
    told = refused("input(3)\nadd { dense(1/0) | relu }\nlet f(x) = f(x + 1)\nlet y = f(1)\nlet z = 1/0")
    assert told.count("error: ") == 2
    assert "t.arch:2:13: error: division by zero" in told


def test_a_limit_within_a_shipped_law_is_told_at_the_layer() -> None:
    told = refused("let a = range(1, 75000)\ninput(1)\nreshape(a)")
    assert told.startswith("t.arch:3:1: error: this spec takes over")


def test_of_many_mistakes_the_first_are_told() -> None:
    for text in (
        "rlu\n" * 2000,
        "let f(x) = 1/0\nadd { " + " | ".join(f"dense(f({i}))" for i in range(200)) + " }",
    ):
        told = refused(f"input(3)\n{text}")
        assert told.count("error: ") <= 52
    assert refused("input(3)\n" + "rlu\n" * 2000).endswith("error: there are more mistakes than these 50")


def test_a_chain_of_blocks_is_told_at_both_ends() -> None:
    told = refused("block b(n) { if n > 0 { b(n - 1) } else { dense(1/0) } }\ninput(3) b(30)")
    assert "\n... 23 more ...\n" in told
    assert told.splitlines()[-1] == "in b, used at t.arch:2:10"


@pytest.mark.parametrize(
    "text",
    [
        "input(3) " + "relu -> " * 5000 + "foo" + " -> tanh" * 5000,
        "input(3)\n" + "a" * 50_000 + "\nblock " + "a" * 40_000 + "b {}",
        "let x = " + "9" * 50_000 + "\ninput(3)",
        'let x = "' + "a" * 50_000 + '" + 1\ninput(3)',
        "let x = range(90000) + 1\ninput(3)",
        "input(2^60000) add { identity | dense(3) }",
        "param n\ninput(n) add { identity | dense(2^20000 * n) }",
        "param n where n > " + "0 + " * 9000 + "5\ninput(n)",
    ],
)
def test_what_is_told_stays_short(text: str) -> None:
    told = refused(text, **({"n": "3"} if "where" in text else {}))
    assert max(map(len, told.splitlines())) < 450
    assert len(told) < 2000


def test_what_is_told_holds_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "spec.arch").write_text('use "\x1b[31mred\x07.arch"\ninput(3)\n\tr\x1b[0mlu')
    (tmp_path / "one\x1btwo.arch").write_text("input(3) rlu")
    for name in ("spec.arch", "one\x1btwo.arch"):
        with pytest.raises(SpecError) as caught:
            resolve(load_program(str(tmp_path / name)))
        assert str(caught.value).replace("\n", "").isprintable()
