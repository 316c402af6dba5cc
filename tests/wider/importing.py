"""Imports the architectures of a table of accuracies from timm, and keeps their texts in a folder.

From: timm's table of accuracies. To: for each architecture and image size a `NAME@SIZE.json` with its
parameters and multiply-accumulates or the reason why it is refused, and the text beside it, `NAME@SIZE.arch`.
What the folder has is not made again.
"""

from __future__ import annotations

import csv
import gc
import json
import multiprocessing
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from layercalc.network import Applied, Merge, Network, bodies

SEED = 20261130
#: Seconds that one architecture may take.
SECONDS = 120
#: Millions of parameters above which an architecture comes last.
BIG = 500.0
#: Operators that an import writes without sizes of the image: a text of no others is good for any size.
UNSIZED = frozenset(
    {
        "add", "avgpool", "batchnorm", "concat", "conv", "dense", "div", "dropout", "elu", "flatten",
        "gelu", "global_avgpool", "global_maxpool", "groupnorm", "hardsigmoid", "hardswish", "identity",
        "layernorm", "leaky_relu", "max", "maxpool", "mish", "mul", "prelu", "relu", "relu6", "sigmoid",
        "silu", "sub", "sum", "tanh",
    }
)  # fmt: skip


class Wanted(NamedTuple):
    """An architecture at an image size, with one of its recipes, and whether it is the first of its sizes."""

    model: str
    tag: str
    size: int
    millions: float

    @property
    def stem(self) -> str:
        return f"{self.model}@{self.size}"


def wanted(accuracy: Path) -> list[list[Wanted]]:
    """Give the architectures in a fair order, each with its image sizes, the big ones last."""
    found: dict[str, dict[int, Wanted]] = {}
    with accuracy.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            size = int(row["image_size"])
            one = Wanted(row["model"], row["tag"], size, float(row["params_millions"]))
            found.setdefault(one.model, {}).setdefault(size, one)
    order = [[*sizes.values()] for _, sizes in sorted(found.items())]
    random.Random(SEED).shuffle(order)
    for sizes in order:
        sizes.sort(key=lambda one: one.size)
    return sorted(order, key=lambda sizes: sizes[0].millions > BIG)


def run(accuracy: Path, cache: Path, again: bool = False) -> None:
    """Import what the folder does not have: first one size of each architecture, then the others."""
    import torch

    from layercalc.imports import from_torch

    torch.set_num_threads(1)
    from_torch(torch.nn.Linear(1, 1), (1,))  # what is imported for it is imported once, not in every child
    gc.collect()
    gc.freeze()
    gc.disable()  # a child ends before its garbage matters
    (cache / "families.json").write_text(json.dumps(_families(accuracy), indent=1) + "\n", "utf-8")
    order = wanted(accuracy)
    jobs = [(sizes[0], "") for sizes in order]
    jobs += [(one, sizes[0].stem) for sizes in order for one in sizes[1:]]
    for done, (one, first) in enumerate(jobs):
        if _is_due(cache, one, again):
            begun = time.monotonic()
            _in_child(one, first, cache)
            told = _record(cache, one.stem) or {}
            text = told.get("error") or f"{told.get('how')} {told.get('params'):,}"
            print(f"{done + 1}/{len(jobs)} {one.stem} {time.monotonic() - begun:.1f} s {text}", flush=True)


def _families(accuracy: Path) -> dict[str, str]:
    """Tell the family of each architecture: the module of timm that has its code."""
    import timm

    models = [sizes[0].model for sizes in wanted(accuracy)]
    return {name: timm.models.model_entrypoint(name).__module__.rpartition(".")[2] for name in sorted(models)}


def _is_due(cache: Path, one: Wanted, again: bool) -> bool:
    told = _record(cache, one.stem)
    return told is None or (again and ("error" in told or bool(told["warnings"])))


