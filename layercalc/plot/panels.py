"""One panel: its axes and curves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection

from layercalc.plot.picture import Curve, Panel, Ticks
from layercalc.plot.style import Look, look, plain

#: How much of its colour a faint curve has.
_FAINT = 0.35
#: Marks on a line of many points.
_MARKS = 8
#: The share of an axis left free at its ends, for marks and names.
_MARGIN = 0.08
#: The share of a panel that a letter of a text along its axis takes, and a line of text.
_LETTER, _TEXT_LINE = 0.014, 0.026


def draw_panel(ax: Axes, panel: Panel, looks: Mapping[str, Look]) -> None:
    """Draw the axes and the curves of a panel; `looks` gives the look of each labelled curve."""
    ax.set(xlabel=panel.x, ylabel=panel.y, title=panel.title, xscale=panel.x_scale, yscale=panel.y_scale)
    ax.margins(_MARGIN)
    unlabelled = count(len(looks))
    shaded: list[PathCollection] = []
    shades = [shade for curve in panel.curves for shade in curve.shades]
    for curve in panel.curves:
        chosen = looks[curve.label] if curve.label else look(next(unlabelled))
        if curve.low:
            ax.fill_between(curve.x, curve.low, curve.high, color=chosen.colour, alpha=0.18, linewidth=0)
        if curve.shades:
            shaded.append(_shaded(ax, curve, chosen, shades))
        else:
            _line(ax, curve, chosen)
    _put_texts(ax.xaxis, panel.x_ticks)
    _put_spans(ax, panel.x_spans)
    if panel.y_ticks:
        _put_texts(ax.yaxis, panel.y_ticks)
        places = [place for place, _ in panel.y_ticks]
        ax.set_ylim(min(places) - 1, max(places) + 1)
    if shaded:
        ax.figure.colorbar(shaded[0], ax=ax, label=panel.shade)


def _shaded(ax: Axes, curve: Curve, chosen: Look, shades: Sequence[float]) -> PathCollection:
    """Draw marks coloured by value, on one scale for the whole panel."""
    return ax.scatter(
        curve.x, curve.y, c=curve.shades, vmin=min(shades), vmax=max(shades), s=26, marker=chosen.marker,
        edgecolors="black", linewidths=0.5, label=plain(curve.label) or None, zorder=3,
    )  # fmt: skip


def _line(ax: Axes, curve: Curve, chosen: Look) -> None:
    every = max(1, len(curve.x) // _MARKS) if curve.kind == "line" else 1
    marked = range(len(curve.x) - 1, -1, -every)  # the last point among them
    if curve.faint and curve.kind == "marks":
        ax.plot(curve.x, curve.y, ".", color="0.6", markersize=3, label=plain(curve.label) or None, zorder=1)
        return
    if curve.faint:
        ax.plot(curve.x, curve.y, color=chosen.colour, alpha=_FAINT, linewidth=0.7)
        return
    ax.plot(
        curve.x,
        curve.y,
        color=chosen.colour,
        linestyle="none" if curve.kind == "marks" else chosen.dashes,
        marker=chosen.marker,
        markevery=[*(curve.marked or marked)],
        markerfacecolor="white" if curve.kind == "line" else chosen.colour,
        label=plain(curve.label) or None,
    )


def _put_texts(axis: Axis, ticks: Ticks) -> None:
    if ticks:
        axis.set_ticks([place for place, _ in ticks], [text for _, text in ticks])


def _put_spans(ax: Axes, spans: Sequence[tuple[float, float, str]]) -> None:
    """Shade every other span, and write their texts above the panel, rotated where one would not fit."""
    if not spans:
        return
    for left, right, _ in spans[1::2]:
        ax.axvspan(left, right, color="0.95", zorder=0, linewidth=0)
    width = spans[-1][1] - spans[0][0]
    above = ax.secondary_xaxis("top")
    above.spines["top"].set_visible(False)
    above.tick_params(length=0)
    shown = [*_spaced(spans, _TEXT_LINE * width)]
    above.set_xticks([(left + right) / 2 for left, right, _ in shown], [text for *_, text in shown])
    for label, (left, right, text) in zip(above.get_xticklabels(), shown, strict=True):
        label.set_rotation(0 if len(text) * _LETTER * width < right - left else 90)


def _spaced(spans: Sequence[tuple[float, float, str]], line: float) -> Iterator[tuple[float, float, str]]:
    """Leave out texts that would cover the one before."""
    before = -math.inf
    for left, right, text in spans:
        if text and (left + right) / 2 - before > line:
            before = (left + right) / 2
            yield left, right, text
