"""The source text of a tree during formatting: its comments and its blank lines.

From: a `Source`. To: the writers, which take every comment once, in order, before the
word that it stands before. Promises: what lies between two words is white space,
punctuation and comments, and is asked for here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from layercalc.errors import Source
from layercalc.syntax.unparse.layout import Break, Layout, Nest, Remark

_TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*')


class Comment(NamedTuple):
    """A comment: whether it has its own line, and a blank line before that."""

    start: int
    text: str
    alone: bool
    parted: bool


class Page:
    """The text of a tree, from which comments are taken in order."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._comments = [self._comment(start, text) for start, text in _found(self._text)]
        self._taken = 0

    def take(self, end: int) -> list[Comment]:
        """Take the remaining comments before an offset."""
        first = self._taken
        while self._taken < len(self._comments) and self._comments[self._taken].start < end:
            self._taken += 1
        return self._comments[first : self._taken]

    def has_comment(self, end: int) -> bool:
        """Tell whether a comment before an offset remains."""
        return self._taken < len(self._comments) and self._comments[self._taken].start < end

    def has_break(self, start: int, end: int) -> bool:
        """Tell whether the author ended a line somewhere between two offsets."""
        return self._text.find("\n", start, end) >= 0

    def begins_line(self, offset: int) -> bool:
        """Tell whether the author ended a line right before an offset."""
        return self._lines(offset) > 0

    def has_blank(self, offset: int) -> bool:
        """Tell whether the author left a blank line before an offset."""
        return self._lines(offset) > 1

    def find(self, mark: str, start: int) -> int:
        """Find the offset of a token outside comments and strings."""
        for found in _finder(mark).finditer(self._text, start):
            if found.group() == mark:
                return found.start()
        return len(self._text)

    def _comment(self, start: int, text: str) -> Comment:
        lines = self._lines(start)
        return Comment(start, text, lines > 0 or start == 0, lines > 1)

    def _lines(self, offset: int) -> int:
        """Count the line breaks in the white space before an offset."""
        start = offset
        while start and self._text[start - 1].isspace():
            start -= 1
        return self._text.count("\n", start, offset)


@cache
def _finder(mark: str) -> re.Pattern[str]:
    return re.compile(rf'"[^"\n]*"|#[^\n]*|{re.escape(mark)}')


def comments(source: Source) -> list[str]:
    r"""Give the comments of a source, in order, without the white space at their ends.

    >>> comments(Source("two.arch", 'input(3) # an image\nuse "#no.arch"'))
    ['# an image']
    """
    return [text for _, text in _found(source.text)]


def _found(text: str) -> Iterator[tuple[int, str]]:
    """Find the comments of a text, each with its offset."""
    for token in _TOKEN.finditer(text):
        if token.group()[0] == "#":
            yield token.start(), token.group().rstrip()


def remarks(taken: list[Comment], first: bool) -> list[Layout]:
    """Write comments: a comment after a word stays there; no blank line is kept before the `first`."""
    written: list[Layout] = []
    for place, comment in enumerate(taken):
        if comment.alone or place:
            written.append(Break.FRESH)
            written += [Break.HARD] if comment.parted and not (first and place == 0) else []
        written.append(Remark(comment.text))
    return written


def before(page: Page, offset: int) -> list[Layout]:
    """Write the comments between two words of one piece."""
    taken = page.take(offset)
    return [Nest([*remarks(taken, first=True), Break.FRESH])] if taken else []
