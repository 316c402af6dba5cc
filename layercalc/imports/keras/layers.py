"""Dense layers, norms, words, attention, and what is there only while a model is trained."""

from __future__ import annotations

import re
from typing import Any

from layercalc.imports import products
from layercalc.imports.keras.activations import activated
from layercalc.imports.keras.layer import Layer, Reader, Unread, axis_of, whole
from layercalc.imports.values import Derived, Known, product

__all__ = ["READERS"]


def _dense(o: Layer) -> Known:
    units = o.whole("units")
    if len(o.x.shape) < 2:
        raise Unread("it takes a tensor without channels")
    made = _linear(o, o.x, units, "")
    return activated(o, made)


def _linear(o: Layer, x: Known, units: int, prefix: str) -> Known:
    weights = o.weights((x.shape[-1], units), units, prefix)
    return o.emit("linear", (*x.shape[:-1], units), x, weights=weights, units=units, bias=o.has_bias)


def _einsum(o: Layer) -> Known:
    """Read a product over the last axes, `abc,cde->abde`, which is a dense layer with axes joined."""
    letters = re.fullmatch(r"(\.\.\.|\w*),(\w*)->(\.\.\.|\w*)", str(o["equation"]))
    taken, kernel, made = letters.groups() if letters else ("", "", "")
    inner = "".join(one for one in taken if one not in made)
    outer = "".join(one for one in made if one not in taken)
    lead = taken.removesuffix(inner)
    biased = o["bias_axes"]
    if not inner or (taken, kernel, made) != (lead + inner, inner + outer, lead + outer):
        raise Unread(f"its equation {str(o['equation'])[:40]} is not over the last axes")
    if len(taken) != len(o.x.shape) or (biased is not None and sorted(biased) != sorted(outer)):
        raise Unread("its bias is not along the axes that it makes")
    given = o["output_shape"] if isinstance(o["output_shape"], list) else [o["output_shape"]]
    sizes = [whole(size, "output_shape") for size in given[len(given) - len(outer) :]]
    if len(sizes) != len(outer):
        raise Unread(f"its output_shape {str(given)[:40]} is not that of {made}")
    kept = o.x.shape[: len(lead)]
    x = o.reshaped(o.x, (*kept, product(o.x.shape[len(lead) :])))
    units = product(sizes)
    names = [o.weight("kernel", *o.x.shape[len(lead) :], *sizes)]
    names += [o.weight("bias", *sizes)] if biased else []
    shape = (*kept, units)
    done = o.emit("linear", shape, x, weights=names, units=units, bias=bool(biased))
    return activated(o, o.reshaped(done, (*kept, *sizes)))


def _embedding(o: Layer) -> Known:
    words, units = o.whole("input_dim"), o.whole("output_dim")
    weight = o.weight("embeddings", words, units)
    return o.emit("embedding", (*o.x.shape, units), weights=[weight], words=words, units=units)


# -- norms ----------------------------------------------------------------------------


def _axes(o: Layer) -> tuple[int, ...]:
    given = -1 if o["axis"] is None else o["axis"]
    axes = sorted({axis_of(axis, len(o.x.shape)) for axis in (given if isinstance(given, list) else [given])})
    if not axes or axes[0] == 0:
        raise Unread("it is over the axis of the batch")
    return tuple(axes)


def _scaled(o: Layer, *sizes: int) -> tuple[list[str], dict[str, Any]]:
    """Name the weights of a norm: its scale and its shift. Moving means and variances are not trained."""
    scale, bias = o["scale"] is not False, o["center"] is not False
    names = [o.weight("gamma", *sizes)] if scale else []
    return [*names, *([o.weight("beta", *sizes)] if bias else [])], {"scale": scale, "bias": bias}


def _batchnorm(o: Layer) -> Known:
    axes = _axes(o)
    if len(axes) > 1:
        raise Unread("it is over several axes")
    weights, scaled = _scaled(o, o.x.shape[axes[0]])
    return o.alike("batchnorm", o.x, weights, axis=axes[0], **scaled)


def _layernorm(o: Layer) -> Known:
    axes = _axes(o)
    sizes = [o.x.shape[axis] for axis in axes]
    if o["rms_scaling"]:
        return o.alike("rmsnorm", o.x, [o.weight("gamma", *sizes)], axes=axes, scale=True, bias=False)
    weights, scaled = _scaled(o, *sizes)
    return o.alike("layernorm", o.x, weights, axes=axes, **scaled)


def _rmsnorm(o: Layer) -> Known:
    axes = _axes(o)
    weight = o.weight("scale", *[o.x.shape[axis] for axis in axes])
    return o.alike("rmsnorm", o.x, [weight], axes=axes, scale=True, bias=False)


