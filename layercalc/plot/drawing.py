"""A picture as the bytes of a file."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from layercalc.plot.hover import with_values
from layercalc.plot.naming import name_points
from layercalc.plot.panels import draw_panel
from layercalc.plot.picture import FORMATS, Format, Panel, Picture
from layercalc.plot.style import SETTINGS, look, plain

#: What a file would tell of the day and the program that made it.
_UNTOLD: Mapping[str, Mapping[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
#: A picture that is wider than the page of a browser shrinks to it.
_FITTING = '<svg style="max-width: 100%; height: auto" '
#: Inches of a panel, of one with many names, and of one with texts along its axis and of a line of them.
_PANEL, _CROWDED, _NARROW, _LINE = (6.4, 4.4), (13.0, 9.5), 4.2, 0.155
#: So many names crowd a panel; so many labels of different panels are told together.
_MANY, _FEW = 25, 6


def drawn(picture: Picture, formats: Iterable[Format] = FORMATS) -> dict[Format, bytes]:
    r"""Draw a picture once, and save it in each format.

    >>> from layercalc.plot.picture import Curve
    >>> curve = Curve("ResNet", [18, 34], [-28.6, -34.8], "both", ["18", "34"])
    >>> picture = Picture("p", "Powers", [Panel("depth, layers", "GCIP, log2", [curve])])
    >>> {name: data[:5] for name, data in drawn(picture).items()}
    {'svg': b'<?xml', 'png': b'\x89PNG\r', 'pdf': b'%PDF-'}
    """
    with matplotlib.style.context({**SETTINGS, "svg.hashsalt": picture.name}, after_reset=True):
        figure = _figure(picture)
        return {format_: _saved(figure, format_) for format_ in formats}


def _saved(figure: Figure, format_: Format) -> bytes:
    written = io.BytesIO()
    marks = _marks(figure)
    figure.savefig(written, format=format_, metadata=dict(_UNTOLD[format_]))
    if format_ != "svg":
        return written.getvalue()
    return with_values(written.getvalue().decode().replace("<svg ", _FITTING, 1), marks).encode()


def _marks(figure: Figure) -> dict[str, tuple[str, list[tuple[float, float]]]]:
    """Give each line with marks an id, and give its label and its marked points."""
    found = {}
    for number, line in enumerate(line for ax in figure.axes for line in ax.lines):
        every = line.get_markevery()
        if isinstance(every, list):
            line.set_gid(f"marks-{number}")
            label = str(line.get_label())
            told = "" if label.startswith("_") else label.replace(r"\$", "$")
            points = [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())[every]]
            found[f"marks-{number}"] = told, points
    return found


def _figure(picture: Picture) -> Figure:
    columns = min(picture.columns, len(picture.panels))
    rows = math.ceil(len(picture.panels) / columns)
    sizes = [_size(panel) for panel in picture.panels]
    width = max(wide for wide, _ in sizes)
    heights = [max(high for _, high in sizes[row * columns :][:columns]) for row in range(rows)]
    figure = Figure(figsize=(columns * width, sum(heights) + 0.4), layout="constrained")
    FigureCanvasAgg(figure)  # measures texts, whatever the format
    figure.suptitle("\n".join(map(plain, picture.title.split("\n"))), fontsize=13)
    looks = {label: look(number) for number, label in enumerate(_labels(picture.panels))}
    axes: list[Axes] = []
    grid = figure.add_gridspec(rows, columns, height_ratios=heights)
    for number, panel in enumerate(picture.panels):
        above = axes[number - columns] if panel.low and number >= columns else None
        if above is not None and not picture.panels[number - columns].low:
            above = None
        axes.append(figure.add_subplot(grid[number // columns, number % columns], sharex=above, sharey=above))
        draw_panel(axes[-1], panel, looks)
        if number % columns and panel.y_ticks and panel.y_ticks == picture.panels[number - 1].y_ticks:
            axes[-1].tick_params(labelleft=False)  # they stand at the panel on its left
    _legends(figure, axes)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # names are placed where things are now
    for ax, panel in zip(axes, picture.panels, strict=True):
        name_points(ax, panel)
    return figure


def _size(panel: Panel) -> tuple[float, float]:
    if panel.y_ticks:
        return _NARROW, max(_PANEL[1], 1.2 + _LINE * len(panel.y_ticks))
    if panel.low:
        return _PANEL[0], _PANEL[1] / 2
    return _CROWDED if sum(len([*filter(None, curve.names)]) for curve in panel.curves) > _MANY else _PANEL


def _labels(panels: Sequence[Panel]) -> list[str]:
    return [*dict.fromkeys(curve.label for panel in panels for curve in panel.curves if curve.label)]


def _legends(figure: Figure, axes: Sequence[Axes]) -> None:
    """Put one legend below all panels, or one beside each where they have many different curves."""
    shown: list[tuple[Any, Any]] = [ax.get_legend_handles_labels() for ax in axes]
    known: dict[str, Any] = {}
    for pair in shown:
        for handle, label in zip(*pair, strict=True):
            known.setdefault(label, handle)
    together = any(len(labels) == len(known) for _, labels in shown) or len(known) <= _FEW
    if known and together:
        figure.legend(known.values(), known, loc="outside lower center", ncols=min(len(known), 5))
        return
    for ax, (handles, labels) in zip(axes, shown, strict=True):
        if labels:
            ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
