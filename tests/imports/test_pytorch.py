"""PyTorch modules, defined here, become graphs and specs. Without PyTorch these tests are skipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import layercalc
from layercalc.errors import SpecError

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'layercalc[torch]'")
from torch import nn  # noqa: E402

from layercalc.imports.pytorch import construct, read_module  # noqa: E402

if TYPE_CHECKING:
    from click.testing import Result


class Residual(nn.Module):  # type: ignore[misc]
    def __init__(self, entering: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.body = nn.Sequential(
            nn.Conv2d(entering, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        same = stride == 1 and entering == width
        self.shortcut = nn.Identity() if same else nn.Conv2d(entering, width, 1, stride)

    def forward(self, x: Any) -> Any:
        return self.body(x) + self.shortcut(x)


class Net(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        widths = [(8, 8, 1), (8, 16, 2), (16, 16, 1), (16, 32, 2), (32, 32, 1)]
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.ModuleList(Residual(*row) for row in widths)
        self.aux = nn.Linear(16, 10)
        self.head = nn.Linear(32, 10)

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))


class Attention(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(100, 16)
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.norm = nn.LayerNorm(16)

    def forward(self, x: Any) -> Any:
        x = self.words(x)
        return self.norm(x + self.attention(x, x, x, need_weights=False)[0])


def test_a_module_is_read_without_its_weights() -> None:
    imported = layercalc.from_torch(Net(), (3, 32, 32))
    kept = sum(weight.numel() for name, weight in Net().named_parameters() if "aux" not in name)
    assert imported.model.params == kept
    assert "# Left out, as the output does not depend on it: aux." in imported.text
    assert "for (width, stride)" in imported.text or "Residual(" in imported.text
    assert not imported.warnings


def test_attention_and_words() -> None:
    module = Attention()
    imported = layercalc.from_torch(module, (12,))
    assert imported.model.params == sum(weight.numel() for weight in module.parameters())
    # queries, keys, values and what they give: 4 x 16 x 16 a word; products of 12 x 12 words, twice
    assert imported.model.macs == 12 * 4 * 16 * 16 + 2 * 12 * 12 * 16


def test_a_weight_used_twice_is_one() -> None:
    layer = nn.Linear(8, 8)
    graph = read_module(nn.Sequential(layer, nn.ReLU(), layer), [(8,)], "twice")
    assert len(graph.weights) == 2


def test_what_depends_on_the_numbers_is_refused() -> None:
    class Branching(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x.tanh() if x.sum() > 0 else x.sigmoid()

    with pytest.raises(SpecError, match=r"torch\.export refuses it"):
        layercalc.from_torch(Branching(), (8,))


def test_an_unknown_operator_is_refused_with_its_module() -> None:
    class Sorting(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x.sort(-1)[0]

    with pytest.raises(SpecError, match=r"aten\.sort\.default"):
        layercalc.from_torch(nn.Sequential(Sorting()), (8,))


@pytest.mark.parametrize("name", ["no_such_package:f", "torch.nn:Lineal", "torch:tensor"])
def test_what_leads_nowhere_is_refused(name: str) -> None:
    with pytest.raises(SpecError):
        construct(name, {})


def test_the_command_reads_a_callable_and_a_file(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    arguments = ("--input", "8", "--arg", "in_features=8", "--arg", "out_features=4")
    called = run_cli("import", "torch.nn:Linear", *arguments)
    assert called.output.endswith("input(8)\ndense(4)\n")
    program = torch.export.export(nn.Linear(8, 4), (torch.empty(1, 8),))
    torch.export.save(program, tmp_path / "linear.pt2")
    assert run_cli("import", str(tmp_path / "linear.pt2")).output.endswith("input(8)\ndense(4)\n")


def test_weights_used_twice_are_counted_once() -> None:
    layer, words = nn.Linear(8, 8), nn.Embedding(50, 8)
    imported = layercalc.from_torch(nn.Sequential(layer, nn.ReLU(), layer), (8,))
    assert imported.model.params == 72
    assert not imported.warnings
    out = nn.Linear(8, 50, bias=False)
    out.weight = words.weight
    tied = layercalc.from_torch(nn.Sequential(words, nn.LayerNorm(8), out), (12,))
    assert tied.model.params == 50 * 8 + 16
    assert not tied.warnings
