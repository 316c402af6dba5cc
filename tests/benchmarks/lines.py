"""Lines of each family's spec beside those of its public source: ``python -m tests.benchmarks.lines DIR``.

DIR holds the sources unpacked, a folder each: `torchvision` 0.19.1, `pretrainedmodels` 0.7.4
and `keras` 3.5.0 as their packages have them, `torchgpipe` and `Keras-DualPathNetworks` as
their repositories. Neither blank lines count, nor comments, nor the
docstrings of the sources. A block file counts for each family that uses it.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from layercalc import specs
from layercalc.syntax import tree
from layercalc.syntax.library import folder, read, used
from layercalc.syntax.parse import parse

TORCHVISION, CADENE = "torchvision/models", "pretrainedmodels/models"
KERAS = "keras/src/applications"
#: The files of each family's source, the one whose rows it follows.
SOURCES = {
    "alexnet": [f"{TORCHVISION}/alexnet.py"],
    "amoebanet": [f"models/amoebanet/{name}.py" for name in ("__init__", "genotype", "operations")],
    "bn_inception": [f"{CADENE}/bninception.py"],
    "caffe_resnet": [f"{CADENE}/cafferesnet.py"],
    "densenet": [f"{TORCHVISION}/densenet.py"],
    "dpn": ["dual_path_network.py"],
    "efficientnet": [f"{KERAS}/efficientnet.py"],
    "fb_resnet": [f"{CADENE}/fbresnet.py"],
    "googlenet": [f"{TORCHVISION}/googlenet.py"],
    "inception_resnet_v2": [f"{CADENE}/inceptionresnetv2.py"],
    "inception_v3": [f"{TORCHVISION}/inception.py"],
    "inception_v4": [f"{CADENE}/inceptionv4.py"],
    "mnasnet": [f"{TORCHVISION}/mnasnet.py"],
    "mobilenet": [f"{KERAS}/mobilenet.py"],
    "mobilenet_v2": [f"{TORCHVISION}/mobilenetv2.py"],
    "nasnet": [f"{CADENE}/nasnet.py"],
    "pnasnet": [f"{CADENE}/pnasnet.py"],
    "polynet": [f"{CADENE}/polynet.py"],
    "resnet": [f"{TORCHVISION}/resnet.py"],
    "resnet_v2": [f"{KERAS}/resnet.py", f"{KERAS}/resnet_v2.py"],
    "resnext": [f"{TORCHVISION}/resnet.py"],
    "se_resnet": [f"{CADENE}/senet.py"],
    "se_resnext": [f"{CADENE}/senet.py"],
    "senet": [f"{CADENE}/senet.py"],
    "shufflenet_v2": [f"{TORCHVISION}/shufflenetv2.py"],
    "squeezenet": [f"{TORCHVISION}/squeezenet.py"],
    "vgg": [f"{TORCHVISION}/vgg.py"],
    "wide_resnet_imagenet": [f"{TORCHVISION}/resnet.py"],
    "xception": [f"{CADENE}/xception.py"],
}
HEADERS = ("family", "its spec", "share", "with all it uses", "share", "source", "its lines")


def spec_lines(path: Path) -> int:
    """Count the lines of a spec that are neither blank nor comments."""
    lines = (line.strip() for line in read(path).text.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def uses(path: Path, root: Path) -> set[Path]:
    """Find all files that a spec uses, and those that they use."""
    found: set[Path] = set()
    for item in parse(read(path), path).items:
        if isinstance(item, tree.Use):
            target = used(item.path.text, path, root, item.span)
            found |= {target} | uses(target, root)
    return found


def source_lines(path: Path) -> int:
    """Count the lines of a Python file that are neither blank nor comments nor docstrings."""
    text = path.read_text("utf-8")
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            silent |= {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = enumerate((line.strip() for line in text.splitlines()), start=1)
    return sum(bool(line) and not line.startswith("#") and number not in silent for number, line in lines)


def located(path: str, sources: Path) -> Path:
    """Find a file of a source, wherever it was unpacked below the folder."""
    return next(found for found in sorted(sources.rglob(Path(path).name)) if found.as_posix().endswith(path))


def main(sources: Path) -> None:
    """Print the table, and in its last row every file once."""
    print(f"| {' | '.join(HEADERS)} |\n| --- | ---: | ---: | ---: | ---: | --- | ---: |")
    ours: set[Path] = set()
    theirs: set[Path] = set()
    for family, names in SOURCES.items():
        path, files = specs()[family], {located(name, sources) for name in names}
        used_too = {path.resolve()} | uses(path, folder("specs"))
        _row(family, spec_lines(path), sum(map(spec_lines, used_too)), files, ", ".join(names))
        ours |= used_too
        theirs |= files
    total = sum(map(spec_lines, ours))
    _row("all, each file once", total, total, theirs, "")


def _row(family: str, own: int, whole: int, files: set[Path], named: str) -> None:
    lines = sum(map(source_lines, files))
    print(f"| {family} | {own} | {own / lines:.0%} | {whole} | {whole / lines:.0%} | {named} | {lines} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
