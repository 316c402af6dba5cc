"""The config of a Keras model, whichever version wrote it, as one form.

From: decoded JSON. To: a `Model` of `Part`s. Keras 3 and Keras 2 write the calls of layers
differently, and a Sequential model writes none; behind this module all are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from layercalc import limits
from layercalc.errors import fail

#: Classes of models whose configs hold their graphs.
MODELS = frozenset(("Functional", "Model", "Sequential"))
#: Layers that treat each place alike, so that to be applied to each in turn changes nothing.
EACH = frozenset(("Dense", "Activation", "Dropout", "LayerNormalization", "ReLU", "Softmax"))
#: Where Keras keeps its own layers and operators, by version.
OWN = ("keras.", "tf_keras.", "tensorflow.python.keras.")


@dataclass(frozen=True, slots=True)
class Reference:
    """A tensor: the layer that gives it, in which of its calls, which of several; its shape if told."""

    layer: str
    call: int
    index: int = 0
    shape: tuple[int | None, ...] | None = None


#: The arguments of one call: those by place, and those by name, with references in them.
Arguments: TypeAlias = "tuple[list[Any], dict[str, Any]]"


@dataclass(frozen=True, slots=True)
class Part:
    """A layer, or a model within a model: what it is, what it has set, and its calls.

    `own` tells that Keras has made its class. `shared` is the number that Keras gives to an object
    that stands in several places.
    """

    title: str
    name: str
    config: Mapping[str, Any]
    calls: tuple[Arguments, ...] = ()
    model: Model | None = None
    own: bool = True
    shared: int | None = None
    built: Any = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its parts by name, its inputs and its outputs."""

    title: str
    name: str
    parts: Mapping[str, Part] = field(default_factory=dict)
    inputs: tuple[Reference, ...] = ()
    outputs: tuple[Reference, ...] = ()


def model_of(read: Mapping[str, Any], source: str) -> Model:
    """Read a model from its serialized form. Raises `SpecError` for what is none."""
    try:
        return _model(read, source)
    except RecursionError:
        raise fail(f"{source}: models within each other nest too deep") from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise fail(f"{source}: not the whole config of a Keras model") from None


def _model(read: Mapping[str, Any], source: str) -> Model:
    title = str(read["class_name"])
    config = read["config"]
    if not _holds_layers(read):
        raise fail(
            f"{source}: {title} is a class of its own, and its config does not hold its layers",
            hint="the config of a Sequential or a functional model holds them",
        )
    given = config if isinstance(config, Mapping) else {"layers": config}  # as Keras 1 wrote a Sequential
    if len(given["layers"]) > limits.KERAS_LAYERS:
        raise fail(f"{source}: has over {limits.KERAS_LAYERS:,} layers, the limit for a Keras model")
    parts: dict[str, Part] = {}
    for layer in given["layers"]:
        part = _part(layer, source)
        if part.name in parts:
            raise fail(f"{source}: two layers are called {part.name}")
        parts[part.name] = part
    name = str(given.get("name", title))
    if "input_layers" not in given:
        return _chained(title, name, parts, given, source)
    inputs, outputs = (tuple(_references(given[key])) for key in ("input_layers", "output_layers"))
    return Model(title, name, parts, inputs, outputs)


def _holds_layers(read: Mapping[str, Any]) -> bool:
    config = read["config"]
    layers = config.get("layers") if isinstance(config, Mapping) else config
    return isinstance(layers, list) and ("input_layers" in config or read["class_name"] == "Sequential")


def _part(layer: Mapping[str, Any], source: str) -> Part:
    title, config = str(layer["class_name"]), layer["config"]
    inner = _model(layer, source) if title in MODELS or _is_model(layer) else None
    if title == "TimeDistributed" and config["layer"]["class_name"] in EACH:
        return _part({**layer, **config["layer"], "name": layer.get("name") or config["name"]}, source)
    name = layer.get("name") or (config["name"] if isinstance(config, Mapping) else inner.name)  # type: ignore[union-attr]
    module = layer.get("module")
    package = str(layer.get("registered_name") or "").rpartition(">")[
        0
    ]  # of a class that somebody registered
    own = (module is None or f"{module}.".startswith(OWN)) and package in ("", "keras", "Keras")
    if module is not None and ".ops." in f".{module}.":
        title = f"ops.{title}"
    calls = tuple(map(_arguments, layer.get("inbound_nodes") or ()))
    shared = layer.get("shared_object_id")
    settings = config if isinstance(config, Mapping) else {}
    built = layer.get("build_config")
    return Part(title, str(name), settings, calls, inner, own, shared if type(shared) is int else None, built)


