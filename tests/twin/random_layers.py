"""Layers that fit on any tensor: the leaves of the random specs.

Every text here is valid behind whatever shape of its rank: a group count divides the
channels because it is made of them, a window that might not fit stands in an `if`.
`$n` is a number of filters, `$k` a kernel, `$s` a stride above 1, as in `string.Template`.
"""

from __future__ import annotations

#: Neutral layers and activations, for vectors and images alike.
POINTWISE = (
    "relu", "tanh", "sigmoid", "softmax", "prelu", "gelu",
    "identity", "batchnorm", "batchnorm(scale = false)", "dropout", "layernorm", "lrn",
)  # fmt: skip

#: They keep the spatial sizes of an image.
KEEPING = (
    "conv($n, $k)",
    "conv($n, $k, bias = true)",
    "conv($n, 3, padding = 1)",
    "conv($n, $k, dilation = 2)",
    "conv(in.channels * $n, 3, groups = in.channels)",
    "conv(in.channels, $k, groups = in.channels)",
    "conv(4 * $n, 1) -> conv(2 * $n, $k, groups = 2)",
    "conv_transpose($n, $k)",
    "maxpool($k, stride = 1)",
    "avgpool($k, stride = 1)",
    "channel_shuffle(in.channels)",
    "slice(0, ceil(in.channels / 2))",
)

#: They may change the spatial sizes of an image.
CHANGING = (
    "conv($n, $k, stride = $s)",
    "conv($n, 3, $s, padding = 1)",
    "conv_transpose($n, $k, stride = 2)",
    "maxpool($s)",
    "avgpool(3, stride = $s, padding = 1)",
    "maxpool(3, stride = 2, padding = 1, ceil = true)",
    "upsample(2)",
    "pad(1)",
    "pad(0, 1)",
)

#: They may, and are no single call: nothing can be named by `as` behind them.
CONDITIONAL = (
    "if min(in.spatial) > 2 { conv($n, 3, padding = valid) }",
    "if min(in.spatial) > 2 { pad(-1) }",
    "if in.size > 8 { maxpool(2, padding = same) } else { conv($n, $k) }",
)

#: For vectors.
VECTOR = ("dense($n)", "dense($n, bias = false)", "dense(2 * in.volume)", "flatten", "reshape([in.volume])")

#: Conditions that any tensor decides, with the params of every random spec.
CONDITIONS = (
    "in.channels > 3", "in.channels % 2 == 0", "in.rank > 1", "in.volume < 40", "m > 1", "not w == 3",
)  # fmt: skip

#: Conditions that are decided while the params are symbols.
CONDITIONS_ON_RANKS = ("in.rank > 1", "in.rank == 0", "true")
