"""Activations of Keras: those that layers name, and those that are layers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layercalc.imports.keras.layer import Layer, Reader, Shifted, Unread, axis_of
from layercalc.imports.values import Known, product

__all__ = ["READERS", "activated", "applied"]

#: What Keras calls activations, and what the neutral graph does.
NAMES: Mapping[str, str] = {
    **{name: name for name in ("relu", "relu6", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid")},
    **{name: name for name in ("softmax", "softplus", "leaky_relu")},
    "swish": "silu",
    "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish",
    "exponential": "exponential",
    "exp": "exponential",
    "square": "square",
    "abs": "absolute",
    "absolute": "absolute",
}
#: The slope below 0 of `leaky_relu` where it is only named.
LEAKY = 0.2
#: What a hard sigmoid adds before it cuts off.
SHIFT = 3


def activated(o: Layer, value: Known) -> Known:
    """Add the activation that a layer names, beside the layer."""
    with o.outside():
        return applied(o, value, o["activation"])


def applied(o: Layer, value: Known, given: Any) -> Known:
    """Add an activation by its name, or by what stands for a function or a layer in a config."""
    if given is None or given == "linear":
        return value
    if isinstance(given, Mapping):
        inner = given.get("config")
        if given.get("class_name") == "function":
            return applied(o, value, inner)
        settings = inner if isinstance(inner, Mapping) else {}
        return _layer(o, value, str(given.get("class_name")), settings)
    name = str(given).rpartition(">")[2] if str(given).startswith("keras") else str(given)
    if name not in NAMES:
        raise Unread(f"its activation {str(given)[:40]} is not known")
    op = NAMES[name]
    if op == "relu6":
        return _relu6(o, value)
    if op == "softmax":
        return o.alike(op, value, axis=len(value.shape) - 1)
    if op == "leaky_relu":
        return o.alike(op, value, slope=LEAKY)
    return o.alike(op, value)


def _layer(o: Layer, value: Known, title: str, settings: Mapping[str, Any]) -> Known:
    """Add an activation that is a layer, by what it has set."""
    if title == "ReLU":
        return _relu(o, value, settings)
    if title == "LeakyReLU":
        return o.alike("leaky_relu", value, slope=_slope(settings, 0.3))
    if title == "ELU":
        return o.alike("elu", value, alpha=_number(settings.get("alpha", 1.0)))
    if title == "Softmax":
        return o.alike("softmax", value, axis=axis_of(settings.get("axis", -1), len(value.shape)))
    raise Unread(f"its activation {title[:40]} is not known")


def _relu(o: Layer, value: Known, settings: Mapping[str, Any]) -> Known:
    most, slope = settings.get("max_value"), _slope(settings, 0.0)
    if _number(settings.get("threshold", 0.0)):
        raise Unread("its threshold is not 0")
    if slope:
        if most is not None:
            raise Unread("it has a slope below 0 and a greatest value")
        return o.alike("leaky_relu", value, slope=slope)
    if most is None:
        return o.alike("relu", value)
    if _number(most) == 6:
        return _relu6(o, value)
    return o.alike("clamp", value, low=0.0, high=_number(most))


def _relu6(o: Layer, value: Known) -> Known:
    """Add a `relu6`; that of x + 3 is the hard sigmoid of x, but for a factor."""
    shifted = isinstance(value, Shifted) and value.by == SHIFT
    return o.alike("hardsigmoid" if shifted else "relu6", value)


def _slope(settings: Mapping[str, Any], default: float) -> float:
    return _number(settings.get("negative_slope", settings.get("alpha", default)))


def _number(value: Any) -> float:
    if isinstance(value, Mapping):  # a number that was an array
        value = value.get("config", {}).get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise Unread(f"it has set {str(value)[:40]} where a number is")
    return float(value)


def _own(o: Layer) -> Known:
    return _layer(o, o.x, o.part.title, o.part.config)


def _prelu(o: Layer) -> Known:
    shared = o["shared_axes"] or []
    sizes = [1 if place in shared else size for place, size in enumerate(o.x.shape) if place]
    if product(sizes) != o.x.shape[-1] or sizes[-1] != o.x.shape[-1]:
        raise Unread("its slopes are not one for each channel of the last axis")
    rank = len(o.x.shape)
    turned = o.permuted(o.x, (0, rank - 1, *range(1, rank - 1)))
    made = o.alike("prelu", turned, [o.weight("alpha", *sizes)])
    return o.permuted(made, (0, *range(2, rank), 1))


#: The readers of this file by the names of classes.
READERS: dict[str, Reader] = {
    "Activation": lambda o: applied(o, o.x, o["activation"]),
    "PReLU": _prelu,
    **dict.fromkeys(("ReLU", "LeakyReLU", "ELU", "Softmax"), _own),
    **{
        f"ops.{name}": lambda o, named=named: applied(o, o.x, named)  # type: ignore[misc]
        for name, named in {
            "Relu": "relu", "Relu6": "relu6", "Elu": "elu", "Selu": "selu", "Gelu": "gelu", "Silu": "silu",
            "Mish": "mish", "Tanh": "tanh", "Sigmoid": "sigmoid", "HardSigmoid": "hard_sigmoid",
            "HardSilu": "hard_silu", "Softplus": "softplus", "Exp": "exp", "Square": "square",
            "Abs": "abs", "Absolute": "abs",
        }.items()
    },
}  # fmt: skip