def _record(cache: Path, stem: str) -> dict[str, Any] | None:
    path = cache / f"{stem}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _in_child(one: Wanted, first: str, cache: Path) -> None:
    """Import in a process of its own, which may be ended."""
    (cache / f"{one.stem}.json").unlink(missing_ok=True)
    child = multiprocessing.get_context("fork").Process(target=_keep, args=(one, first, cache))
    child.start()
    child.join(SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
        _write(cache, one, {"error": f"takes more than {SECONDS} s"})
    elif _record(cache, one.stem) is None:
        _write(cache, one, {"error": f"the process ended with {child.exitcode}"})


def _write(cache: Path, one: Wanted, told: dict[str, Any]) -> None:
    new = cache / f"{one.stem}.json.new"
    new.write_text(json.dumps({**one._asdict(), **told}, indent=1) + "\n", "utf-8")
    new.rename(cache / f"{one.stem}.json")


def _keep(one: Wanted, first: str, cache: Path) -> None:
    import timm
    import torch

    from layercalc.errors import SpecError

    versions = {"timm": timm.__version__, "torch": torch.__version__.partition("+")[0]}
    begun = time.process_time()
    try:
        told = _imported(one, first, cache)
    except SpecError as error:
        told = {"error": "; ".join(str(diagnostic) for diagnostic in error.diagnostics)}
    except Exception as error:  # noqa: BLE001 - whatever the model's own code raises is kept
        told = {"error": f"{type(error).__name__}: {error}"}
    _write(cache, one, {**told, "seconds": round(time.process_time() - begun, 1), **versions})


def _imported(one: Wanted, first: str, cache: Path) -> dict[str, Any]:
    """Import one model, or take the text of another size where that is the same network."""
    from layercalc.imports import from_torch

    module, takes_size = _module(one)
    if first and not takes_size and (same := _same_text(module, one, first, cache)):
        return same
    imported = from_torch(module, (3, one.size, one.size), name=_identifier(one.model))
    (cache / f"{one.stem}.arch").write_text(imported.text, "utf-8")
    counts = {"params": int(imported.model.params), "macs": int(imported.model.macs)}
    warnings = [str(warning) for warning in imported.warnings]
    return {"how": "imported", "takes_size": takes_size, **counts, "warnings": warnings}


def _identifier(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) if name[0].isalpha() else f"Net_{name}"


def _module(one: Wanted) -> tuple[Any, bool]:
    """Make a model without weights, for its image size where it takes one."""
    import timm

    from layercalc.errors import SpecError
    from layercalc.imports.pytorch import construct

    tagged = f"{one.model}.{one.tag}"
    name = tagged if timm.models.is_model_pretrained(tagged) else one.model
    made = {"model_name": name, "pretrained": False, "num_classes": 1000}
    try:
        return construct("timm:create_model", {**made, "img_size": one.size}), True
    except SpecError as error:
        if "img_size" not in str(error):
            raise
    return construct("timm:create_model", made), False


def _same_text(module: Any, one: Wanted, first: str, cache: Path) -> dict[str, Any]:
    """Take the text of another size if the counts at this one are those that torch itself makes."""
    from layercalc.errors import SpecError
    from layercalc.model import loads

    told, path = _record(cache, first), cache / f"{first}.arch"
    if told is None or told.get("how") != "imported" or told["warnings"] or not path.exists():
        return {}
    text = resized(path.read_text("utf-8"), one.size)
    if not text:
        return {}
    try:
        model = loads(text)
    except SpecError:
        return {}  # a size in it is that of the other image
    if not operators(model.network) <= UNSIZED:
        return {}
    params, macs = int(model.params), int(model.macs)
    if params != told["params"] or macs != _counted(module, one.size):
        return {}
    return {"how": f"the text of {first}", "params": params, "macs": macs, "warnings": []}


def resized(text: str, size: int) -> str:
    """Give a text another image size, or nothing where it has no one input of that kind."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#")) + "\n"
    inputs = [*re.finditer(r"input\(3, (\d+), \1\)", body)]
    if len(inputs) != 1:
        return ""
    return f"{body[: inputs[0].start()]}input(3, {size}, {size}){body[inputs[0].end() :]}"


def operators(network: Network) -> set[str]:
    """Name the layers and merges of a network."""
    steps = [step for body, _ in bodies(network.body) for step in body.steps]
    return {step.kind for step in steps if isinstance(step, Applied | Merge)}


def _counted(module: Any, size: int) -> int:
    """Count multiply-accumulates by torch's own counter of operations."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    module = module.to("meta").eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(torch.empty((1, 3, size, size), device="meta"))
    return int(counter.get_total_flops()) // 2


def texts(accuracy: Path, cache: Path) -> Iterator[tuple[Wanted, dict[str, Any], str]]:
    """Give what was imported: each with its record and its text."""
    for one in (one for sizes in wanted(accuracy) for one in sizes):
        told = _record(cache, one.stem)
        if told is None or "error" in told or told["warnings"]:
            continue
        source = told["how"].removeprefix("the text of ")
        own = source == "imported"
        text = (cache / f"{one.stem if own else source}.arch").read_text("utf-8")
        yield one, told, text if own else resized(text, one.size)
