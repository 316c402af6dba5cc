"""Hostile input meets a published limit, or is lawful and cheap."""

from __future__ import annotations

from pathlib import Path

import pytest

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points

DEEP = limits.NESTING + 50
NESTED = {
    "parentheses": f"input({'(' * DEEP}1{')' * DEEP})",
    "signs": f"input({'-' * DEEP}1)",
    "denials": f"input(if {'not ' * DEEP}true then 1 else 2)",
    "powers": f"input({'1^' * DEEP}1)",
    "lists": f"let x = {'[' * DEEP}{']' * DEEP}\ninput(1)",
    "calls": f"input({'abs(' * DEEP}1{')' * DEEP})",
    "conditionals": f"input({'(if true then ' * DEEP}1{' else 2)' * DEEP})",
    "matches": f"input({'match 1 { else => ' * DEEP}1{' }' * DEEP})",
    "branches": f"input(1) {'add { ' * DEEP}relu{' }' * DEEP}",
    "repeats": f"input(1) {'repeat 2 { ' * DEEP}relu{' }' * DEEP}",
    "choices": f"input(1) {'if true { ' * DEEP}relu{' }' * DEEP}",
}
NUMBERS = {
    "tower": "9^9^9",
    "power": "2^(10^12)",
    "decimal": "1.3^6472416997",
    "root": "2^(1000000000/3)",
    "exponential": "exp(10^9)",
    "numeral": "1" * 100_000,
    "exponent": "1e999999999",
    "products": "product([9^9999 for i in range(1000)])",
    "factorial": "factorial(10^12)",
    "geometric": "geometric(2, 10^12)",
    "recurrence": "recurrence(10^9, 1, 1)",
    "rising": "rising(1/3, 10^6)",
}
EXPANSIONS = {
    "a block in itself": "block b { relu -> b }\ninput(1) b",
    "a block twice in itself": "block b(n) { b(n + 1) b(n + 2) }\ninput(1) b(0)",
    "blocks in each other": "block a(n) { b(n + 1) }\nblock b(n) { a(n + 1) }\ninput(1) a(0)",
    "a function in itself": "let f(x) = f(x + 1)\ninput(f(0))",
    "functions that double": "let f0(x) = x + x\n"
    + "".join(f"let f{i}(x) = f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 40))
    + "input(f39(1))",
    "a list that doubles": "let a0 = [1, 1]\n"
    + "".join(f"let a{i} = a{i - 1} + a{i - 1}\n" for i in range(1, 60))
    + "input(len(a59))",
    "lists in lists": "input(len([[j for j in range(100000)] for i in range(100000)]))",
    "a long loop": "input(1)\nfor i in range(100000) { dense(i * i % 1009 + 1) }",
}
LAWFUL = {
    "repeats of an unchanged body": ("input(2)\n" + "repeat 1000000000 { " * 5 + "relu" + " }" * 5, 10**45),
    "a body that doubles": (
        "block b0 { relu relu }\n"
        + "".join(f"block b{i} {{ b{i - 1} b{i - 1} }}\n" for i in range(1, 30))
        + "input(2) b29",
        2**30,
    ),
    "a long chain": ("input(2)\n" + "relu " * 15_000, 15_000),
    "a long sum": ("input(" + "1 + " * 5_000 + "1) relu", 1),
}


def measured(text: str, folder: Path) -> int:
    path = folder / "hostile.arch"
    path.write_text(text, "utf-8")
    number = measure_all(resolve(load_program(str(path))), ["layers"])["layers"].number
    assert isinstance(number, int)
    return number


def refused(text: str, folder: Path) -> str:
    with pytest.raises(SpecError) as caught:
        measured(text, folder)
    return str(caught.value)


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_nesting_has_a_limit(text: str, tmp_path: Path) -> None:
    assert f"deeper than {limits.NESTING}" in refused(text, tmp_path)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_numbers_have_a_limit(number: str, tmp_path: Path) -> None:
    assert "limit" in refused(f"input({number})", tmp_path)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_given_numbers_have_a_limit(number: str) -> None:
    program = load_program("mlp")
    with pytest.raises(SpecError, match="limit"):
        resolve(program, {"width": read_points("width", number)[0]})


@pytest.mark.parametrize("text", EXPANSIONS.values(), ids=EXPANSIONS)
def test_expansion_has_a_limit(text: str, tmp_path: Path) -> None:
    assert "error: " in refused(text, tmp_path)


@pytest.mark.parametrize(("text", "layers"), LAWFUL.values(), ids=LAWFUL)
def test_what_is_lawful_costs_little(text: str, layers: int, tmp_path: Path) -> None:
    assert measured(text, tmp_path) == layers


def test_a_file_has_a_limit(tmp_path: Path) -> None:
    assert f"{limits.FILE_BYTES:,} bytes" in refused("# " + "x" * 10_000_000, tmp_path)


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"input(1)\nrelu \0 relu", "2:6", "a NUL byte"),
        (b"input(1)\nrel\xffu", "2:4", "byte 0xff is not UTF-8"),
        (b"input(1)\nrelu \x07", "2:6", "U+0007 has no meaning here"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, place: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bytes.arch"
    path.write_bytes(data)
    with pytest.raises(SpecError) as caught:
        load_program(str(path))
    assert f"bytes.arch:{place}: error: {message}" in str(caught.value)


def test_line_ends_and_marks_of_other_systems(tmp_path: Path) -> None:
    path = tmp_path / "other.arch"
    path.write_bytes(b"\xef\xbb\xbfinput(1)\r\nrelu ->\r\n  rlu\r\n")
    with pytest.raises(SpecError) as caught:
        resolve(load_program(str(path)))
    assert "other.arch:3:3: error: unknown block or layer 'rlu'" in str(caught.value)


@pytest.mark.parametrize("name", ["__import__", "eval", "os", "exec", "lambda", "x.__class__"])
def test_names_are_only_names(name: str, tmp_path: Path) -> None:
    assert "error: " in refused(f"input({name}(1))", tmp_path)


def test_a_name_like_code_is_a_symbol() -> None:
    model = resolve(load_program("mlp"), {"width": read_points("width", "__import__")[0]})
    assert measure_all(model, ["params"])["params"].symbols == ("__import__",)


def test_use_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.arch").write_text("let secret = 1")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.arch").symlink_to(tmp_path / "secret.arch")
    for path in ("../secret.arch", "link.arch", str(tmp_path / "secret.arch")):
        message = refused(f'use "{path}"\ninput(1)', inside)
        assert "leaves the folder" in message or "relative to this file" in message


def test_use_may_not_circle(tmp_path: Path) -> None:
    (tmp_path / "a.arch").write_text('use "b.arch"')
    (tmp_path / "b.arch").write_text('use "a.arch"')
    assert "uses this file in turn" in refused('use "a.arch"\ninput(1)', tmp_path)


def test_an_excerpt_stays_short(tmp_path: Path) -> None:
    message = refused("input(1) " + "relu " * 5_000 + "rlu " + "relu " * 5_000, tmp_path)
    assert max(map(len, message.splitlines())) < 200


@pytest.mark.parametrize("spec", ["nosuch", "nosuch.arch", "specs", "/nosuch/spec.arch", "", "a\0b"])
def test_a_spec_that_is_not_there(spec: str) -> None:
    with pytest.raises(SpecError):
        load_program(spec)
