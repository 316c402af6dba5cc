"""Where a mistake stands, and how it is told.

From: whatever stage found the mistake. To: one readable text. Promises: the
first line is ``file:line:column: error: message``, or ``warning:``, the source line follows with
the span underlined, then the blocks that led there and a hint. It knows nothing
of the language; nearly every other room may import it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from layercalc.display import Shown, visible
from layercalc.records import dataclass, field, replace

#: Mistakes that are looked for and told.
MOST = 50
#: Characters of one line of a message, and of a source line shown below it.
WIDEST = 400
EXCERPT = 160
#: Characters of a name that has a nearest one, and names among which it is looked for.
LONGEST = 80
CHOICE = 1000
#: What some editors put before a text in UTF-8.
MARK = "\ufeff"


class Source:
    r"""A text with a name, and the places of its lines.

    It is `raw` as it was read; the `text` has no byte order mark, and each of its lines ends with a
    line feed, be it a carriage return or both in the file.

    >>> Source("mine.arch", "relu\rtanh").position(6)
    (2, 2)
    """

    __slots__ = ("_starts", "name", "raw", "text")

    def __init__(self, name: str, raw: str) -> None:
        self.name = name
        self.raw = raw
        self.text = raw.removeprefix(MARK).replace("\r\n", "\n").replace("\r", "\n")
        self._starts: list[int] | None = None

    def dressed(self, text: str) -> str:
        r"""Give a text the byte order mark and the line ends of this one; those that most of its lines have.

        >>> Source("mine.arch", "\ufeffinput(3)\r\nrelu\r\n").dressed("relu\n")
        '\ufeffrelu\r\n'
        """
        both = self.raw.count("\r\n")
        ends = {"\n": self.raw.count("\n") - both, "\r\n": both, "\r": self.raw.count("\r") - both}
        end = max(ends, key=ends.__getitem__)
        return (MARK if self.raw.startswith(MARK) else "") + text.replace("\n", end)

    def position(self, offset: int) -> tuple[int, int]:
        """Give the line and the column of an offset, both counted from 1."""
        starts = self._line_starts()
        row = bisect_right(starts, offset) - 1
        return row + 1, offset - starts[row] + 1

    def line(self, number: int) -> str:
        """Give the text of a line, without its end."""
        start, *after = self._line_starts()[number - 1 : number + 1]
        return self.text[start : after[0] - 1 if after else None]

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            ends = [index + 1 for index, char in enumerate(self.text) if char == "\n"]
            self._starts = [0, *ends]
        return self._starts


class Span(NamedTuple):
    """A stretch of a source: offsets from ``start`` up to, not including, ``end``."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line on which the span starts, counted from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column at which the span starts, counted from 1."""
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        """What the author wrote there."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def __repr__(self) -> str:
        return f"<{self}>"


class Frame(NamedTuple):
    """One link of the chain that led to a place: a block and the call of it."""

    name: str
    call: Span


@dataclass(frozen=True, slots=True)
class Diagnostic(Shown):
    """One mistake, or a warning: what is wrong, where, how the reader got there, what would help.

    >>> print(Diagnostic("no such spec 'resnt'", hint="did you mean 'resnet'?"))
    error: no such spec 'resnt'
    hint: did you mean 'resnet'?
    """

    message: str
    span: Span | None = None
    hint: str = field(default="", compare=False)
    trace: tuple[Frame, ...] = field(default=(), compare=False)
    severity: str = "error"

    def __str__(self) -> str:
        where = f"{self.span}: " if self.span is not None else ""
        lines = [_told(f"{where}{self.severity}: {self.message}")]
        if self.span is not None:
            lines += _excerpt(self.span)
        lines += _chain(self.trace)
        if self.hint:
            lines.append(_told(f"hint: {self.hint}"))
        return "\n".join(lines)


def _told(line: str) -> str:
    """Make a line of a message fit to be printed, whatever was quoted in it."""
    text = re.sub(r"[ \t\n]+", " ", line[: 2 * WIDEST])
    return visible(text if len(text) <= WIDEST else f"{text[:WIDEST]}...")


def _excerpt(span: Span) -> list[str]:
    line, column = span.source.position(span.start)
    text = span.source.line(line)
    length = max(1, min(span.end - span.start, len(text) - column + 1))
    if len(text) > EXCERPT:
        cut = max(0, column - 1 - EXCERPT // 2)
        text, column = text[cut : cut + EXCERPT], column - cut
        length = min(length, EXCERPT - column + 1)
    text = text.replace("\t", " ")
    cuts = (0, column - 1, column - 1 + length, len(text))
    before, marked, behind = (visible(text[start:end]) for start, end in pairwise(cuts))
    return [
        f"{line:5} | {before}{marked}{behind}",
        f"      | {' ' * len(before)}{'^' * max(1, len(marked))}",
    ]


def _chain(trace: Sequence[Frame], shown: int = 8) -> list[str]:
    """Tell the innermost and the outermost of the blocks that led to a place."""
    lines = [_told(f"in {frame.name}, used at {frame.call}") for frame in reversed(trace)]
    left_out = len(lines) - shown
    if left_out > 1:
        lines[shown // 2 : -shown // 2] = [f"... {left_out} more ..."]
    return lines


class SpecError(Shown, Exception):
    """The mistakes of a spec, told together.

    >>> print(SpecError([Diagnostic("no such spec 'resnt'", hint="did you mean 'resnet'?")]))
    error: no such spec 'resnt'
    hint: did you mean 'resnet'?
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__()
        self.diagnostics = tuple(dict.fromkeys(diagnostics))

    def __reduce__(self) -> tuple[type[SpecError], tuple[object]]:
        return type(self), (self.diagnostics,)

    def __str__(self) -> str:
        told = [str(diagnostic) for diagnostic in self.diagnostics[:MOST]]
        if len(self.diagnostics) > MOST:
            told.append(f"error: there are more mistakes than these {MOST}")
        return "\n\n".join(told)

    def within(self, *frames: Frame) -> SpecError:
        """Give the same mistakes, seen from some blocks further out."""
        return type(self)(replace(d, trace=(*frames, *d.trace)) for d in self.diagnostics)


class LimitError(SpecError):
    """A published limit was met: what is asked is too large, not wrong."""


class WorkError(LimitError):
    """A reading did all the work that it may do: what is read next might take as long, so nothing is."""


def fail(message: str, span: Span | None = None, hint: str = "") -> SpecError:
    """Make the error of a single mistake."""
    return SpecError([Diagnostic(message, span, hint)])


def limit(message: str, span: Span | None = None, hint: str = "") -> LimitError:
    """Make the error of a limit that was met."""
    return LimitError([Diagnostic(message, span, hint)])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give a hint with the known name nearest to one that is not known.

    >>> did_you_mean("batchnrom", ["batchnorm", "relu"])
    "did you mean 'batchnorm'?"
    """
    names = sorted(other for other in set(known) if len(other) <= LONGEST)
    if len(name) > LONGEST:
        return ""
    if len(names) > CHOICE:
        names = [other for other in names if other[:1] == name[:1]][:CHOICE]
    import difflib  # only a mistake waits for it

    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    near = near or [other for other in names if other.lower() == name.lower()]
    return f"did you mean '{near[0]}'?" if near else ""


def listing(names: Sequence[str], word: str = "or") -> str:
    """Join names for a sentence.

    >>> listing(["add", "mul", "max"])
    'add, mul or max'
    """
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
