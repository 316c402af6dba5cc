"""The published limits: what a spec may ask for, each with the reason.

Hostile or mistaken input meets one of these with a diagnostic, in well under
two seconds. `docs/limits.md` prints this table.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from layercalc.errors import Diagnostic, Span, WorkError, fail, limit

#: Bytes of one file, and of a spec with all files that it uses. The longest that is shipped has under 10 kB.
FILE_BYTES = 100_000
#: Brackets, signs and conditions within each other, as in `just`.
NESTING = 256
#: Files that one spec may bring in by `use`, in all.
FILES = 64
#: Pairs of steps that `lift` compares: those of two specs of 1,400 steps written out one by one.
COMPARED = 2_000_000
#: Specs that `lift` makes one of.
MEMBERS = 100
#: Ways in which those specs differ, each a row of values that a law is looked for.
COLUMNS = 500
#: Bytes of a graph that `import --graph` wrote: that of the longest model of torchvision has 0.5 MB.
GRAPH_BYTES = 20_000_000
#: Operators of one such graph or ONNX file: EfficientNet-B7 has 800, the largest of timm 4,000.
GRAPH_NODES = 20_000
#: Bytes of an ONNX file, which is what its format allows; larger models keep their weights in other files.
ONNX_BYTES = 2_147_483_647
#: Places of one axis of a foreign tensor, as frameworks count them.
GRAPH_SIZE = 2**31 - 1
#: Layers of a Keras model, those of models within it counted at each call: NASNetLarge has 1,039.
KERAS_LAYERS = 5_000
#: Bytes of the list of contents of an archive that is imported: Keras writes three entries, 200 bytes.
ARCHIVE_LIST = 1_000_000
#: Functions of one tensor in an ONNX file that are computed to tell which they are: EfficientNet-B0 has 19.
FUNCTIONS = 500
#: Blocks or functions that call each other: a U-Net of 12 levels takes 12.
CALLS = 48
#: Bits of one exact number while an expression is evaluated.
NUMBER_BITS = 65_536
#: Terms and factors of one symbolic value: a U-Net of 12 levels on a symbolic image takes 60, the GCC of
#: T5 as it is printed 623. In a constant a whole power counts once, and each product within another counts
#: its sums twice, for so often sympy evaluates them.
TERMS = 1_200
#: Terms and factors of a symbolic value that is rounded or compared, or whose remainder is taken.
ROUNDED_TERMS = 150
#: Terms of one value multiplied out; a longer one stays in its factors, and is not rounded.
OPENED = 500
#: Terms that are written on the way there, before those alike are added up.
WRITTEN = 10_000
#: Work of one reading of a network in symbols: the terms written while its values are multiplied out.
WORK = 40_000
#: Bits of a number whose root is taken.
ROOT_BITS = 256
#: Decimal places of a constant with roots or logarithms, by which it is told from a whole number.
PLACES = 300
#: Entries of one list, with those of the lists in it.
LIST_ENTRIES = 100_000
#: Axes of one tensor, channels included.
AXES = 16
#: Operations of the expressions of one spec: a DenseNet of 1,000 layers takes 100,000.
EXPRESSION_STEPS = 200_000
#: Layers and branches, as a DenseNet of 1,000 layers has 12,000; a repeat of an unchanged body counts once.
NETWORK_STEPS = 20_000
#: Rows of one listing of layers, which print in under two seconds.
ROWS = 5_000
#: Boxes of one picture: nobody reads so many, and SVG viewers still show them.
BOXES = 5_000
#: Boxes past which the wires of one picture lead, row by row: a cell of NASNet has about ten.
PASSED = 20_000
#: Terms and factors whose derivatives one slope of `scale` adds up: nobody reads so long a formula.
DERIVED = 250
#: Comparisons of closed forms in one command, at a number or over a range: `scale --against` and `solve`.
COMPARISONS = 2_000
#: Rounds of a sum or product at a number, counted with those within each other, in exact numbers.
ROUNDS = 2_000_000
#: Rounds of a sum or product at a number whose terms are symbols, roots or very long numbers; different
#: logarithms of a sum.
OPEN_ROUNDS = 20_000
#: Different denominators of the rounds of a sum at a number.
DENOMINATORS = 100_000
#: Points of one command: the product of the lengths of its lists of values.
POINTS = 10_000
#: Points that `search` looks at one by one; beyond, it draws a sample.
SEARCHED = 1_000_000_000
#: Trials of a search by a sample.
TRIALS = 100_000
#: Points of a front that `search` keeps, of 100 bytes each.
FRONT = 4_000_000
#: Points of one sweep, which closed forms measure by the million a second.
SWEPT = 10**12
#: Values of one param of a sweep, and rows of a file with points.
SWEPT_VALUES = 10_000_000
#: Bits of such a value, over the common denominator of all.
SWEPT_BITS = 60

#: Python frames that the deepest lawful spec may take.
FRAMES = 20_000


def check_number(bits: int, span: Span | None) -> None:
    """Refuse a number before it is computed, by the bits it would have."""
    if bits > NUMBER_BITS:
        raise fail(
            f"this number would have over {NUMBER_BITS:,} bits, the limit for an exact number",
            span,
            "the measures themselves cannot overflow: write depth as a repeat",
        )


class Meter:
    """What one reading of a network may still work."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = WORK


class _Running(threading.local):
    meter: Meter | None = None


_running = _Running()


def work(units: int) -> None:
    """Take work from what the reading under way may do; without one nothing is counted."""
    if _running.meter is None:
        return
    _running.meter.left -= units
    if _running.meter.left < 0:
        message = f"reading this network takes over {WORK:,} terms multiplied out, the limit"
        hint = "fewer params as symbols at once, numbers for some, or fewer rounds"
        raise WorkError([Diagnostic(message, hint=hint)])


@contextmanager
def metered(meter: Meter | None = None) -> Iterator[Meter]:
    """Count the work of a reading, of one within another with that; with a `meter`, go on counting there.

    No generator yields inside: it may be left behind there, and the count of all that follows with it.
    """
    before = _running.meter
    meter = _running.meter = before or meter or Meter()
    try:
        yield meter
    finally:
        _running.meter = before


class _Deep:
    """The recursion limit, which all threads have in common: raised by the first, put back by the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 0

    def enter(self) -> None:
        """Raise the limit."""
        with self._lock:
            if not self._inside:
                self._before = sys.getrecursionlimit()
                sys.setrecursionlimit(max(self._before, FRAMES))
            self._inside += 1

    def leave(self) -> None:
        """Put the limit back, unless others are still inside."""
        with self._lock:
            self._inside -= 1
            if not self._inside:
                sys.setrecursionlimit(self._before)


_deep = _Deep()


def deep_recursion(meter: Meter | None = None) -> _Reading:
    """Let lawful nesting recurse, and count the work that is done, as `metered` does.

    Raises `LimitError` where calls and nesting, each within its limit, are too deep together.
    """
    return _Reading(meter)


class _Reading:
    """What `deep_recursion` enters and leaves: each law of each layer is read in one."""

    __slots__ = ("_before", "_meter")

    def __init__(self, meter: Meter | None) -> None:
        self._meter = meter

    def __enter__(self) -> None:
        _deep.enter()
        self._before = _running.meter
        _running.meter = self._before or self._meter or Meter()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        _running.meter = self._before
        _deep.leave()
        if kind is not None and issubclass(kind, RecursionError):
            raise limit(
                "what blocks and functions call nests too deep", hint="nest less, or call less"
            ) from None