def _groupnorm(o: Layer) -> Known:
    axes, groups = _axes(o), o.whole("groups", 32, -1)
    if len(axes) > 1:
        raise Unread("it is over several axes")
    channels = o.x.shape[axes[0]]
    groups = channels if groups == -1 else groups
    if groups < 1 or channels % groups:
        raise Unread(f"{groups} groups do not divide {channels} channels")
    weights, scaled = _scaled(o, channels)
    return o.alike("groupnorm", o.x, weights, axis=axes[0], groups=groups, **scaled)


def _layer_scale(o: Layer) -> Known:
    size = o.whole("projection_dim")
    if size != o.x.shape[-1]:
        raise Unread(f"it has {size} scales for {o.x.shape[-1]} channels")
    return o.emit("mul", o.x.shape, o.x, Derived((o.weight("gamma", size),), (size,)))


# -- attention ------------------------------------------------------------------------


def _attention(o: Layer) -> Known:
    """Read attention of several heads: projections, products of matrices, and the projection behind."""
    query, key, value = _queried(o)
    heads, width = o.whole("num_heads"), o.whole("key_dim")
    wide = width if o["value_dim"] is None else o.whole("value_dim")
    if o["attention_axes"] not in (None, [1]) or o["output_shape"] is not None:
        raise Unread("its attention_axes or its output_shape are set")
    if any(len(one.shape) != 3 for one in (query, key, value)):
        raise Unread("it takes what is not a sequence of vectors")
    if key.shape[1] != value.shape[1]:
        raise Unread("it has not as many keys as values")
    met = products.attention(
        o.builder,
        _heads(o, query, heads, width, "query_"),
        _heads(o, key, heads, width, "key_"),
        _heads(o, value, heads, wide, "value_"),
    )
    assert met is not None
    joined = o.reshaped(o.permuted(met, (0, 2, 1, 3)), (1, query.shape[1], heads * wide))
    return _linear(o, joined, query.shape[-1], "output_")


def _queried(o: Layer) -> tuple[Known, Known, Known]:
    given = dict(zip(("query", "value", "key"), _flat(o.arguments), strict=False))
    given |= {name: one for name, one in o.named.items() if one is not None}
    query, value = given.get("query"), given.get("value")
    key = given.get("key", value)
    masks = [name for name, one in o.named.items() if isinstance(one, Known) and name.endswith("mask")]
    if masks:
        raise Unread("its mask is computed from the input")
    if not (isinstance(query, Known) and isinstance(value, Known) and isinstance(key, Known)):
        raise Unread("it takes a query and a value")
    return query, key, value


def _flat(arguments: Any) -> list[Any]:
    if len(arguments) == 1 and isinstance(arguments[0], list):
        return list(arguments[0])
    return list(arguments)


def _heads(o: Layer, x: Known, heads: int, width: int, prefix: str) -> Known:
    made = _linear(o, x, heads * width, prefix)
    return o.permuted(o.reshaped(made, (1, x.shape[1], heads, width)), (0, 2, 1, 3))


# -- what a trained model does not do -----------------------------------------------------


def _dropout(o: Layer) -> Known:
    """Read a dropout; one that drops whole samples is there only while a model is trained."""
    rate, noise = o["rate"], o["noise_shape"]
    if isinstance(noise, list) and noise and all(size == 1 for size in noise[1:]):
        return o.x
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < 1:
        raise Unread(f"its rate is {str(rate)[:40]}, not a number from 0 up to 1")
    return o.alike("dropout", o.x, rate=float(rate)) if rate else o.x


def _through(o: Layer) -> Known:
    return o.x


#: Layers that do nothing to what is measured: constants scale and shift, and training alone adds noise.
THROUGH = [
    "Rescaling", "Normalization", "Identity", "Masking", "ActivityRegularization", "GaussianNoise",
    "GaussianDropout", "StochasticDepth", "RandomBrightness", "RandomColorJitter", "RandomContrast",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomShear", "RandomTranslation",
    "RandomZoom",
]  # fmt: skip
#: The readers of this file by the names of classes.
READERS: dict[str, Reader] = {
    **dict.fromkeys(THROUGH, _through),
    **dict.fromkeys(
        ["Dropout", "AlphaDropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"], _dropout
    ),
    "Dense": _dense,
    "EinsumDense": _einsum,
    "Embedding": _embedding,
    "BatchNormalization": _batchnorm,
    "SyncBatchNormalization": _batchnorm,
    "LayerNormalization": _layernorm,
    "RMSNormalization": _rmsnorm,
    "GroupNormalization": _groupnorm,
    "LayerScale": _layer_scale,
    "MultiHeadAttention": _attention,
}
