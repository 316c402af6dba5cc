"""`layercalc import`: models of other frameworks as specs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from layercalc.imports.graph import Graph

DIFFERS = 1
#: The sizes of an input, without the batch.
Shape = tuple[int, ...]
OWN_INPUTS = "a file has its own inputs: --input is for PACKAGE.MODULE:CALLABLE, ONNX and Keras"


@click.command("import", short_help="Write a PyTorch, ONNX or Keras model as a spec.")
@click.argument("source")
@click.option(
    "--input", "inputs", multiple=True, metavar="SIZES",
    help="The shape of an input without the batch, 3,224,224; once for each input. Of a Keras model that "
    "leaves sizes open, in its own order of axes, 224,224,3.",
)  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the spec there, not to the terminal.",
)
@click.option("--name", default="", help="The name of the network; else that of the model.")
@click.option(
    "--arg", "arguments", multiple=True, metavar="ARGUMENT=VALUE",
    help="An argument of CALLABLE: a number, true, false, none, a word, a list.",
)  # fmt: skip
@click.option(
    "--graph", type=click.Path(path_type=Path), metavar="FILE", help="Save the model's graph as JSON."
)
@click.option(
    "--partial", is_flag=True, help="Let an operator that is not known be a neutral layer, declared."
)
@click.pass_context
def import_(
    ctx: click.Context, source: str, inputs: tuple[str, ...], out: Path | None, name: str,
    arguments: tuple[str, ...], graph: Path | None, partial: bool,
) -> None:  # fmt: skip
    """Write a model as a spec: blocks, params and loops that a person can read and change.

    SOURCE is PACKAGE.MODULE:CALLABLE, which is imported and called, as in

    layercalc import torchvision.models:resnet50 --input 3,224,224

    or a file: .pt2, which torch.export.save wrote, .onnx, .keras, or .json, which is the config of a
    Keras model or what --graph wrote.

    The text's parameters and multiply-accumulates are held against a count of the model: where
    they differ, there is a warning, and exit status 1.
    """
    from layercalc.cli.files import check_place, write
    from layercalc.imports.convert import convert
    from layercalc.imports.graph import to_json
    from layercalc.resolve.names import check_name

    if name:
        check_name("--name", name)
    for place in filter(None, (out, graph)):
        check_place(place, spec=True)
    read = _read(source, inputs, arguments, partial)
    if graph is not None:
        write(graph, to_json(read).encode())
    imported = convert(read, name, partial)
    if out is not None:
        write(out, imported.text.encode())
    else:
        click.echo(imported.text, nl=False)
    for warning in imported.warnings:
        click.echo(str(warning), err=True)
    if imported.warnings:
        ctx.exit(DIFFERS)


def _read(source: str, inputs: tuple[str, ...], arguments: tuple[str, ...], partial: bool) -> Graph:
    """Read the graph of a source, by what its name looks like."""
    from layercalc.errors import fail
    from layercalc.imports.literals import literal, sizes

    given = dict(_argument(text) for text in arguments)
    path, ending = Path(source), Path(source).suffix.lower()
    shapes = [sizes("--input", text) for text in inputs]
    if ":" in source and ending not in ENDINGS:
        from layercalc.imports.pytorch import construct, read_module

        if not inputs:
            raise fail(f"{source}: --input says the shape of what it takes", hint="--input 3,224,224")
        return read_module(
            construct(source, {key: literal(key, text) for key, text in given.items()}), shapes, source
        )
    if ending not in ENDINGS:
        hint = "PACKAGE.MODULE:CALLABLE, a .pt2, an .onnx, a .keras or a .json file"
        raise fail(f"{source}: not a source of models that can be read", hint=hint)
    if given:
        raise fail(f"{source}: --arg is for PACKAGE.MODULE:CALLABLE")
    if inputs and ending not in (".keras", ".json"):
        raise fail(f"{source}: {OWN_INPUTS}")
    if not path.is_file():
        raise fail(f"no such file: {source}")
    if ending == ".keras" or (ending == ".json" and _is_keras(path)):
        from layercalc.imports.keras import read_file

        return read_file(path, shapes, partial)
    if inputs and ending != ".onnx":
        raise fail(f"{source}: {OWN_INPUTS}")
    return FILES[ending](path, *shapes)


def _is_keras(path: Path) -> bool:
    """Tell a config of Keras from a graph, by what it begins with: the format that a graph says of itself."""
    with path.open("rb") as file:
        return b'"layercalc graph"' not in file.read(200)


def _json(path: Path, *_: Shape) -> Graph:
    from layercalc import limits
    from layercalc.errors import fail
    from layercalc.imports.graph import from_json

    if path.stat().st_size > limits.GRAPH_BYTES:
        raise fail(f"{path}: has over {limits.GRAPH_BYTES:,} bytes, the limit for a graph")
    try:
        return from_json(path.read_text("utf-8"), str(path))
    except UnicodeDecodeError:
        raise fail(f"{path}: not a JSON file") from None


def _exported(path: Path, *_: Shape) -> Graph:
    from layercalc.imports.pytorch import read_file

    return read_file(str(path))


def _onnx(path: Path, *shapes: Shape) -> Graph:
    from layercalc.imports.onnx import read_file

    return read_file(path, shapes)


#: The files that are read, by their endings.
FILES: dict[str, Callable[..., Graph]] = {".onnx": _onnx, ".json": _json, ".pt2": _exported}
ENDINGS = frozenset((*FILES, ".keras"))


def _argument(text: str) -> tuple[str, str]:
    from layercalc.errors import fail

    name, equals, value = text.partition("=")
    if not (equals and name.isidentifier()):
        raise fail(f"--arg {text}: not KEY=VALUE")
    return name, value
