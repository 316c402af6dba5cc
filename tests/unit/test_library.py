"""Where files are found, what is read from them, and what a `use` may reach."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from layercalc import limits
from layercalc.errors import Source, Span, SpecError
from layercalc.syntax.library import decode, folder, locate, open_spec, read, shipped, used
from layercalc.syntax.parse import parse

HERE = Span(Source("spec.arch", 'use "x"'), 4, 7)


def message(error: pytest.ExceptionInfo[SpecError]) -> str:
    [mistake] = error.value.diagnostics
    return mistake.message


def test_the_shipped_folders_are_there() -> None:
    assert (folder("grammars") / "arch.lark").is_file()
    assert {"resnet", "vgg", "unet"} <= shipped().keys()
    assert {"paper", "channels", "derived", "literal", "weights"} == shipped("laws").keys()


def test_a_spec_is_a_path_or_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resnet").write_text("input(1)")
    (tmp_path / "mine.arch").write_text("input(2)")
    (tmp_path / "plain").write_text("input(3)")
    assert locate("resnet") == shipped()["resnet"]
    assert locate("./resnet.arch".replace("resnet", "mine")) == Path("mine.arch")
    assert locate("mine.arch") == Path("mine.arch")
    assert locate("plain") == Path("plain")


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("resnt", "no spec is called 'resnt', and no such file exists", "did you mean 'resnet'?"),
        ("nothing.arch", "no such file: nothing.arch", ""),
        ("no/such/folder", "no such file: no/such/folder", ""),
        ("a\0b", "no spec is called 'a\0b', and no such file exists", None),
        ("x" * 5000, f"no spec is called '{'x' * 5000}', and no such file exists", None),
        ("x" * 5000 + ".arch", f"no such file: {'x' * 5000}.arch", ""),
        ("", "the name of a spec is empty", ""),
        ("/", "/ is a folder, not a spec", ""),
    ],
)
def test_a_spec_that_is_not_there_is_told(text: str, told: str, hint: str | None) -> None:
    with pytest.raises(SpecError) as caught:
        locate(text)
    assert message(caught) == told
    if hint is not None:
        assert caught.value.diagnostics[0].hint == hint


def test_a_shipped_file_that_has_not_changed_is_one_source_with_one_tree(tmp_path: Path) -> None:
    path = locate("lenet")
    assert read(path) is read(path)
    assert parse(read(path), path) is parse(read(path), path)
    own = tmp_path / "own.arch"
    own.write_bytes(path.read_bytes())
    assert read(own) is not read(own)
    assert parse(read(own), own) is not parse(read(own), own)


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is a folder, not a spec"):
        locate(str(tmp_path))
    with pytest.raises(SpecError, match="cannot read"):
        read(tmp_path)


def test_standard_input_is_a_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfinput(3)")))
    source, path = open_spec("-")
    assert (source.name, source.text) == ("<stdin>", "input(3)")
    assert path.parent == Path.cwd()


def test_standard_input_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SpecError, match="cannot read standard input: it is closed"):
        open_spec("-")
    with (tmp_path / "out").open("w") as unreadable:
        monkeypatch.setattr("sys.stdin", unreadable)
        with pytest.raises(SpecError, match="cannot read standard input"):
            open_spec("-")


@pytest.mark.parametrize(
    ("data", "told", "place"),
    [
        (b"ab\xff", "byte 0xff is not UTF-8", (1, 3)),
        (b"\xef\xbb\xbfab\xff", "byte 0xff is not UTF-8", (1, 3)),
        ("äß\n".encode() + b"\xc3", "byte 0xc3 is not UTF-8", (2, 1)),
        (b"a\r\n\0", "a NUL byte; a spec is plain text", (2, 1)),
    ],
)
def test_bytes_that_are_no_text_are_told_in_place(data: bytes, told: str, place: tuple[int, int]) -> None:
    with pytest.raises(SpecError) as caught:
        decode("t.arch", data)
    span = caught.value.diagnostics[0].span
    assert message(caught) == told
    assert span is not None
    assert (span.line, span.column) == place


def test_a_text_is_as_long_as_it_may_be() -> None:
    assert len(decode("t.arch", b"#" * limits.FILE_BYTES).text) == limits.FILE_BYTES
    with pytest.raises(SpecError, match=f"over {limits.FILE_BYTES:,} bytes"):
        decode("t.arch", b"#" * (limits.FILE_BYTES + 1))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("spec/main.arch", "spec/parts/part.arch", "outside.arch"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("input(3)")
    (tmp_path / "spec" / "out.arch").symlink_to(tmp_path / "outside.arch")
    (tmp_path / "spec" / "in.arch").symlink_to(tmp_path / "spec" / "parts" / "part.arch")
    (tmp_path / "spec" / "circle.arch").symlink_to(tmp_path / "spec" / "circle.arch")
    return tmp_path / "spec"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("parts/part.arch", "parts/part.arch"),
        ("parts/../parts/./part.arch", "parts/part.arch"),
        ("in.arch", "parts/part.arch"),
    ],
)
def test_a_used_file_is_seen_from_the_file_that_uses_it(tree: Path, path: str, found: str) -> None:
    assert used(path, tree / "main.arch", tree, HERE) == (tree / found).resolve()


def test_a_used_file_may_lie_above_the_one_that_uses_it(tree: Path) -> None:
    assert used("../main.arch", tree / "parts" / "part.arch", tree, HERE) == (tree / "main.arch").resolve()


def test_a_shipped_file_uses_shipped_ones(tree: Path) -> None:
    laws = folder("specs") / "laws"
    assert used("../vgg.arch", laws / "paper.arch", laws, HERE) == shipped()["vgg"].resolve()


def test_a_file_that_does_not_lie_beside_a_spec_is_looked_for_in_the_library(tree: Path) -> None:
    assert used("vgg.arch", tree / "main.arch", tree, HERE) == shipped()["vgg"].resolve()
    (tree / "vgg.arch").write_text("input(3)")
    assert used("vgg.arch", tree / "main.arch", tree, HERE) == (tree / "vgg.arch").resolve()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("../outside.arch", "use: '../outside.arch' leaves the folder of the spec and the library"),
        ("out.arch", "use: 'out.arch' leaves the folder of the spec and the library"),
        ("/etc/hosts", "use: the path is relative to this file, with '/' between folders"),
        ("parts\\part.arch", "use: the path is relative to this file, with '/' between folders"),
        ("parts", "use: no such file: 'parts'"),
        ("", "use: no such file: ''"),
        ("nothing/at/all.arch", "use: no such file: 'nothing/at/all.arch'"),
    ],
)
def test_a_use_that_reaches_too_far_is_told(tree: Path, path: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        used(path, tree / "main.arch", tree, HERE)
    assert message(caught) == told
    assert caught.value.diagnostics[0].span == HERE


@pytest.mark.parametrize("path", ["circle.arch", "x" * 5000])
def test_a_use_that_the_system_refuses_is_told(tree: Path, path: str) -> None:
    with pytest.raises(
        SpecError, match=r"use: (cannot read|no such file)"
    ):  # as the version of Python has it
        used(path, tree / "main.arch", tree, HERE)


def test_a_used_file_has_a_nearest_name(tree: Path) -> None:
    with pytest.raises(SpecError) as caught:
        used("parts/prt.arch", tree / "main.arch", tree, HERE)
    assert caught.value.diagnostics[0].hint == "did you mean 'parts/part.arch'?"
