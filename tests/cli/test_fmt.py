"""`fmt`: what it writes, what it only shows, and that nothing is lost."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from layercalc.cli import files
from layercalc.errors import SpecError

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

UNLAID = "input( 3,8 ) # an image\nrelu"
LAID = "input(3, 8)   # an image\nrelu\n"
DIFF = """\
--- {0}
+++ {0}
@@ -1,2 +1,2 @@
-input( 3,8 ) # an image
-relu
\\ No newline at end of file
+input(3, 8)   # an image
+relu
"""


@pytest.fixture
def unlaid(tmp_path: Path) -> Path:
    path = tmp_path / "unlaid.arch"
    path.write_text(UNLAID, "utf-8")
    return path


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    path = tmp_path / "laid.arch"
    path.write_text(LAID, "utf-8")
    return path


def test_files_are_laid_out_in_place_and_named(run_cli: Run, unlaid: Path, laid: Path) -> None:
    before = laid.stat()
    result = run_cli("fmt", str(unlaid), str(laid))
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{unlaid}\n", "")
    assert unlaid.read_text("utf-8") == LAID
    assert laid.stat().st_mtime_ns == before.st_mtime_ns
    assert run_cli("fmt", str(unlaid)).stdout == ""
    assert sorted(unlaid.parent.iterdir()) == [laid, unlaid]


def test_check_names_what_would_change(run_cli: Run, unlaid: Path, laid: Path) -> None:
    result = run_cli("fmt", "--check", str(unlaid), str(laid))
    assert (result.exit_code, result.stdout, result.stderr) == (1, f"{unlaid}\n", "")
    assert unlaid.read_text("utf-8") == UNLAID
    assert run_cli("fmt", "--check", str(laid)).exit_code == 0


@pytest.mark.parametrize(("options", "status"), [(["--diff"], 0), (["--diff", "--check"], 1)])
def test_diff_shows_what_would_change(
    run_cli: Run, unlaid: Path, laid: Path, options: list[str], status: int
) -> None:
    result = run_cli("fmt", *options, str(unlaid), str(laid))
    assert (result.exit_code, result.stdout, result.stderr) == (status, DIFF.format(unlaid), "")
    assert unlaid.read_text("utf-8") == UNLAID


def test_standard_input_is_laid_out_to_standard_output(run_cli: Run) -> None:
    assert run_cli("fmt", "-", input=UNLAID).stdout == LAID
    assert run_cli("fmt", "-", input=LAID).stdout == LAID
    assert run_cli("fmt", "--diff", "-", input=UNLAID).stdout == DIFF.format("<stdin>")
    unlaid, laid = (run_cli("fmt", "--check", "-", input=text) for text in (UNLAID, LAID))
    assert (unlaid.exit_code, unlaid.stdout, laid.exit_code, laid.stdout) == (1, "-\n", 0, "")


def test_every_letter_comes_through(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "letters.arch"
    path.write_bytes("\ufeff# Zoë, 画\x0b\u2028.\r\nrelu\r\n".encode())
    whole = path.read_bytes()
    assert run_cli("fmt", "-", input=whole).stdout_bytes == whole
    assert run_cli("fmt", str(path)).stdout == ""
    assert path.read_bytes() == whole


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay(run_cli: Run, tmp_path: Path, mark: bytes, end: bytes) -> None:
    path = tmp_path / "ended.arch"
    path.write_bytes(mark + end.join([b"input( 3 ) # one", b"relu", b"tanh", b""]))
    laid = mark + end.join([b"input(3)   # one", b"relu", b"tanh", b""])
    assert run_cli("fmt", "-", input=path.read_bytes()).stdout_bytes == laid
    run_cli("fmt", str(path))
    assert path.read_bytes() == laid
    assert run_cli("fmt", "--check", str(path)).exit_code == 0


def test_lines_are_ended_as_most_are(run_cli: Run) -> None:
    assert run_cli("fmt", "-", input=b"relu # a\rtanh\nrelu\n").stdout_bytes == b"relu   # a\ntanh\nrelu\n"


@pytest.mark.parametrize("options", [[], ["--check"], ["--diff"]])
def test_mistakes_are_told_as_check_tells_them(
    run_cli: Run, unlaid: Path, tmp_path: Path, options: list[str]
) -> None:
    wrong = tmp_path / "wrong.arch"
    wrong.write_text("param a = = 3 # kept\nblock b { relu -> }\n", "utf-8")
    before = wrong.read_bytes()
    result = run_cli("fmt", *options, str(wrong), "nosuch", str(unlaid))
    assert result.exit_code == 2
    assert result.stderr == run_cli("check", str(wrong), "nosuch").stderr
    assert wrong.read_bytes() == before
    assert str(unlaid) in result.stdout


def test_fmt_wants_a_spec(run_cli: Run) -> None:
    assert run_cli("fmt").exit_code == 2


def test_a_shipped_spec_goes_by_name(run_cli: Run) -> None:
    result = run_cli("fmt", "--check", "resnet", "nasnet")
    assert (result.exit_code, result.stdout) == (0, "")


# -- how a file is written


def test_a_file_keeps_its_permissions(run_cli: Run, unlaid: Path) -> None:
    unlaid.chmod(0o640)
    run_cli("fmt", str(unlaid))
    assert stat.S_IMODE(unlaid.stat().st_mode) == 0o640


def test_a_link_goes_on_leading_to_its_file(run_cli: Run, unlaid: Path) -> None:
    link = unlaid.with_name("link.arch")
    link.symlink_to(unlaid.name)
    assert run_cli("fmt", str(link)).stdout == f"{link}\n"
    assert link.is_symlink()
    assert unlaid.read_text("utf-8") == LAID


def test_a_hard_link_stays(run_cli: Run, unlaid: Path) -> None:
    other = unlaid.with_name("other.arch")
    other.hardlink_to(unlaid)
    run_cli("fmt", str(unlaid))
    assert other.samefile(unlaid)
    assert other.read_text("utf-8") == LAID


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_hard_link_gets_its_text_back(
    unlaid: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    fill, calls = files._fill, []

    def failing(file: IO[bytes], data: bytes) -> None:
        calls.append(data)
        fill(file, data[:3] if len(calls) == 1 else data)
        if len(calls) == 1:
            raise failure

    unlaid.with_name("other.arch").hardlink_to(unlaid)
    monkeypatch.setattr(files, "_fill", failing)
    with pytest.raises(type(failure)):
        files.write(unlaid, b"quite another text")
    assert unlaid.read_text("utf-8") == UNLAID


def test_a_file_of_another_owner_keeps_him(unlaid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, user: int, group: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = unlaid.stat()
    monkeypatch.setattr(os, "chown", refuse)
    files.write(unlaid, b"new")
    after = unlaid.stat()
    assert unlaid.read_bytes() == b"new"
    assert (after.st_ino, after.st_uid, after.st_mode) == (before.st_ino, before.st_uid, before.st_mode)
    assert [*unlaid.parent.iterdir()] == [unlaid]


def test_a_file_that_may_not_be_written_stays(
    run_cli: Run, unlaid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlaid.chmod(0o444)
    if os.access(unlaid, os.W_OK):  # as it is for root
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    result = run_cli("fmt", str(unlaid))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: cannot write {unlaid}: Permission denied\n"
    assert unlaid.read_text("utf-8") == UNLAID
    assert [*unlaid.parent.iterdir()] == [unlaid]


def test_half_a_file_is_never_seen(unlaid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write(unlaid, b"half")
    assert unlaid.read_text("utf-8") == UNLAID
    assert [*unlaid.parent.iterdir()] == [unlaid]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such folder: "):
        files.write(tmp_path / "nowhere" / "a.arch", b"")
