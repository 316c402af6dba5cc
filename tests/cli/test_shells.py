"""The completion scripts in the shells themselves, by the keys that a person presses."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from layercalc.cli import main
from layercalc.cli.candidates import VARIABLE
from layercalc.cli.shells import SHELLS, script
from tests.cli.process import environment

#: Stands for the installed program: completes as it does, else tells its arguments.
PROGRAM = f"""#!/bin/sh
if [ "${VARIABLE}" ] || [ "$1" = completion ]; then
    exec {shlex.quote(sys.executable)} -c 'from layercalc.cli import main; main()' "$@"
fi
printf 'GIVEN'
printf '<%s>' "$@"
printf 'END\\n'
"""
COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
SETUP = {
    "bash": 'eval "$(layercalc completion bash)"',
    "zsh": 'autoload -Uz compinit; compinit -u -D; eval "$(layercalc completion zsh)"',
}
#: A line with one way to go on, and what the program is given after TAB and Enter.
LINES = {
    "layercalc eval resnet --de": "<eval><resnet><--depth>",
    "layercalc eval resnet --shortcuts f": "<eval><resnet><--shortcuts><false>",
    "layercalc eval resnet --laws=chan": "<eval><resnet><--laws=channels>",
    "layercalc eval resnet --set shortcuts=f": "<eval><resnet><--set><shortcuts=false>",
    "layercalc eval resnet --set short": "<eval><resnet><--set><shortcuts=>",
    "layercalc eval my": "<eval><my own.arch>",
    r"layercalc eval my\ own.arch --od": "<eval><my own.arch><--odd>",
    "layercalc eval deep/i": "<eval><deep/in.arch>",
    "layercalc solve resnet --from 'log2(gw": "<solve><resnet><--from><log2(gwc)>",
    "layercalc eval broken.arch --de": "<eval><broken.arch><--de>",
}


#: Its only value would be obeyed by a shell that does not quote it.
EVIL = "layercalc eval evil.arch --variant "
#: Seconds after which a shell that tells nothing is taken to hang.
PATIENCE = 30


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a folder with specs, and the program in `bin`."""
    program = tmp_path / "bin" / "layercalc"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    (tmp_path / "my own.arch").write_text('param odd = 3 "how odd"\ninput(odd, 8, 8)')
    (tmp_path / "my notes.txt").touch()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "in.arch").touch()
    (tmp_path / "deep" / "in.txt").touch()
    (tmp_path / "evil.arch").write_text('param variant = "$(touch hit)"')
    (tmp_path / "broken.arch").write_text("param depth = (")
    return tmp_path


def _environment(home: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    return environment(PATH=paths, HOME=str(home), TERM="dumb", PS1="$ ")


def _need(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


@pytest.mark.parametrize("shell", COMMANDS)
def test_the_tab_key(shell: str, home: Path) -> None:
    _need(shell)
    lines = [f"{line}\t" for line in [*LINES, EVIL]]
    shown = _typed(COMMANDS[shell], [SETUP[shell], *lines, "exit"], home)
    assert re.findall(r"GIVEN(.*)END", shown)[:-1] == [*LINES.values()]
    assert "Traceback" not in shown
    assert not (home / "hit").exists()


def test_a_bash_of_before_4_that_has_no_compopt(home: Path) -> None:
    _need("bash")
    lines = [
        SETUP["bash"],
        "layercalc eval resnet --set wid\t",
        r"layercalc solve resnet --from log2\(gw" + "\t",
    ]
    shown = _typed(COMMANDS["bash"], [f"enable -n compopt; {lines[0]}", *lines[1:], "exit"], home)
    told = ["<eval><resnet><--set><width=>", "<solve><resnet><--from><log2(gwc)>"]
    assert re.findall(r"GIVEN(.*)END", shown) == told


def _typed(command: Sequence[str], lines: Sequence[str], home: Path) -> str:
    """Type lines on a terminal, each once the program has told the arguments of the one before."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=home, env=_environment(home),
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        for place, line in enumerate(lines):
            while shown.count(b"END") < place - 1:
                assert select.select([ours], [], [], PATIENCE)[0], shown.decode(errors="replace")
                shown += os.read(ours, 65536)
            os.write(ours, f"{line}\n".encode())
        process.wait(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown.decode(errors="replace")


def test_fish(home: Path) -> None:
    _need("fish")
    (home / "layercalc.fish").write_text(script(main, "fish"))
    lines = [
        "eval resnet --de",
        "eval resnet --shortcuts=f",
        "eval my",
        "eval deep/",
        "eval broken.arch --de",
    ]
    told = [
        "--depth\tweighted layers, or a symbol [50]\n",
        "--shortcuts=false\n",
        "my own.arch\n",
        "deep/in.arch\n",
    ]
    each = 'source layercalc.fish; for line in $argv; complete -C "layercalc $line"; echo END; end'
    done = subprocess.run(
        ["fish", "--no-config", "-c", each, *lines], cwd=home, env=_environment(home),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split("END\n") == [*told, "", ""]
    assert done.stderr == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_can_be_read_and_says_where_it_goes(shell: str) -> None:
    _need(shell)
    text = script(main, shell)
    done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert f"layercalc completion {shell}" in "".join(text.splitlines(keepends=True)[:2])
