"""What of keras.applications can be imported: counts, lengths and times, as a Markdown table.

``python -m tests.benchmarks.keras_models``, with Keras and a backend of it installed beside layercalc.
Names that follow are the only models tried. Keras itself builds each model; the parameters are those that
it trains, and the multiply-accumulates are counted on the kernels of its layers and the sizes behind them.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from math import prod
from typing import Any

from layercalc.errors import SpecError
from layercalc.imports import from_keras

#: Models that leave the size of the image open.
OPEN = ("MobileNetV3Large", "MobileNetV3Small")


def main(names: list[str]) -> None:
    """Print the table, and what it comes to."""
    models = import_module("keras.applications")
    lines = []
    exact = 0
    print("| model | parameters | of these not trained | multiply-accumulates | lines | seconds | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    names = names or [name for name in dir(models) if name[0].isupper()]
    for name in names:
        size = {"input_shape": (224, 224, 3)} if name in OPEN else {}
        model = getattr(models, name)(weights=None, **size)
        trained = sum(prod(weight.shape) for weight in model.trainable_weights)
        macs = sum(_macs(layer) for layer in _layers(model))
        start = time.perf_counter()
        try:
            imported = from_keras(model)
        except SpecError as refused:
            print(f"| {name} | | | | | | {refused.diagnostics[0].message} |")
            continue
        seconds = time.perf_counter() - start
        same = (imported.model.params, imported.model.macs) == (trained, macs)
        exact += same
        lines.append(len(imported.text.splitlines()))
        print(
            f"| {name} | {model.count_params():,} | {model.count_params() - trained:,} | {macs:,} "
            f"| {lines[-1]} | {seconds:.1f} | {'' if same else 'differs'} |",
            flush=True,
        )
    print(f"\n{len(names)} models, {len(lines)} imported, {exact} exact; lines: ", end="")
    print(f"median {statistics.median(lines):.0f}, most {max(lines)}")


def _layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        yield from _layers(layer) if hasattr(layer, "layers") else [layer]


def _macs(layer: Any) -> int:
    """Count one layer of a channels-last model: each place behind it, times the weights that make one."""
    kernels: dict[str, tuple[int, ...]] = {one.name: tuple(one.shape) for one in layer.weights}
    sizes: tuple[int, ...] = tuple(layer.output.shape[1:])
    kind = type(layer).__name__
    if kind in ("Conv2D", "Dense"):
        return prod(sizes) * prod(kernels["kernel"][:-1])
    if kind == "DepthwiseConv2D":
        return prod(sizes) * prod(kernels["kernel"][:2])
    if kind == "SeparableConv2D":
        return prod(sizes[:-1]) * (prod(kernels["depthwise_kernel"]) + prod(kernels["pointwise_kernel"]))
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
