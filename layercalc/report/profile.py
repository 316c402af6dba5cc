"""Power and complexity along networks as a picture (Fig. 7 of the paper, for any spec)."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from layercalc.closed import Closed
from layercalc.errors import fail, listing
from layercalc.expressions.scope import is_symbolic
from layercalc.forms.product import Product
from layercalc.inspect.profile import ProfileStage, ProfileStep, stages, steps
from layercalc.network import Network
from layercalc.plot.picture import Curve, Panel, Picture, Ticks, on_axis
from layercalc.report import cells
from layercalc.report.evaluation import settings

#: Steps up to which each is named along the axis; letters of a line of the title, and of a stage's name.
FEW, LINE, SHORT = 14, 110, 18
#: Keeps the value of a param on the line of its name.
_TIED = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_ALONG = "local layers and merges"


class Profile(NamedTuple):
    """A network with its steps and stages; `label` names it among the others of its family."""

    label: str
    steps: Sequence[ProfileStep]
    stages: Sequence[ProfileStage]

    @property
    def ends(self) -> list[int]:
        """The steps at which a stage ends, after 0, where the first begins."""
        return [0, *(stage.last for stage in self.stages)]


def profile_picture(networks: Sequence[Network], varied: Sequence[str]) -> Picture:
    """Draw cumulative and local values along the networks of a family, with a curve for each network.

    Raises `SpecError` where a param is a symbol, and where a network has no local layer.
    """
    found = [_profile(network, varied) for network in networks]
    panels = [
        _cumulative(found, "power P", [[s.power for s in each.steps] for each in found]),
        _cumulative(found, "complexity C", [[s.complexity for s in each.steps] for each in found]),
    ]
    powers = _local(found, "power p", [[s.local_power for s in _layers(each)] for each in found])
    complexities = _local(
        found, "complexity c", [[s.local_complexity for s in _layers(each)] for each in found]
    )
    panels += [panel for pair in zip(powers, complexities, strict=True) for panel in pair]
    told = f"{networks[0].name}: {settings(networks)}".replace(" = ", _TIED)
    title = textwrap.fill(told, LINE).replace(_TIED, " = ")
    return Picture(networks[0].name, title, panels)


def _profile(network: Network, varied: Sequence[str]) -> Profile:
    if symbols := [name for name, value in network.params.items() if _has_symbol(value)]:
        told = f"{listing(symbols, 'and')} {'has' if len(symbols) == 1 else 'have'} none"
        raise fail(f"a picture shows numbers, and {told}", hint=f"--{symbols[0]} VALUE gives it one")
    found = steps(network)
    if not found:
        raise fail(f"{network.name} has no layer with a power or a complexity, and nothing to draw")
    values = [f"{name} = {cells.param(network, network.params[name])}" for name in varied]
    return Profile(", ".join(values), found, stages(found))


def _has_symbol(value: object) -> bool:
    return any(map(_has_symbol, value)) if isinstance(value, tuple) else is_symbolic(value)


def _layers(profile: Profile) -> list[ProfileStep]:
    return [step for step in profile.steps if step.layer is not None]


def _cumulative(found: Sequence[Profile], label: str, values: Sequence[Sequence[Product]]) -> Panel:
    """Draw the cumulative values after each step; at the input they are 1."""
    axis, shown = on_axis(f"cumulative {label}", [[0.0, *map(_log, own)] for own in values])
    few, alike = _are_few(found), _alike(found)
    curves = [
        curve
        for profile, y in zip(found, shown, strict=True)
        for curve in (
            [Curve(profile.label, range(len(y)), y, "both")] if few else _along(profile, y, len(found))
        )
    ]
    return Panel(
        _ALONG if alike else f"{_ALONG}; marks at the ends of stages", axis, curves,
        x_ticks=[(0, "input"), *_names(found)] if few else (), x_spans=_spans(found) if alike else (),
    )  # fmt: skip


def _along(profile: Profile, y: Sequence[float], curves: int) -> Iterator[Curve]:
    """Draw a curve with marks at the ends of stages; of several, these are joined, the last is named."""
    if curves == 1:
        yield Curve(profile.label, range(len(y)), y, marked=profile.ends)
        return
    ends = [end for end in profile.ends if end < len(y)]
    names = [""] * (len(ends) - 1) + [profile.label]
    yield Curve(profile.label, range(len(y)), y, faint=True)
    yield Curve(profile.label, ends, [y[end] for end in ends], "both", names)


def _local(found: Sequence[Profile], label: str, values: Sequence[Sequence[Product]]) -> list[Panel]:
    """Draw the local values of each layer; merges have none. Several long networks have a panel each."""
    axis, shown = on_axis(f"local {label}", [[*map(_log, own)] for own in values])
    few, apart = _are_few(found), len(found) > 1 and not _are_few(found)
    curves = [
        Curve(profile.label, [*_places(profile)], y, "both" if few else "marks")
        for profile, y in zip(found, shown, strict=True)
    ]
    if apart:
        return [
            Panel(_ALONG, axis, [curve], profile.label, x_spans=_shades(profile), low=True)
            for profile, curve in zip(found, curves, strict=True)
        ]
    names, spans = _names(found) if few else (), _spans(found) if _alike(found) else ()
    return [Panel(_ALONG, axis, curves, x_ticks=[*names], x_spans=spans)]


def _log(value: Product) -> float:
    """Take the logarithm to base two; a value without one leaves a gap."""
    log = Closed(value).log2
    return log if log is not None and math.isfinite(log) else math.nan


def _places(profile: Profile) -> Iterator[int]:
    return (place for place, step in enumerate(profile.steps, start=1) if step.layer is not None)


def _alike(found: Sequence[Profile]) -> bool:
    """Tell whether all networks have the same axis, along which stages or steps can be named."""
    return all(profile.ends == found[0].ends for profile in found)


def _are_few(found: Sequence[Profile]) -> bool:
    named = [[step.name for step in profile.steps] for profile in found]
    return len(named[0]) <= FEW and all(names == named[0] for names in named)


def _names(found: Sequence[Profile]) -> Ticks:
    return [(place, re.sub("[ _]", "\n", step.name)) for place, step in enumerate(found[0].steps, start=1)]


def _spans(found: Sequence[Profile]) -> list[tuple[float, float, str]]:
    """Give the stages as spans of the axis, if there are several, with the names that all share."""
    together = [*zip(*(profile.stages for profile in found), strict=True)]
    if len(together) == 1:
        return []
    return [(alike[0].first - 0.5, alike[0].last + 0.5, _common(alike)) for alike in together]


def _shades(profile: Profile) -> list[tuple[float, float, str]]:
    """Give the stages of a network without their names, for which a low panel has no room."""
    return [(left, right, "") for left, right, _ in _spans([profile])]


def _common(alike: Sequence[ProfileStage]) -> str:
    """Give the name that a stage has in all networks."""
    names = {stage.name for stage in alike}
    return textwrap.shorten(names.pop(), SHORT, placeholder="...") if len(names) == 1 else ""
