"""Mutated specs and command lines through every command: no traceback, and none that takes long.

`python -m tests.fuzz 20000 7` runs so many inputs from a seed in this process, and prints each fault
with its number; `python -m tests.fuzz 1 7 --first NUMBER --show` repeats one. A fault is an exception that
is no diagnostic, more than `SECONDS` of processor time, or more than `MEGABYTES` of memory.
CI runs the first 500 of a seed (`tests/cli/test_fuzz.py`).
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
from click.testing import CliRunner

from layercalc.cli import main
from layercalc.errors import Source, SpecError
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.syntax.library import shipped
from tests.checkout import ROOT

SECONDS = 2
#: The same for a target of accuracy, which measures all networks of the zoo (docs/limits.md).
ZOO_SECONDS = 10
MEGABYTES = 300
#: A command is stopped after so many seconds.
PATIENCE = 20

#: Texts that are put into a spec: hostile, pasted, or at the edge of what is lawful.
PIECES = (
    *"(){}[]|,.=\"#^%/*+-<>\n\r\t\0;:'\\", "->", "=>", "==", "//", "in.", "in.spatial", "none", "same",
    "true", "-1", "0", "1", "2", "1/2", "sqrt(2)", "10^5000", "9^9^9", "1e-30", "0.1", "-7", "log2(3)",
    "exp(1)",
    "floor(10^150/sqrt(2))", "n", "n - 1", "2^n", "range(n)", "range(5, n)", "[1, 2]", "[]", "\"x\"",
    "repeat 3 { ", "repeat n { ", "for i in range(3) { ", "if n > 3 { ", "add { relu | ", "concat { ", " }",
    "match n { 1 => 2, else => 3 }", "from a, b ", " as a ", "param n = 3\n", "let x = 1/0\n", "relu ",
    "conv(3, 3) ", "dense(10) ", "use \"blocks/se.arch\"\n", "input(3, 8, 8) ", "block relu { relu }\n",
    "3x3", "2n", ".5", "1_000", "37,000", "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}", "\N{RIGHTWARDS ARROW}",
    "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\N{GRINNING FACE}", "\x1b[31m",
    "\N{RIGHT-TO-LEFT OVERRIDE}", "Conv2d(3, 64)", "shared s = dense(3)\n",
    "measure m = sum of out.volume\n", "1" * 400, "(" * 60,
)  # fmt: skip
#: What takes the place of a word of its kind, so that most texts are still read.
NUMBERS = (
    "0", "1", "2", "3", "7", "64", "1000", "1/2", "0.1", "(-1)", "10^20", "10^5000", "(2^70 + 1)", "n", "2^n",
    "sqrt(2)", "log2(3)", "[1, 2]", "in.channels", "in.height", "in.volume", "range(3)", "none", "true",
)  # fmt: skip
CALLS = (
    "relu", "softmax", "identity", "batchnorm", "conv(8, 3)", "conv(4, 1, stride = 2)", "maxpool(2)",
    "dense(10)", "global_avgpool", "linear(8)", "upsample(2)", "tanh", "flatten", "gelu", "lstm(4)",
    "attention(2)", "add { relu | }", "concat { conv(4, 1) | relu }", "max { relu | tanh }", "mul { relu | }",
    "repeat 3 { add { relu | } }", "repeat 10^30 { conv(8, 3) }", "for i in range(4) { dense(2^i) }",
    "if in.channels == 3 { relu } else { tanh }", "repeat 7 { relu }", "sub { relu | }",
)  # fmt: skip
SIGNS = ("+", "-", "*", "/", "//", "%", "^", "<", ">", "<=", ">=", "==", "!=", " and ", " or ", ",", "|")
#: So often a text is changed until it reaches what it is to reach.
TRIES = 8
#: Values that a param is given.
VALUES = (
    "n", "m", "0", "1", "2", "3", "7", "-1", "1/2", "0.25", "sqrt(2)", "10^20", "10^5000", "2*n + 1", "2^n",
    "n/2", "n*m", "1,2", "1..5..2", "0.25..1..0.25", "true", "false", "none", "[1, 2]", "\"x\"", "", ",",
    "9^9^9", "3x3",
    "37,000", "-n", "1/n", "log2(n)", "floor(n/3)", "max(n, m)", "n % 2", "123456789012345678901",
)  # fmt: skip
FORMATS = ("text", "json", "csv", "markdown", "latex", "html", "xml")
MEASURES = ("gcip", "gcc", "gsip", "gsc", "gwc", "params", "macs", "layers", "longest_path", "vc_upper",
            "receptive_field", "activations", "stored", "gcc,params", "nothing")  # fmt: skip
CONDITIONS = ("n >= 2", "n > 2^m", "n % 2 == 0", "n < 0", "n == 3", "w >= 64 and n > 1", "2", "n >")
TARGETS = (
    "params = 1e6",
    "gcc >= 2^400",
    "log2(gwc) = 400",
    "macs < 1",
    "layers = 7",
    "gcip = 1/3",
    "x",
    "top1 = 78",
)
#: `{param}` is one that the spec has.
FOR = ("{param}",) * 5 + ("x",)
OVER = ("{param}=1..5", "{param}=2,3,64", "{param}=1..10^6..10^5", "{param}=32..320..32",
        "{param}=0.25..1..0.25", "{param}=10^20,10^30", "{param}", "x=1,2")  # fmt: skip
OUTS = ("{out}.txt", "{out}.svg", "{out}.xyz", "{out}/none/x", "-")
#: The options of each command, with values for them; a flag has none.
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "eval": {"--format": FORMATS, "--measure": MEASURES, "--assume": CONDITIONS, "--exact": (), "--si": (),
             "--python": (), "--latex": (), "--out": OUTS},
    "layers": {"--format": FORMATS, "--unroll": (), "--measure": MEASURES},
    "explain": {"--format": FORMATS, "--assume": CONDITIONS},
    "check": {"--strict": ()},
    "show": {"--until": ("tree", "network", "values", "x")},
    "fmt": {"--check": ()},
    "scale": {"--over": OVER, "--measure": MEASURES, "--format": FORMATS, "--against": ("lenet", "mlp")},
    "solve": {"--for": FOR, "--target": TARGETS, "--format": FORMATS},
    "compare": {"--measure": MEASURES, "--format": FORMATS, "--over": OVER, "--set": ("depth=n",
             "width=1,2", "n=3")},
    "draw": {"--format": ("svg", "mermaid", "dot", "png"), "--depth": ("1", "2", "x"), "--values": (),
             "--out": OUTS},
    "activations": {"--format": FORMATS, "--input": ("normal(0, 1)", "uniform(-1, 1)", "normal(0, 0)", "x")},
    "specs": {},
    "laws": {"--format": FORMATS},
    "zoo": {"--family": ("alexnet", "squeezenet", "x"), "--format": FORMATS, "--where": ("top1 > 77",
             "x > 1", "(")},
}  # fmt: skip
NEEDED = frozenset({"--over", "--for", "--target", "--until", "--family"})
#: The commands, those that read most of a spec more often.
COMMANDS = (
    *OPTIONS,
    *("eval",) * 6,
    *("check",) * 3,
    *("layers",) * 3,
    "explain",
    "draw",
    "scale",
    "solve",
    "fmt",
)
_HEADS = {"conv", "relu", "batchnorm", "dense", "maxpool", "avgpool", "tanh", "identity", "linear", "dropout"}
_WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class Input(NamedTuple):
    """One input: a spec, perhaps a law set, and the words of a command; `{spec}` and `{laws}` are files."""

    spec: str
    laws: str
    words: tuple[str, ...]


class Fault(NamedTuple):
    """What is wrong with how an input was met."""

    kind: str
    told: str


class TooLong(BaseException):
    """A command was stopped."""


# -- inputs


@cache
def texts() -> tuple[str, ...]:
    """Read all specs that are shipped, and those of the tests of the language."""
    places = [*(ROOT / "specs").rglob("*.arch"), *(ROOT / "tests" / "language").rglob("*.arch")]
    found = (path.read_text("utf-8") for path in sorted(places) if "blocks" not in path.parts)
    return tuple(text for text in found if "parts/" not in text)


@cache
def law_sets() -> tuple[str, ...]:
    """Read the shipped law sets."""
    return tuple(path.read_text("utf-8") for path in shipped("laws").values())


def generated(seed: int, number: int) -> Input:
    """Make one input; the same for the same seed and number."""
    dice = random.Random(f"{seed} {number}")
    spec = dice.choice(texts())
    if dice.random() < 0.85:
        made = mutated(spec, dice)
        wanted = dice.choice((0, 1, 2, 2, 2))
        for _ in range(TRIES):
            if reaches(made, wanted):
                break
            made = mutated(spec, dice)
        spec = made
    laws = mutated(dice.choice(law_sets()), dice) if dice.random() < 0.1 else ""
    return Input(spec, laws, tuple(_words(spec, bool(laws), dice)))


def mutated(text: str, dice: random.Random) -> str:
    """Change some places of a text, most of them so that it may still be read."""
    words = _WORD.findall(text if dice.random() < 0.2 else re.sub("#.*", "", text))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        if dice.random() < 0.8:
            _exchange(words, dice)
            continue
        place = dice.randrange(len(words) + 1)
        match dice.randrange(6):
            case 0:
                words[place : place + dice.choice((1, 1, 2, 8))] = []
            case 1:
                words.insert(place, dice.choice(PIECES))
            case 2:
                words[place : place + 1] = [dice.choice(PIECES)]
            case 3:
                words[place : place + 1] = [dice.choice(words or [" "])]
            case 4:
                words[place:place] = words[place : place + dice.randrange(1, 30)]
            case _:
                other = _WORD.findall(dice.choice(texts()))
                start = dice.randrange(len(other))
                words[place : place + 4] = other[start : start + dice.randrange(1, 30)]
    return "".join(words)


def _exchange(words: list[str], dice: random.Random) -> None:
    """Put another word of its kind in the place of one, or a whole line more or less."""
    names = [word for word in words if word.isidentifier()]
    match dice.randrange(4):
        case 0:
            places, others = [at for at, word in enumerate(words) if word in _HEADS], (*CALLS, *names)
        case 1:
            places, others = [at for at, word in enumerate(words) if word[:1].isdigit()], NUMBERS
        case 2:
            places, others = [at for at, word in enumerate(words) if word.isidentifier()], (*names, "n")
        case _:
            places, others = [at for at, word in enumerate(words) if word in SIGNS], SIGNS
    if places:
        words[dice.choice(places)] = dice.choice(others)


def reaches(text: str, rung: int) -> bool:
    """Tell whether a text is read, 1, and a network, 2; one that makes a fault does, for it is to be met."""
    if rung == 0:
        return True
    with suppress(Exception):
        try:
            program = assemble(Source("spec.arch", text), Path("spec.arch").absolute())
            return rung == 1 or bool(resolve(program))
        except SpecError:
            return False
    return True


def _words(spec: str, has_laws: bool, dice: random.Random) -> Iterator[str]:
    command = dice.choice(COMMANDS)
    command = "eval" if command in ("scale", "solve") and not _params(spec) else command
    yield command
    if command in ("specs", "laws", "zoo"):
        yield from _options(OPTIONS[command], [], dice)
        return
    yield from (["{spec}"] if command != "compare" else ["{spec}", dice.choice(("lenet", "{spec}"))])
    if command not in ("check", "fmt", "activations", "compare"):
        for name in dice.sample(names := _params(spec), min(len(names), dice.choice((0, 0, 1, 1, 2)))):
            value = dice.choice(VALUES)
            yield from ([f"--{name}", value] if dice.random() < 0.7 else ["--set", f"{name}={value}"])
    if has_laws and command != "fmt":
        yield from ("--laws", "{laws}")
    yield from _options(OPTIONS[command], _params(spec), dice)


def _params(spec: str) -> list[str]:
    """List the params that a text seems to have."""
    return re.findall(r"^ *param (\w+)", spec, re.MULTILINE)


def _options(
    options: dict[str, tuple[str, ...]], params: Sequence[str], dice: random.Random
) -> Iterator[str]:
    for option, values in options.items():
        if option in NEEDED or dice.random() < 0.25:
            yield option
            yield from (
                (dice.choice(values).replace("{param}", dice.choice([*params, "n"])),) if values else ()
            )


# -- runs


def met(given: Input, folder: Path) -> tuple[Fault | None, float, float]:
    """Run an input; give its fault, if it has one, and the seconds and megabytes that it took."""
    for name, text in (("spec.arch", given.spec), ("laws.arch", given.laws)):
        (folder / name).write_text(text, "utf-8", errors="surrogatepass", newline="")
    places = {"{spec}": str(folder / "spec.arch"), "{laws}": str(folder / "laws.arch")}
    words = [places.get(word, word).replace("{out}", str(folder / "out")) for word in given.words]
    before, start = _resident("VmRSS"), time.process_time()
    _forget_peak()
    fault = None
    try:
        with _stopped():
            result = CliRunner().invoke(main, words, catch_exceptions=True)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            fault = Fault("traceback", "".join(traceback.format_exception(result.exception)))
        elif result.exit_code not in (0, 1, 2):
            fault = Fault("exit status", str(result.exit_code))
    except TooLong:
        fault = Fault("time", f"stopped after {PATIENCE} s")
    seconds, megabytes = time.process_time() - start, (_resident("VmHWM") - before) / 1024
    if fault is None and seconds > (ZOO_SECONDS if "top1 = 78" in words else SECONDS):
        fault = Fault("time", f"{seconds:.1f} s")
    if fault is None and megabytes > MEGABYTES:
        fault = Fault("memory", f"{megabytes:.0f} MB")
    return fault, seconds, megabytes


@contextmanager
def _stopped() -> Iterator[None]:
    """Stop what takes too long."""

    def stop(number: int, frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _resident(key: str) -> int:
    """Read how many kilobytes this process has, or has had, in memory; 0 where that cannot be told."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(rf"{key}:\s+(\d+)", status)
    return int(found[1]) if found else 0


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def run(count: int, seed: int, first: int = 0) -> Iterator[tuple[int, Input, Fault | None, float, float]]:
    """Run inputs one after the other."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for number in range(first, first + count):
            given = generated(seed, number)
            yield number, given, *met(given, Path(folder))


def main_program() -> None:
    """Run from the command line, and tell the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--show", action="store_true", help="show the inputs")
    asked = parser.parse_args()
    kinds, longest, largest = Counter[str](), 0.0, 0.0
    for number, given, fault, seconds, megabytes in run(asked.count, asked.seed, asked.first):
        longest, largest = max(longest, seconds), max(largest, megabytes)
        if asked.show:
            click.echo(f"{given.spec}\n----\n{given.laws}")
        if fault is not None:
            kinds[fault.kind] += 1
        if fault is not None or asked.show:
            told = f"{fault.kind}, {fault.told}" if fault is not None else "no fault"
            click.echo(f"{number}: {shlex.join(given.words)}: {told}")
    found = dict(kinds) or "no fault"
    reached = f"at most {longest:.2f} s and {largest:.0f} MB more than before"
    click.echo(f"{asked.count} inputs of seed {asked.seed}: {found}; {reached}")
    sys.exit(bool(kinds))


if __name__ == "__main__":
    main_program()
