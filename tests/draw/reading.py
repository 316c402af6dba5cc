"""A scene read back: which boxes its wires join, what overlaps, what runs through what.

From: a `Scene`, of places alone. To: arrows and clashes. It knows nothing of how the
scene was laid out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from layercalc.draw.diagram import Box
from layercalc.draw.metrics import LINE, text_width
from layercalc.draw.piece import Placed, Scene

Place = tuple[float, float]
Segment = tuple[Place, Place]
#: Places nearer than this are one.
TOUCH = 0.01


def near(x: float, y: float) -> Place:
    return round(x, 3), round(y, 3)


def arrows(scene: Scene) -> Counter[tuple[int, int]]:
    """Follow each wire that ends at a box back to the box that it comes from; boxes by their order."""
    starts = {near(*path.points[-1]): near(*path.points[0]) for path in scene.paths}
    found: Counter[tuple[int, int]] = Counter()
    for end in starts:
        for number in at_border(scene, end):
            found[_maker(scene, starts, end), number] += 1
    return found


def _maker(scene: Scene, starts: dict[Place, Place], end: Place) -> int:
    """Go back along a wire to the box at which it begins."""
    while end in starts:
        end = starts[end]
    for number in at_border(scene, end):
        return number
    raise AssertionError(f"a wire begins at {end}, where no box is")


def at_border(scene: Scene, place: Place) -> Iterator[int]:
    """Give the boxes at whose border a place is."""
    x, y = place
    for number, box in enumerate(scene.boxes):
        across, down = (box.x, box.x + box.width), (box.y, box.y + box.height)
        aside, above = (
            min(abs(place - end) for end in ends) < TOUCH for place, ends in ((x, across), (y, down))
        )
        within = across[0] - TOUCH < x < across[1] + TOUCH and down[0] - TOUCH < y < down[1] + TOUCH
        if within and (aside or above):
            yield number


def loose_ends(scene: Scene) -> Iterator[Place]:
    """Give the ends of wires at which there is neither a box nor another wire."""
    first, last = ({near(*path.points[end]) for path in scene.paths} for end in (0, -1))
    for place in (first - last) | (last - first):
        if not any(True for _ in at_border(scene, place)):
            yield place


def texts_outside(scene: Scene) -> Iterator[str]:
    """Give the texts that are wider or higher than their box, and titles that leave their frame."""
    for box in scene.boxes:
        if isinstance(box.item, Box):
            widths = [text_width(line, bold=number == 0) for number, line in enumerate(box.item.lines)]
            if max(widths) > box.width or len(widths) * LINE > box.height:
                yield box.item.lines[0]
    for frame in scene.frames:
        for number, label in enumerate(frame.labels):
            right = label.x + text_width(label.text, bold=number == 0)
            if not (
                frame.x <= label.x
                and right <= frame.x + frame.width
                and frame.y <= label.y <= frame.y + frame.height
            ):
                yield label.text


def overlaps(scene: Scene) -> Iterator[tuple[Placed, Placed]]:
    """Give boxes that overlap each other, and frames that a box or a frame stands in by half."""
    for number, a in enumerate(scene.boxes):
        yield from ((a, b) for b in scene.boxes[number + 1 :] if _touch(a, b))
    for number, frame in enumerate(scene.frames):
        others = (*scene.boxes, *scene.frames[number + 1 :])
        yield from ((frame, o) for o in others if _touch(frame, o) and not _within(o, frame))


def _touch(a: Placed, b: Placed) -> bool:
    return (
        a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
    )  # fmt: skip


def _within(inner: Placed, outer: Placed) -> bool:
    across = outer.x < inner.x and inner.x + inner.width < outer.x + outer.width
    return across and outer.y < inner.y and inner.y + inner.height < outer.y + outer.height


def segments(scene: Scene) -> Iterator[tuple[Place, Segment]]:
    """Give the straight parts of the wires, each with the place where its wire begins at a box."""
    starts = {near(*path.points[-1]): near(*path.points[0]) for path in scene.paths}
    for path in scene.paths:
        begin = near(*path.points[0])
        while begin in starts:
            begin = starts[begin]
        for a, b in pairwise(path.points):
            if near(*a) != near(*b):
                yield begin, (near(*min(a, b)), near(*max(a, b)))


def through_boxes(scene: Scene) -> Iterator[tuple[Segment, Placed]]:
    """Give the wires that run through a box."""
    for _, ((x, y), (right, low)) in segments(scene):
        for box in scene.boxes:
            across = x < box.x + box.width - 0.01 and box.x + 0.01 < right
            within = box.x + 0.01 < x < box.x + box.width - 0.01 if x == right else across
            down = y < box.y + box.height - 0.01 and box.y + 0.01 < low
            if within and (down if y != low else box.y + 0.01 < y < box.y + box.height - 0.01):
                yield ((x, y), (right, low)), box


def on_one_line(scene: Scene) -> Iterator[tuple[Segment, Segment]]:
    """Give parts of two wires that come from different places and run on one line."""
    lines: dict[tuple[str, float], list[tuple[float, float, Place, Segment]]] = {}
    for begin, segment in segments(scene):
        (x, y), (right, low) = segment
        line, span = (("x", x), (y, low)) if x == right else (("y", y), (x, right))
        lines.setdefault(line, []).append((*span, begin, segment))
    for found in lines.values():
        for (_, end, begin, segment), (start, _, other, further) in pairwise(sorted(found)):
            if start < end - 0.01 and begin != other:
                yield segment, further
