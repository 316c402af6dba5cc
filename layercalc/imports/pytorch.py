"""A PyTorch module becomes a neutral graph, without its weights.

From: a module, or what names one, and the shape of its input. To: a `graph.Graph`. The module is
exported by `torch.export` on meta tensors, which have shapes and no numbers, so that no memory is
taken for weights. What each operator means stands in `aten`. This is the only room that
imports torch.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from layercalc.errors import SpecError, fail
from layercalc.imports import aten
from layercalc.imports.graph import Attribute, Call, Graph
from layercalc.imports.values import Builder, Derived, Known, Parts, Value

#: The module paths of PyTorch's own layers, whose attributes the operators tell already.
OWN = "torch.nn.modules"


def construct(name: str, arguments: Mapping[str, Any]) -> Any:
    """Make a module, `PACKAGE.MODULE:CALLABLE`, on meta tensors.

    Raises `SpecError` for a name that leads nowhere, and for what the callable raises.
    """
    import torch

    place, _, attribute = name.partition(":")
    try:
        found: Any = import_module(place)
    except ModuleNotFoundError as error:
        if error.name and (place == error.name or place.startswith(f"{error.name}.")):
            raise fail(f"{name}: there is no module {error.name}") from None
        raise
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise fail(f"{name}: {place} has no {attribute}")
        found = getattr(found, part)
    module = _made(found, arguments, name)
    if not isinstance(module, torch.nn.Module):
        raise fail(f"{name} gives a {type(module).__name__}, not a torch.nn.Module")
    return module


def _made(found: Any, arguments: Mapping[str, Any], name: str) -> Any:
    """Call what makes a module: without weights, or with them where it computes with what it has made."""
    import torch

    if isinstance(found, torch.nn.Module):
        return found
    try:
        with _without_weights():
            return found(**arguments)
    except (NotImplementedError, RuntimeError):
        pass  # it computes with what it has made
    except Exception as error:  # noqa: BLE001 - whatever a foreign constructor raises is told, not a bug of ours
        raise fail(f"{name}: {_told(error)}") from None
    try:
        return found(**arguments)
    except Exception as error:  # noqa: BLE001 - as above
        raise fail(f"{name}: {_told(error)}") from None


def read_module(module: Any, shapes: Sequence[tuple[int, ...]], source: str) -> Graph:
    """Export a module and read what comes out; the shapes are those of its inputs, without the batch."""
    import torch

    inputs = tuple(_example(module, shape) for shape in shapes)
    # A module that makes tensors of its own on the processor is put there too, its weights unwritten.
    for device in ("meta", "cpu"):
        inputs = tuple(torch.empty_like(one, device=device) for one in inputs)
        with _placed(module, device):
            try:
                program = _exported(module, inputs)
            except Exception as error:  # noqa: BLE001 - the exporter raises whatever the module's own code does
                if device == "cpu" or "device" not in str(error):
                    raise _refused(source, error) from None
                continue
            return read_program(program, module, source)
    raise AssertionError


@contextmanager
def _placed(module: Any, device: str) -> Iterator[None]:
    """Put tensors without numbers in the place of a module's own, and these back again."""
    import torch

    tables = [table for part in module.modules() for table in (part._parameters, part._buffers)]
    kept = [(table, dict(table)) for table in tables]
    modes = [(part, part.training) for part in module.modules()]
    made: dict[int, Any] = {}  # a weight that two modules have stays one
    for table, tensors in kept:
        for name, tensor in tensors.items():
            if tensor is not None and tensor.device.type != device:
                empty = torch.empty_like(tensor, device=device)
                is_weight = isinstance(tensor, torch.nn.Parameter)
                new = torch.nn.Parameter(empty, tensor.requires_grad) if is_weight else empty
                table[name] = made.setdefault(id(tensor), new)
    module.train(False)
    try:
        yield
    finally:
        for table, tensors in kept:
            table.update(tensors)
        for part, mode in modes:
            part.training = mode


def _exported(module: Any, inputs: tuple[Any, ...]) -> Any:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.export.export(module, inputs, strict=False)


def _refused(source: str, error: Exception) -> SpecError:
    return fail(f"{source}: torch.export refuses it: {_told(error)}", hint=_hint(error))


@contextmanager
def _without_weights() -> Iterator[None]:
    """Let modules be made whose weights have shapes and no numbers; what they compute with stays as it is."""
    import torch
    from torch.utils.weak import WeakIdKeyDictionary

    register = torch.nn.Module.register_parameter
    made = WeakIdKeyDictionary()  # a weight that two modules are given stays one

    def shaped(module: Any, name: str, weight: Any) -> None:
        if weight is not None and not weight.is_meta:
            made[weight] = made.get(weight, type(weight)(weight.detach().to("meta"), weight.requires_grad))
            weight = made[weight]
        register(module, name, weight)

    torch.nn.Module.register_parameter = shaped
    try:
        yield
    finally:
        torch.nn.Module.register_parameter = register


def read_file(path: str) -> Graph:
    """Read a program that `torch.export.save` wrote."""
    import torch

    try:
        program = torch.export.load(path)
    except Exception as error:  # noqa: BLE001 - the loader raises whatever its unpacking does
        raise fail(f"{path}: torch.export.load refuses it: {_told(error)}") from None
    return read_program(program, None, path)


