"""Operators of PyTorch in small modules: what is written for each. Skipped without PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import layercalc
from layercalc.errors import SpecError

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'layercalc[torch]'")
from torch import nn  # noqa: E402
from torch.nn import functional as fn  # noqa: E402

Function = Callable[["Layers", Any], Any]


class Layers(nn.Module):  # type: ignore[misc]
    """Two dense layers, a scale, a table of positions, and a function that uses them."""

    def __init__(self, function: Function) -> None:
        super().__init__()
        self.function = function
        self.one, self.other = nn.Linear(16, 16, bias=False), nn.Linear(16, 16, bias=False)
        self.scale = nn.Parameter(torch.ones(16))
        self.register_buffer("order", torch.arange(8), persistent=False)

    def forward(self, x: Any) -> Any:
        return self.function(self, x)


class Wrapped(nn.Module):  # type: ignore[misc]
    """A recurrent layer, of which the states of all steps and the last one are used."""

    def __init__(self, cells: Any) -> None:
        super().__init__()
        self.cells = cells

    def forward(self, x: Any) -> Any:
        states, last = self.cells(x)
        return states, last[0] if isinstance(last, tuple) else last


def body(imported: Any) -> str:
    """Give the lines of a text behind its input, in one."""
    return " ".join(imported.text.partition("\ninput(")[2].partition(")")[2].split())


def heads(x: Any, count: int) -> Any:
    return x.reshape(1, 8, count, 16 // count).transpose(1, 2)


def shared(m: Layers, x: Any) -> Any:
    key = m.other(x)[:, None, :, :4]
    return fn.scaled_dot_product_attention(heads(m.one(x), 4), key, key)


def grouped(m: Layers, x: Any) -> Any:
    key = heads(m.other(x), 4)[:, :2]
    return fn.scaled_dot_product_attention(heads(m.one(x), 4), key, key, enable_gqa=True)


def assigned(m: Layers, x: Any) -> Any:
    made = m.one(x)
    made[:, 2:4] = m.other(x)[:, 2:4]
    return made


def viewed(m: Layers, x: Any) -> Any:
    made = m.one(x)
    made.view(1, 128).relu_()
    return made


def stale(m: Layers, x: Any) -> Any:
    made = m.one(x)
    before = made[:, 3:]
    made[:, 2:4] = m.other(x)[:, 2:4]
    return made, before * m.one(x)[:, 3:]


def weighed(m: Layers, x: Any) -> Any:
    kernels = m.one(x)[:, 0].reshape(16, 1, 1)
    return fn.conv1d(m.other(x).transpose(1, 2), kernels, groups=16)


def parts(m: Layers, x: Any) -> Any:
    """Join all parts of a tensor along another axis than the one it was divided along."""
    return m.one(torch.cat(x.reshape(1, 2, 4, 16).split(1, 1), 3).reshape(1, 8, 16)) + x


def several(m: Layers, x: Any) -> Any:
    return m.one.weight.reshape(8, 2, 16) @ m.other(x).transpose(1, 2).unsqueeze(1)


def twice(m: Layers, x: Any) -> Any:
    return x * m.scale + (m.one.weight @ m.scale).sigmoid()


READ: dict[str, tuple[Function, str]] = {
    "unfold": (lambda m, x: x.reshape(1, 8, 4, 4).unfold(2, 2, 2).unfold(3, 2, 2), "unfold(2, stride = 2)"),
    "im2col and back": (
        lambda m, x: fn.fold(fn.unfold(x.reshape(1, 8, 4, 4), 3, padding=1), (4, 4), 3, padding=1),
        "unfold(3) -> fold([4, 4], 3)",
    ),
    "padded channels": (lambda m, x: fn.pad(m.one(x), (0, 2)), "permute([1, 0]) -> pad(0, 2)"),
    "the greatest": (lambda m, x: m.one(x).amax(1) + m.one(x).max(1)[0], "global_maxpool"),
    "the greatest channel": (lambda m, x: m.one(x).amax(2, keepdim=True), "maximum(0)"),
    "variance": (lambda m, x: x / x.var((1, 2), keepdim=True).sqrt(), "reshape([1, 128]) -> variance(1)"),
    "shared keys": (shared, "linear(16, bias = false)"),
    "grouped keys": (grouped, "matmul"),
    "written into a part": (assigned, "concat(axis = 1)"),
    "written into a view": (viewed, "linear(16, bias = false) -> relu"),
    "looked up": (lambda m, x: m.one(x)[:, m.order][:, ::3], "take(1, 8) -> take(1, 3)"),
    "in the other order": (lambda m, x: m.one(x).flip(1), "flip"),
    "weights that are data": (weighed, "conv_by(16, 1, groups = 16)"),
    "the greatest without their places": (
        lambda m, x: fn.adaptive_max_pool1d(m.one(x).transpose(1, 2), 2),
        "adaptive_maxpool(2)",
    ),
    "all parts of one": (parts, "reshape([4, 2, 16]) -> permute([2, 1, 0])"),
    "several matrices of weights": (several, "weighted_product(units = 16, count = 256)"),
    "weights of two layers": (twice, "learned([1, 16]) -> weight__count(count = 256)"),
    "a scale alone": (
        lambda m, x: fn.group_norm(x.transpose(1, 2), 4, m.scale),
        "groupnorm(4, tied = true) -> learned([16])",
    ),
    "repeated": (lambda m, x: x.repeat_interleave(2, 1) @ m.one(x).transpose(1, 2), "copies(2)"),
}


@pytest.mark.parametrize("name", READ)
def test_an_operator_is_read(name: str) -> None:
    function, wanted = READ[name]
    module = Layers(function)
    imported = layercalc.from_torch(module, (8, 16))
    assert not imported.warnings
    assert wanted in body(imported)


def test_a_norm_over_all_axes_has_a_scale_and_a_shift_for_each_element() -> None:
    imported = layercalc.from_torch(nn.Sequential(nn.Conv2d(3, 4, 1), nn.LayerNorm([4, 5, 6])), (3, 5, 6))
    assert "groupnorm(1, tied = true) -> learned([4, 5, 6]) -> learned([4, 5, 6])" in imported.text
    assert imported.model.params == 3 * 4 + 4 + 2 * 120
    with pytest.raises(SpecError, match="a layer norm over several axes, and not over all"):
        layercalc.from_torch(nn.LayerNorm([5, 6]), (4, 5, 6))


def test_a_view_that_was_taken_before_is_refused() -> None:
    with pytest.raises(SpecError, match=r"aten\.copy_\.default"):
        layercalc.from_torch(Layers(stale), (8, 16))


def test_products_with_shared_keys_are_counted_for_each_query() -> None:
    # two layers of 8 x 16 x 16, and two products of 4 x 8 x 8 x 4
    assert layercalc.from_torch(Layers(shared), (8, 16)).model.macs == 2 * 8 * 16 * 16 + 2 * 4 * 8 * 8 * 4
    assert layercalc.from_torch(Layers(grouped), (8, 16)).model.macs == 2 * 8 * 16 * 16 + 2 * 4 * 8 * 8 * 4


@pytest.mark.parametrize(("kind", "gates"), [(nn.LSTM, 4), (nn.GRU, 3), (nn.RNN, 1)])
@pytest.mark.parametrize(("layers", "both", "bias"), [(1, False, True), (2, True, False)])
def test_recurrent_layers(kind: Any, gates: int, layers: int, both: bool, bias: bool) -> None:
    module = Wrapped(kind(16, 12, layers, batch_first=True, bidirectional=both, bias=bias))
    imported = layercalc.from_torch(module, (8, 16))
    assert not imported.warnings
    assert imported.model.params == sum(weight.numel() for weight in module.parameters())
    wide = [16, *[12 * (1 + both)] * (layers - 1)]
    assert imported.model.macs == sum(8 * (1 + both) * gates * 12 * (width + 12) for width in wide)


def test_the_memory_of_a_recurrent_layer_is_refused() -> None:
    class Memory(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.cells = nn.LSTM(16, 12, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.cells(x)[1][1]

    with pytest.raises(SpecError, match=r"aten\.lstm\.input"):
        layercalc.from_torch(Memory(), (8, 16))


class Gate(nn.Module):  # type: ignore[misc]
    """Residual layers, weighed by another value if there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(16, 16) for _ in range(4))

    def forward(self, x: Any, y: Any = None) -> Any:
        for layer, bend in zip(self.layers, (fn.relu, fn.tanh, fn.gelu, fn.sigmoid), strict=True):
            x = x + bend(layer(x))
        return x if y is None else x * y


class Gated(nn.Module):  # type: ignore[misc]
    """Layers of one class that take one value or two."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Linear(16, 16)
        self.gates = nn.ModuleList(Gate() for _ in range(6))

    def forward(self, x: Any) -> Any:
        x = y = self.stem(x)
        for number, gate in enumerate(self.gates):
            x = gate(x, y) if number % 2 else gate(x)
        return x


def test_uses_with_other_inputs_are_a_block_of_their_own() -> None:
    text = layercalc.from_torch(Gated(), (8, 16)).text
    assert "block Gate {" in text
    assert "block Gate_1 from v0, v1 {" in text