def _is_model(layer: Mapping[str, Any]) -> bool:
    config = layer["config"]
    return isinstance(config, Mapping) and isinstance(config.get("layers"), list) and "input_layers" in config


def _chained(title: str, name: str, parts: dict[str, Part], config: Mapping[str, Any], source: str) -> Model:
    """Give the calls of a Sequential: each layer takes what the one before gives."""
    if not parts:
        raise fail(f"{source}: {name} has no layers")
    first = next(iter(parts.values()))
    chained: dict[str, Part] = {}
    if first.title != "InputLayer":
        shape = _first_shape(first, config)
        entry = Part("InputLayer", f"{name}_input", {"batch_shape": shape})
        while entry.name in parts:
            entry = Part("InputLayer", f"{entry.name}_", entry.config)
        parts = {entry.name: entry, **parts}
    before: Reference | None = None
    for key, part in parts.items():
        calls: tuple[Arguments, ...] = (([before], {}),) if before else ()
        chained[key] = Part(
            part.title, key, part.config, calls, part.model, part.own, part.shared, part.built
        )
        before = Reference(key, 0)
    start = next(iter(chained))
    return Model(title, name, chained, (Reference(start, 0),), (before,) if before else ())


def _first_shape(first: Part, config: Mapping[str, Any]) -> Any:
    """Find the shape of what a Sequential takes: in its first layer, or where it was built."""
    built = first.built if isinstance(first.built, Mapping) else {}
    places: tuple[Any, ...] = (
        first.config.get("batch_input_shape"),
        first.config.get("batch_shape"),
        config.get("build_input_shape"),
        built.get("input_shape"),
    )
    if first.model is not None and first.model.inputs:
        inner = first.model.parts[first.model.inputs[0].layer].config
        places = (*places, inner.get("batch_shape"), inner.get("batch_input_shape"))
    return next((shape for shape in places if shape), None)


# -- calls ----------------------------------------------------------------------------


def _references(given: Any) -> Iterator[Reference]:
    """List the tensors that a model takes or gives: one, a list of some, or some by name."""
    if isinstance(given, Mapping):
        given = list(given.values())
    if len(given) >= 2 and isinstance(given[0], str):
        yield Reference(given[0], int(given[1]), int(given[2]) if len(given) > 2 else 0)
        return
    for one in given:
        yield from _references(one)


def _arguments(node: Any) -> Arguments:
    """Read the arguments of a call: of Keras 3, which names them so, or of Keras 2, which lists tensors."""
    if isinstance(node, Mapping):
        return _tensors(node.get("args", [])), _tensors(node.get("kwargs", {}))
    if node and isinstance(node[0], str):
        node = [node]
    named: dict[str, Any] = {}
    tensors = []
    for one in node:
        tensors.append(Reference(str(one[0]), int(one[1]), int(one[2])))
        named |= {key: _old(value) for key, value in (one[3] if len(one) > 3 else {}).items()}
    return [tensors] if len(tensors) > 1 else list(tensors), named


def _old(value: Any) -> Any:
    """Read an argument by name of Keras 2, where a list of a name and two numbers is a tensor."""
    if (
        isinstance(value, Sequence)
        and len(value) == 3
        and isinstance(value[0], str)
        and type(value[1]) is type(value[2]) is int
    ):
        return Reference(value[0], value[1], value[2])
    return value


def _tensors(value: Any) -> Any:
    """Put references in the place of the tensors of Keras 3."""
    if isinstance(value, list):
        return [_tensors(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if value.get("class_name") == "__keras_tensor__":
        layer, call, index = value["config"]["keras_history"]
        shape = value["config"].get("shape")
        told = tuple(size if type(size) is int else None for size in shape) if shape is not None else None
        return Reference(str(layer), int(call), int(index), told)
    if value.get("class_name") in ("__tuple__", "__list__"):
        return _tensors(value["config"] if "config" in value else value.get("items", []))
    return {key: _tensors(one) for key, one in value.items()}