def read_program(program: Any, module: Any, source: str) -> Graph:
    """Read an exported program; the module, if there is one, tells what its parts have set."""
    import torch

    reading = _Reading(program, module, Builder(source, f"torch {torch.__version__.partition('+')[0]}"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reading.graph()


class _Reading:
    """One program while it is read."""

    def __init__(self, program: Any, module: Any, builder: Builder) -> None:
        self.program = program
        self.modules = dict(module.named_modules()) if module is not None else {}
        self.builder = builder
        self.values: dict[Any, Value] = {}
        self.keys: dict[tuple[str, ...], int] = {}

    def graph(self) -> Graph:
        """Read node by node."""
        signature = self.program.graph_signature
        weights = {**signature.inputs_to_parameters}
        self._call({"": ("", self._top())})
        for node in self.program.graph.nodes:
            if node.op == "placeholder":
                self._placeholder(node, weights, set(signature.user_inputs))
            elif node.op == "get_attr":
                self.values[node] = Derived((), _shape(node))
            elif node.op == "call_function":
                self._operator(node)
            else:
                outputs = [value for value in _leaves(node.args[0]) if value in self.values]
        known = [value for value in (self.values[node] for node in outputs) if isinstance(value, Known)]
        if not known:
            raise fail(f"{self.builder.source}: no output depends on the input")
        return self.builder.finished(known, self._unused())

    def _top(self) -> str:
        for node in self.program.graph.nodes:
            for path, kind in node.meta.get("nn_module_stack", {}).values():
                if path == "":
                    return str(kind)
        return "Model"

    def _placeholder(self, node: Any, weights: Mapping[str, str], inputs: set[str]) -> None:
        if node.name in weights:
            self.builder.weights[weights[node.name]] = _shape(node)
            self.values[node] = Derived((weights[node.name],), _shape(node))
        elif node.name in inputs and hasattr(node.meta.get("val"), "shape"):
            self.values[node] = self.builder.emit("input", [], _shape(node))
        elif hasattr(node.meta.get("val"), "shape"):
            self.values[node] = Derived((), _shape(node))

    def _operator(self, node: Any) -> None:
        if stack := node.meta.get("nn_module_stack"):
            self.builder.call = self._call(stack)
        if aten.is_item(node):
            of = self.values.get(node.args[0])
            whole = of.weights if isinstance(of, Derived) else ()
            self.values[node] = (
                of.items[node.args[1]] if isinstance(of, Parts) else Derived(whole, _shape(node))
            )
            return
        tensors = [value for value in _leaves((node.args, node.kwargs)) if value in self.values]
        makes = node.meta.get("val")
        if not (hasattr(makes, "shape") or isinstance(makes, tuple | list)):
            return  # an assertion, which makes no tensor
        if all(isinstance(self.values[value], Derived) for value in tensors):
            self.values[node] = _derived(node, [self.values[value] for value in tensors])
        else:
            self.values[node] = aten.read(aten.Operation(node, self.values, self.builder))
        if aten.writes(node):
            aten.write(node, self.values, self.builder)

    def _call(self, stack: Mapping[str, tuple[str, str]]) -> int:
        """Give the call of a module in which a node is made, and those around it."""
        call, key = 0, tuple[str, ...]()
        for name, (path, kind) in stack.items():
            key = (*key, name) if path else ()
            if key not in self.keys:
                self.keys[key] = len(self.builder.calls)
                self.builder.calls.append(Call(path, kind, call, self._attributes(path, kind)))
            call = self.keys[key]
        return call

    def _attributes(self, path: str, kind: str) -> dict[str, Attribute]:
        if path not in self.modules or kind.startswith(OWN):
            return {}
        kept = vars(self.modules[path]).items()
        return {
            name: value
            for name, value in kept
            if isinstance(value, bool | int) and not name.startswith("_") and name != "training"
        }

    def _unused(self) -> list[str]:
        """Name the outermost modules none of whose weights the outputs depend on."""
        used = {name for node in self.builder.nodes for name in node.weights}
        names = [*self.program.graph_signature.inputs_to_parameters.values()]
        left = [name for name in names if name not in used]
        live = {name[:end] for name in names if name not in left for end in _dots(name)}
        return list(
            dict.fromkeys(
                next((name[:end] for end in _dots(name) if name[:end] not in live), name) for name in left
            )
        )


def _dots(name: str) -> list[int]:
    return [place for place, char in enumerate(name) if char == "."]


def _derived(node: Any, values: Sequence[Any]) -> Value:
    """Give what is computed from no input."""
    weights = tuple(dict.fromkeys(name for value in values for name in value.weights))
    made = node.meta.get("val")
    if isinstance(made, tuple | list):
        return Parts(
            tuple(Derived(weights, tuple(map(int, one.shape))) for one in made if hasattr(one, "shape"))
        )
    return Derived(weights, tuple(map(int, made.shape)) if hasattr(made, "shape") else ())


def _shape(node: Any) -> tuple[int, ...]:
    made = node.meta.get("val")
    return tuple(map(int, made.shape)) if hasattr(made, "shape") else ()


def _leaves(value: Any) -> list[Any]:
    """List the nodes in the arguments of an operator, however they are packed."""
    if isinstance(value, tuple | list):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, dict):
        return _leaves(list(value.values()))
    return [value] if hasattr(value, "meta") else []


def _example(module: Any, shape: tuple[int, ...]) -> Any:
    """Make an input: words for a model that begins with an embedding, else numbers."""
    import torch

    first = next((part for part in module.modules() if not list(part.children())), None)
    kind = torch.long if isinstance(first, torch.nn.Embedding) else torch.float32
    return torch.empty((1, *shape), dtype=kind, device="meta")


def _told(error: Exception) -> str:
    """Give the first line of a foreign message."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"


def _hint(error: Exception) -> str:
    dependent = ("data-dependent", "Data-dependent", "GuardOnDataDependent", "item()")
    if any(word in f"{type(error).__name__} {error}" for word in dependent):
        return "what a model does must not depend on the numbers in its tensors"
    return ""
