"""The words that the language has of itself, each with what it says to a reader."""

from __future__ import annotations

from collections.abc import Mapping

#: Functions, as they are called and what they give.
FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "log2": ("log2(x)", "The logarithm to base two."),
    "log": ("log(x)", "The natural logarithm."),
    "sqrt": ("sqrt(x)", "The square root."),
    "exp": ("exp(x)", "The exponential function."),
    "tanh": ("tanh(x)", "The hyperbolic tangent."),
    "erf": ("erf(x)", "The error function."),
    "floor": ("floor(x)", "The largest whole number that is not above x."),
    "ceil": ("ceil(x)", "The least whole number that is not below x."),
    "round": ("round(x)", "The nearest whole number; of two the larger."),
    "abs": ("abs(x)", "The absolute value."),
    "min": ("min(a, b, ...)", "The least of some numbers, or of a list."),
    "max": ("max(a, b, ...)", "The largest of some numbers, or of a list."),
    "sum": ("sum(list)", "The sum of a list; of `[... for i in range(n)]` with a symbolic n too."),
    "product": (
        "product(list)",
        "The product of a list; of `[... for i in range(n)]` with a symbolic n too.",
    ),
    "factorial": ("factorial(n)", "1 times 2 times ... times n."),
    "rising": ("rising(x, n)", "x (x + 1) ... (x + n - 1)."),
    "geometric": ("geometric(q, n)", "1 + q + ... + q^(n - 1)."),
    "recurrence": (
        "recurrence(n, c1, ..., ck)",
        "h(n) = c1 h(n - 1) + ... + ck h(n - k) from h(0) = 1, with 0 before.",
    ),
    "digamma": ("digamma(x)", "The derivative of the logarithm of Gamma(x), (x - 1)! at a whole number."),
    "len": ("len(list)", "The number of entries."),
    "is_list": ("is_list(x)", "Whether x is a list rather than one number."),
    "range": (
        "range(start, stop, step)",
        "The whole numbers from start, or 0, up to stop, which is left out.",
    ),
    "enumerate": ("enumerate(list)", "Pairs of a place, counted from 0, and the entry there."),
    "zip": ("zip(a, b, ...)", "The entries of lists of equal length, side by side."),
    "per_axis": (
        "per_axis(x)",
        "One entry for each spatial axis of the tensor; a number stands for all of them.",
    ),
    "window": (
        "window(sizes, kernel, stride, padding, dilation, ceil)",
        "The sizes that a sliding window gives.",
    ),
    "window_transpose": (
        "window_transpose(sizes, kernel, stride, padding, dilation)",
        "The sizes that a transposed window gives.",
    ),
}

_STRETCHED = "sizes of 1, and a vector over the channels, are stretched"
#: Merges, and how values meet in them.
MERGES: Mapping[str, str] = {
    "add": f"The outputs of the branches are added; {_STRETCHED}.",
    "sub": f"The outputs of the other branches are taken from that of the first; {_STRETCHED}.",
    "mul": f"The outputs of the branches are multiplied; {_STRETCHED}.",
    "div": f"The output of the first branch is divided by those of the others; {_STRETCHED}.",
    "max": f"The largest of the outputs of the branches at each place; {_STRETCHED}.",
    "concat": "The outputs are joined along the channels, or along `axis`; their other sizes are equal.",
}
#: What every merge does to the two cumulative values.
MEETING = "Power takes the largest of the branches, complexity their sum."

#: What a tensor can be asked for.
ATTRIBUTES: Mapping[str, str] = {
    "channels": "The channels.",
    "height": "The first of two spatial sizes.",
    "width": "The second of two spatial sizes.",
    "spatial": "The list of the spatial sizes.",
    "rank": "The number of spatial axes.",
    "size": "The product of the spatial sizes; of a kernel, of its sizes.",
    "volume": "Channels times size: the number of elements.",
}

#: What a layer says of itself.
LAWS: Mapping[str, str] = {
    "shape": "The shape behind the layer, channels first; without it, that before the layer.",
    "power": "Intrinsic power p of the layer; `none` is neutral.",
    "complexity": "Complexity c of the layer; `none` is neutral.",
    "params": "The number of parameters.",
    "macs": "The multiply-accumulates.",
    "comparisons": "The comparisons that decide one element of the output.",
    "jump": "The stride between what two neighbours of the output see, along the last axis.",
    "reach": "The places of the input that one element of the output sees, along the last axis.",
    "require": "A condition on the layer's place and arguments.",
}

#: Values that have a name.
CONSTANTS: Mapping[str, str] = {
    "true": "Counts as 1.",
    "false": "Counts as 0.",
    "same": "Padding that keeps sizes, but for the stride.",
    "valid": "No padding.",
    "none": "No value: a law that is neutral.",
    "derived": "A law that follows from the formula of an activation.",
}

#: How steps that are no layers begin.
STEPS: Mapping[str, str] = {
    "input": "The shape that enters the network: channels, then the spatial sizes.",
    "repeat": "`repeat n { ... }`: the body n times in series.",
    "for": "`for i in range(n) { ... }`: the body once for each item, in series.",
    "if": "`if condition { ... } else { ... }`, decided when the spec is built.",
    "from": "`from name`: go on from a value that was named by `as`.",
    "shared": "`shared name = block(...)`: a layer or a block whose uses have one set of weights.",
    "let": "`let x = ...` or `let f(v) = ...`: a local value or function.",
}

#: How declarations begin.
DECLARATIONS: Mapping[str, str] = {
    "network": '`network Name "title"`',
    "laws": '`laws name "title"`: the head of a law set',
    "param": '`param name = default where condition "what it is"`; `param name: real` need not be whole',
    "block": "`block name(parameters) { ... }`",
    "layer": "`layer name(parameters) from a, b { shape = ... power = ... }`",
    "measure": '`measure name "what it is" = sum of ...`, `max of ...`, `longest of ...`, or other measures',
    "activation": "`activation name(x) = formula { power = ... complexity = ... }`",
    "use": '`use "blocks/se.arch"`: what another file declares',
}

#: How a measure of layers says what is done with the numbers of all of them.
OVER: Mapping[str, str] = {
    "sum of": "The sum over all layers.",
    "max of": "The largest over all layers.",
    "longest of": "The longest way from the input to the output.",
}
