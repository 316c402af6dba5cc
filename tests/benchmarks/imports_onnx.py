"""Models of torchvision as ONNX files, and as PyTorch modules: whether both imports are the same.

``python -m tests.benchmarks.imports_onnx [MODEL ...]``, with PyTorch, torchvision and onnxscript
beside layercalc. Each model is exported three times: by PyTorch's older exporter with its batch
normalization kept and folded, and by its newer one, which folds it where it can. Weights are drawn
at random, as the exporters write those that are equal only once.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import layercalc
from layercalc.errors import SpecError
from layercalc.imports.convert import Imported, convert
from layercalc.imports.onnx import read_file
from layercalc.imports.pytorch import read_module
from layercalc.measures import MEASURES

FAMILIES = ("resnet50", "densenet121", "mobilenet_v2", "googlenet", "vit_b_32")
#: Models whose weights are drawn when they are made, which takes minutes.
DRAWN = ("googlenet", "inception_v3")
#: The ways of exporting: a word for the table, and the arguments of `torch.onnx.export`.
WAYS: dict[str, dict[str, Any]] = {
    "older, kept": {"dynamo": False, "do_constant_folding": False, "opset_version": 17},
    "older, folded": {"dynamo": False, "opset_version": 17},
    "newer": {"dynamo": True, "external_data": False, "verbose": False},
}


def _module(name: str) -> Any:
    torch, models = import_module("torch"), import_module("torchvision.models")
    module = models.get_model(name, **({"init_weights": False} if name in DRAWN else {})).eval()
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(torch.rand_like(weight))
    return module


def _exported(module: Any, size: int, path: Path, way: str) -> None:
    torch = import_module("torch")
    options = dict(WAYS[way])
    if way == "older, kept":
        options["training"] = torch.onnx.TrainingMode.PRESERVE
    torch.onnx.export(module, (torch.zeros(1, 3, size, size),), str(path), **options)


def _measured(imported: Imported) -> dict[str, object]:
    """Give the nine measures under both law sets."""
    models = {laws: layercalc.loads(imported.text, laws=laws) for laws in ("paper", "channels")}
    return {f"{laws} {name}": model.measure(name).expr for laws, model in models.items() for name in MEASURES}


def _body(text: str) -> list[str]:
    """Give the lines of a text without its head."""
    return [line for line in text.splitlines()[1:] if not line.startswith("#")]


def rows(name: str, folder: Path) -> Iterator[str]:
    """Import a model as a module and from each of its files, and compare."""
    size = 299 if name == "inception_v3" else 224
    module = _module(name)
    wanted = convert(read_module(module, [(3, size, size)], name), name)
    measured = _measured(wanted)
    for way in WAYS:
        path = folder / f"{name}.onnx"
        _exported(module, size, path, way)
        start = time.perf_counter()
        try:
            found = convert(read_file(path), name)
        except SpecError as error:
            yield f"| {name} | {way} | {error.diagnostics[0].message} |"
            continue
        seconds = time.perf_counter() - start
        mine = _measured(found)
        same = sum(mine[key] == value for key, value in measured.items())
        params = "equal" if found.model.params == wanted.model.params else f"{int(found.model.params):,}"
        macs = "equal" if found.model.macs == wanted.model.macs else f"{int(found.model.macs):,}"
        text = "equal" if _body(found.text) == _body(wanted.text) else f"{len(found.text.splitlines())} lines"
        exact = "exact" if not found.warnings else "differs"
        columns = (name, way, exact, params, macs, f"{same} of {len(measured)}", text, f"{seconds:.1f}")
        yield f"| {' | '.join(columns)} |"


def main(*names: str) -> None:
    """Print a row for each model and way of exporting."""
    warnings.simplefilter("ignore")
    print("| model | exporter | file and text | parameters | MACs | measures | text | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | ---: |")
    for name in names or FAMILIES:
        with tempfile.TemporaryDirectory() as folder:
            for row in rows(name, Path(folder)):
                print(row, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
