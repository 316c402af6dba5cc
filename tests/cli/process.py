"""The command line as a process of its own: on a terminal, into pipes, interrupted.

From: arguments. To: what a person or a shell sees of the run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping

from tests.checkout import ROOT

PROGRAM = (sys.executable, "-m", "layercalc")


def environment(**changes: str) -> dict[str, str]:
    """Give this environment without what changes the look of an output."""
    plain = {name: value for name, value in os.environ.items() if name not in _LOOKS}
    return {**plain, "PYTHONPATH": str(ROOT), **changes}


_LOOKS = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8", "TERM"}


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program with its output in pipes."""
    return subprocess.run(
        [*PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
        env=environment(**changes),
    )  # fmt: skip


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start the program with all its streams in pipes."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*PROGRAM, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, env=environment())


def on_terminal(*arguments: str, width: int, changes: Mapping[str, str] | None = None) -> str:
    """Run the program on a terminal of so many columns, and give what it shows there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    env = environment(**{"TERM": "xterm-256color", **(changes or {})})
    process = subprocess.Popen([*PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a terminal's output with an error
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    process.wait(timeout=60)
    return shown.decode().replace("\r\n", "\n")
