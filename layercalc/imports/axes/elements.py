"""Rules of dense layers, norms and activations: most leave the axes of what they take alone."""

from __future__ import annotations

from typing import Any

from layercalc.imports.axes.follower import Follower, whole
from layercalc.imports.axes.layers import Rule
from layercalc.imports.graph import Node
from layercalc.imports.layout import Axis, Held, Unfollowed, axes_of, flat, size_of, sizes_of
from layercalc.imports.steps import ACTIVATIONS, Declared


def _linear(f: Follower, node: Node) -> Held:
    held = f.value(node)
    last = held.foreign[-1]
    units = axes_of([node["units"]])[0]
    arguments: dict[str, Any] = {"units": node["units"]}
    if not node["bias"]:
        arguments["bias"] = False
    if not node.weights:
        arguments["tied"] = True  # constants, which are no parameters
    foreign = (*held.foreign[:-1], units)
    if whole(held, last):
        return f.layer("dense", held, (units,), foreign, node.weights, **arguments)
    held = f.channels(held, last)
    return f.layer("linear", held, (units, *held.axes[1:]), foreign, node.weights, **arguments)


def _embedding(f: Follower, node: Node) -> Held:
    held = f.value(node)
    if held.axes[0]:
        held = f.arrange(held, ((), *held.axes))
    units = axes_of([node["units"]])[0]
    arguments = {"words": node["words"], "units": node["units"]}
    axes, foreign = (units, *held.axes[1:]), (*held.foreign, units)
    return f.layer("embedding", held, axes, foreign, node.weights, **arguments)


def _norm(f: Follower, node: Node) -> Held:
    held = f.channels(f.value(node), f.value(node).foreign[node["axis"] % len(node.shape)])
    return _affine(f, node, held, **({"groups": node["groups"]} if node.op == "groupnorm" else {}))


def _affine(f: Follower, node: Node, held: Held, **arguments: Any) -> Held:
    """Write a norm with its scale and its shift; one that no law has alone is `learned`, behind the norm."""
    only_if_said = node.op == "instancenorm"
    if node["scale"] and node["bias"]:
        return f.alike(node.op, held, node.weights, **arguments, **({"scale": True} if only_if_said else {}))
    if node["bias"] and node.op in ("batchnorm", "layernorm"):
        return f.alike(node.op, held, node.weights, scale=False)
    made = f.alike(node.op, held, (), **arguments, **({} if only_if_said else {"tied": True}))
    return f.alike("learned", made, node.weights, sizes=sizes_of(made.axes[:1])) if node.weights else made


def _layernorm(f: Follower, node: Node) -> Held:
    held = f.value(node)
    over = flat(held.foreign[axis] for axis in node["axes"])
    if len(node["axes"]) > 1:
        return _norm_of_all(f, node, held, over)
    held = f.channels(held, over)
    if node.op == "rmsnorm" or (node["scale"] and not node["bias"]):
        return f.alike("rmsnorm", held, node.weights, **({} if node["scale"] else {"tied": True}))
    return _affine(f, node, held)


def _norm_of_all(f: Follower, node: Node, held: Held, over: Axis) -> Held:
    """Write a layer norm over all axes: one group of channels, and a scale and a shift for each element."""
    if node.op == "rmsnorm" or not whole(held, over):
        raise Unfollowed("a layer norm over several axes, and not over all")
    held = f.alike("groupnorm", held, groups=1, tied=True)
    for weight in node.weights:
        held = f.alike("learned", held, (weight,), sizes=sizes_of(held.axes))
    return held


def _elementwise(f: Follower, node: Node) -> Held:
    arguments: dict[str, Any] = {}
    defaults = {"slope": 0.01, "alpha": 1.0}
    for name, value in node.attributes.items():
        if name in defaults and value != defaults[name]:
            arguments[name] = value
    return f.alike(node.op, f.value(node), node.weights, **arguments)


def _prelu(f: Follower, node: Node) -> Held:
    held = f.value(node)
    return f.alike("prelu", f.channels(held, held.foreign[1 if len(held.foreign) > 1 else -1]), node.weights)


def _dropout(f: Follower, node: Node) -> Held:
    rate = node["rate"]
    return f.alike("dropout", f.value(node), **({} if rate == 0.5 else {"rate": rate}))


def _lrn(f: Follower, node: Node) -> Held:
    held = f.channels(f.value(node), f.value(node).foreign[node["axis"]])
    defaults = {"size": 5, "alpha": 1e-4, "beta": 0.75, "offset": 2}
    given = {name: node[name] for name, default in defaults.items() if node[name] != default}
    return f.alike("lrn", held, **given)


def _glu(f: Follower, node: Node) -> Held:
    held = f.value(node)
    channels = held.foreign[node["axis"]]
    held = f.channels(held, channels)
    half = axes_of([size_of(channels) // 2])[0]
    foreign = tuple(half if place == node["axis"] else axis for place, axis in enumerate(held.foreign))
    return f.layer("glu", held, (half, *held.axes[1:]), foreign)


#: Functions of one element that a spec declares, as activations: their arguments and formulas.
FORMULAS = {
    "square": (("x",), "x^2"),
    "exponential": (("x",), "exp(x)"),
    "absolute": (("x",), "abs(x)"),
    "softplus": (("x",), "log(1 + exp(x))"),
    "clamp": (("x", "low", "high"), "min(max(x, low), high)"),
}
#: Functions of what is positive, within a normalization: as neutral as that is.
WITHIN_NORMS = ("root", "inverse_root", "reciprocal", "logarithm", "power")


def _formula(f: Follower, node: Node) -> Held:
    parameters, formula = FORMULAS[node.op]
    f.declare(Declared(node.op, parameters, {}, formula=formula))
    return f.alike(node.op, f.value(node), (), **node.attributes)


def _within_norm(f: Follower, node: Node) -> Held:
    f.declare(Declared(node.op, (), {}, "within a normalization, and neutral as that is"))
    return f.alike(node.op, f.value(node))


RULES: dict[str, Rule] = {
    "linear": _linear,
    "embedding": _embedding,
    **dict.fromkeys(("batchnorm", "groupnorm", "instancenorm"), _norm),
    **dict.fromkeys(("layernorm", "rmsnorm"), _layernorm),
    "dropout": _dropout,
    "prelu": _prelu,
    "lrn": _lrn,
    "glu": _glu,
    **dict.fromkeys(ACTIVATIONS, _elementwise),
    **dict.fromkeys(FORMULAS, _formula),
    **dict.fromkeys(WITHIN_NORMS, _within_norm),
}
