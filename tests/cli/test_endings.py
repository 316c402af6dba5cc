"""How a run ends that is interrupted, or that nobody reads, or that cannot write."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("signals and pipes of Unix", allow_module_level=True)

from layercalc import limits
from layercalc.inspect import measured
from tests.cli.process import PROGRAM, environment, run, start

if TYPE_CHECKING:
    from click.testing import Result

SPEC = "param depth = 3 input(8) repeat depth { relu }"
#: More than a pipe holds, so that who has written it knows that it is being read.
PADDING = "\n" + "#" * 79
PADDED = (SPEC + PADDING * (limits.FILE_BYTES // 80 - 2)).encode()


@pytest.mark.parametrize(
    "command",
    [
        "eval - --depth 1..9999",
        "eval - --depth 1..9999 --format json",
        f"layers - --depth {limits.ROWS} --unroll",
    ],
)
def test_an_interrupt_ends_quietly(command: str) -> None:
    process = start(*command.split())
    assert process.stdin is not None
    process.stdin.write(PADDED)
    process.stdin.close()
    process.stdin = None
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "error: cannot write: No space left on device\n",
        ),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
    ],
)
def test_what_ends_a_run_becomes_its_status(
    run_cli: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    status: int,
    told: str,
) -> None:
    def stopped(*_: object) -> None:
        raise raised

    monkeypatch.setattr(measured, "measure_all", stopped)
    result = run_cli("eval", "lenet")
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", told)


@pytest.mark.parametrize(
    "arguments", [("specs",), ("layers", "resnet"), ("eval", "lenet", "--format", "json"), ("laws", "paper")]
)
def test_a_closed_pipe_ends_quietly(arguments: tuple[str, ...]) -> None:
    process = start(*arguments)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")


def test_the_head_of_an_output_is_enough() -> None:
    shell = f"'{sys.executable}' -m layercalc layers vgg --unroll | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=True, env=environment())
    assert done.stdout.startswith(b"VGG: ")
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("eval", "lenet"), ("--help",)])
def test_a_full_disk_is_told(arguments: tuple[str, ...], unbuffered: str) -> None:
    env = environment(PYTHONUNBUFFERED=unbuffered)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, check=False, env=env
        )
    assert (done.returncode, done.stderr) == (1, b"error: cannot write: No space left on device\n")


def test_no_garbage_is_looked_for_at_the_end() -> None:
    probe = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); "
    code = f"{probe}from layercalc.cli import main; main(['laws'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
    assert done.stdout.endswith(b"True\n")


def test_a_closed_standard_output_is_told() -> None:
    shell = f"'{sys.executable}' -m layercalc eval lenet >&-"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=False, env=environment())
    assert (done.returncode, done.stderr) == (1, b"error: cannot write: Bad file descriptor\n")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_what_an_output_cannot_encode_is_escaped(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "n.arch"
    path.write_text('network N "\N{GREEK SMALL LETTER LAMDA}-net" input(3) relu', "utf-8")
    done = run("eval", str(path), PYTHONIOENCODING=encoding, LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[0] in {b"N: \\u03bb-net", "N: \N{GREEK SMALL LETTER LAMDA}-net".encode()}


def test_json_is_ascii(tmp_path: Path) -> None:
    path = tmp_path / "\N{GREEK SMALL LETTER LAMDA}.arch"
    path.write_text("input(3) relu", "utf-8")
    assert run("eval", str(path), "--format", "json").stdout.isascii()
