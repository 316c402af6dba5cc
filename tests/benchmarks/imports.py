"""What of torchvision and timm can be imported: counts, lengths and times, as Markdown tables.

``python -m tests.benchmarks.imports torchvision`` or ``timm [COUNT [SEED]]``, with the library and
PyTorch installed beside layercalc. Names that follow are the only models
tried. Of detectors it is the backbone that is imported. A model is exact if the text has the
parameters and multiply-accumulates of its graph, and the parameters of the module itself, without
those that its outputs do not depend on. ``source`` are the lines that hold code, of the files of the
library in which the classes of the model's modules stand.
"""

from __future__ import annotations

import inspect
import random
import resource
import statistics
import sys
import time
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from layercalc.errors import SpecError
from layercalc.imports.convert import convert
from layercalc.imports.pytorch import construct, read_module

#: What other models of torchvision take: a video, or an image of another size.
SIZES = {
    "inception_v3": (3, 299, 299),
    "mvit_v1_b": (3, 16, 224, 224),
    "mvit_v2_s": (3, 16, 224, 224),
    "ssd300_vgg16": (3, 300, 300),
    "s3d": (3, 16, 224, 224),
    "mc3_18": (3, 16, 112, 112),
    "r2plus1d_18": (3, 16, 112, 112),
    "r3d_18": (3, 16, 112, 112),
    "swin3d_b": (3, 16, 112, 112),
    "swin3d_s": (3, 16, 112, 112),
    "swin3d_t": (3, 16, 112, 112),
}
IMAGE = (3, 224, 224)
#: Models whose weights are drawn when they are made, which takes minutes.
DRAWN = ("googlenet", "inception_v3")
#: Tokens that hold no code, and how the strings begin that are docstrings.
LAYOUT = (
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
)
QUOTES = ('"""', 'r"""', "'''")


class Row(NamedTuple):
    """A model: lines of its text, those that hold code, those of its source, and what is wrong with it."""

    kind: str
    name: str
    params: int
    lines: int
    code: int
    source: int
    seconds: float
    fault: str


def torchvision_models() -> Iterator[tuple[str, str, str, dict[str, Any], tuple[int, ...]]]:
    """Give the kind, the name, the source, the arguments and the size of the input of each model."""
    models = import_module("torchvision.models")
    for name in models.list_models():
        builder = models.get_model_builder(name)
        kind = builder.__module__.split(".")[2]
        kind = (
            kind
            if kind in ("quantization", "optical_flow", "segmentation", "detection", "video")
            else "classification"
        )
        if kind in ("quantization", "optical_flow"):
            continue
        arguments: dict[str, Any] = {"init_weights": False} if name in DRAWN else {}
        if kind in ("segmentation", "detection"):
            arguments["weights_backbone"] = None
        yield kind, name, f"{builder.__module__}:{name}", arguments, SIZES.get(name, IMAGE)


def timm_models(count: int, seed: int) -> Iterator[tuple[str, str, str, dict[str, Any], tuple[int, ...]]]:
    """Give a drawing of timm's architectures, the same for a seed."""
    timm = import_module("timm")
    names = sorted(timm.list_models())
    for name in sorted(random.Random(seed).sample(names, count)):
        size = timm.get_pretrained_cfg(name).input_size
        yield "timm", name, "timm:create_model", {"model_name": name}, tuple(size)


def unused(module: Any, left: Sequence[str]) -> int:
    """Count the parameters of modules that the outputs do not depend on."""
    paths = tuple(f"{path}." for path in left)
    return sum(one.numel() for name, one in module.named_parameters() if f"{name}.".startswith(paths))


@cache
def code_lines(path: str) -> int:
    """Count the lines of a file that hold code: neither comments nor docstrings."""
    with Path(path).open("rb") as file:
        kept = [token for token in tokenize.tokenize(file.readline) if token.type not in LAYOUT]
    code = [one for one in kept if one.type != tokenize.STRING or not one.string.startswith(QUOTES)]
    return len({line for token in code for line in range(token.start[0], token.end[0] + 1)})


def source_lines(module: Any, library: str) -> int:
    """Count the lines of code of the files in which a library's classes of a model's modules stand."""
    classes = {type(part) for part in module.modules() if type(part).__module__.startswith(f"{library}.")}
    return sum(code_lines(path) for path in {inspect.getfile(one) for one in classes})


def rows(
    models: Iterator[tuple[str, str, str, dict[str, Any], tuple[int, ...]]], only: list[str]
) -> Iterator[Row]:
    """Import each model, and tell what came of it."""
    for kind, name, source, arguments, size in models:
        if only and name not in only:
            continue
        start = time.perf_counter()
        params, lines, code, long, fault = 0, 0, 0, 0, ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module = construct(source, arguments)
                module = module.backbone if kind == "detection" else module
                params = sum(weight.numel() for weight in module.parameters())
                graph = read_module(module, [size], source)
                imported = convert(graph, name)
            text = imported.text.splitlines()
            lines, code = len(text), sum(bool(line) and not line.startswith("#") for line in text)
            long = source_lines(module, source.partition(".")[0].partition(":")[0])
            fault = "; ".join(str(warning).replace("\n", ", ") for warning in imported.warnings)
            if (left := params - unused(module, graph.unused)) != imported.model.params:
                fault = fault or f"the module has {left:,} parameters, the text {imported.model.params}"
        except SpecError as error:
            fault = "; ".join(dict.fromkeys(diagnostic.message for diagnostic in error.diagnostics))
        except Exception as error:  # noqa: BLE001 - one model must not end a run of hundreds
            fault = f"a fault of the importer: {type(error).__name__}: {error}"
        row = Row(kind, name, params, lines, code, long, time.perf_counter() - start, fault)
        told = f"{lines or ''} | {code or ''} | {long or ''} | {row.seconds:.1f} | {fault[:160] or 'exact'}"
        print(f"| {name} | {params:,} | {told} |", flush=True)
        yield row


def main(library: str, *rest: str) -> None:
    """Print a row for each model, then the totals of each kind."""
    numbers = [int(word) for word in rest if word.isdecimal()]
    only = [word for word in rest if not word.isdecimal()]
    models = (
        torchvision_models()
        if library == "torchvision"
        else timm_models(*(numbers or [200]), *([1] * (len(numbers) < 2)))
    )
    print("| model | parameters | lines | code | source | seconds | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    made = list(rows(models, only))
    print("\n| kind | models | imported | exact | lines | most | of the source | at most | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind in dict.fromkeys(row.kind for row in made):
        mine = [row for row in made if row.kind == kind]
        lines = [row.lines for row in mine if row.lines] or [0]
        exact = sum(not row.fault for row in mine)
        times = statistics.median(row.seconds for row in mine)
        shares = [row.code / row.source for row in mine if row.source] or [0.0]
        counts = f"{len(mine)} | {sum(row.lines > 0 for row in mine)} | {exact}"
        long = f"{statistics.median(lines):g} | {max(lines)}"
        long += f" | {statistics.median(shares):.0%} | {max(shares):.0%}"
        print(f"| {kind} | {counts} | {long} | {times:.1f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\nAt most {peak:.1f} GiB of memory.")


if __name__ == "__main__":
    main(*sys.argv[1:])
