"""Everything that layercalc says, recorded, so that a change of the house can be held to it.

`python -m tests.behaviour record DIR` runs some thousand commands and writes what each prints
into a file of DIR; `python -m tests.behaviour compare DIR` runs them again and tells where an
answer differs, byte by byte. The commands are those of the golden files in every format, every
shipped spec at its numbers and at symbols, every accepted and rejected spec, and the zoo.
A third argument chooses the commands that have it in their words.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner

from tests.checkout import ROOT
from tests.cli.test_golden import COMMANDS

FORMATS = ("json", "csv", "markdown", "latex", "html")
EVAL_FORMS = ("", " --exact", " --format json", " --latex", " --python")
HAVE_FORMATS = {"eval", "layers", "explain", "scale", "solve", "zoo", "compare", "activations", "predict"}
#: Commands that have no golden file: tests/unit hold each format, tests/cli that every command has it.
MORE = (
    "compare lenet mlp vgg --measure gcc,params --format html",
    "eval autoencoder --width w --measure gcip,gsip --format html",
    "solve mlp --for depth --target 'params = 4e5' --format html",
    "layers lenet --format latex",
    "scale mlp --over depth --measure gcip,params --format latex",
    "zoo --family alexnet --format latex",
    "compare lenet mlp --measure params --format csv",
    "scale mlp --over depth --measure params --format csv",
    "solve mlp --for depth --target 'params = 4e5' --format csv",
    "zoo --family resnet --table 1 --where 'top1 > 77' --sort -gcc --format csv",
)
PROCESSES = 2
PATIENCE = 60


def commands() -> Iterator[str]:
    """Name every command that is run, once each."""
    return iter(dict.fromkeys([*_golden(), *_shipped(), *_language(), *_paper()]))


def _golden() -> Iterator[str]:
    for command in (*COMMANDS.values(), *MORE):
        yield command
        bare = re.sub(r" --(format \w+|latex|python)", "", command)
        if bare.split()[0] in HAVE_FORMATS and "--help" not in bare:
            yield from (f"{bare} --format {form}" for form in FORMATS)
        if bare.split()[0] == "eval" and "--help" not in bare:
            yield from (f"{bare} --{form}" for form in ("latex", "python", "exact"))


def _shipped() -> Iterator[str]:
    from layercalc import specs

    for name, path in sorted(specs().items()):
        params = re.findall(r"^param (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        yield from (f"{command} {name}" for command in ("eval", "check", "layers", "explain", "predict"))
        yield from (f"show {name} --until {rung}" for rung in ("tree", "network", "values"))
        yield from (f"draw {name} --format {form}" for form in ("svg", "mermaid", "dot"))
        yield from (f"eval {name} --laws {laws}" for laws in ("channels", "literal"))
        yield f"eval {name} --format json"
        for param in params:
            at = f"{name} --set {param}=s"
            yield from (f"eval {at}{form}" for form in EVAL_FORMS)
            yield from (f"{command} {at}" for command in ("layers", "explain", "show --until network"))
            yield f"scale {name} --over {param}"
            yield f"solve {name} --for {param} --target 'gcc >= 1000'"
        for one, other in pairwise(params):
            at = f"{name} --set {one}=s --set {other}=t"
            yield from (f"eval {at}{form}" for form in ("", " --latex", " --format json", " --python"))


def _language() -> Iterator[str]:
    for folder, words in (("accept", ("eval", "fmt --diff")), ("reject", ("eval", "check"))):
        for path in sorted((ROOT / "tests" / "language" / folder).rglob("*.arch")):
            yield from (f"{word} {path.relative_to(ROOT)}" for word in words)


def _paper() -> Iterator[str]:
    yield from (f"zoo --laws {laws} --format json" for laws in ("paper", "channels", "literal"))
    yield from ("zoo", "activations", "laws paper", "laws channels", "laws literal", "specs")


def answer(command: str) -> str:
    """Run one command, and give what it printed with its exit status."""
    from layercalc.cli import main

    os.chdir(ROOT)
    os.environ["COLUMNS"] = "100"
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(PATIENCE)
    try:
        result = CliRunner().invoke(main, shlex.split(command))
        raised = result.exception
        fault = f"\n[{raised!r}]" if raised is not None and not isinstance(raised, SystemExit) else ""
        return f"$ layercalc {command}\n{result.output}{fault}\n[status {result.exit_code}]\n"
    except _OutOfTime:
        return f"$ layercalc {command}\n[no answer in {PATIENCE} s]\n"
    finally:
        signal.alarm(0)


class _OutOfTime(BaseException):
    """Raised by the alarm: no command takes it for a failure of its own."""


def _give_up(*_: object) -> None:
    raise _OutOfTime


def _file(folder: Path, command: str) -> Path:
    return folder / (sha256(command.encode()).hexdigest()[:20] + ".txt")


def _told(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join([before.splitlines()[0], *list(lines)[2:14]])


def run(verb: str, folder: Path, words: str = "") -> int:
    """Record the answers, or compare them with those on record; the number that differ."""
    chosen = [command for command in commands() if words in command]
    folder.mkdir(parents=True, exist_ok=True)
    differ = 0
    with ProcessPoolExecutor(PROCESSES) as pool:
        for command, text in zip(chosen, pool.map(answer, chosen, chunksize=8), strict=True):
            path = _file(folder, command)
            if verb == "record":
                path.write_text(text, encoding="utf-8")
            elif not path.exists():
                _say(f"not on record: {command}")
            elif (before := path.read_text(encoding="utf-8")) != text:
                differ += 1
                _say(_told(before, text))
    _say(f"{len(chosen)} commands; {differ} differ" if verb == "compare" else f"{len(chosen)} recorded")
    return differ


def _say(text: str | None) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Read the command line of this module."""
    if len(arguments) not in (2, 3) or arguments[0] not in ("record", "compare"):
        _say(__doc__)
        return 2
    return bool(run(arguments[0], Path(arguments[1]), *arguments[2:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
