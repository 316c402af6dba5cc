"""A Keras model is walked from its outputs back, and its layers are added in the order in which they run.

From: a `Model`. To: a `Graph`. Shapes are worked out here, layer by layer, and held against those that
Keras 3 keeps beside each tensor. Each layer that cannot be read is told, all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from layercalc import limits
from layercalc.errors import Diagnostic, SpecError, fail
from layercalc.imports.graph import Call, Graph
from layercalc.imports.keras import activations, layers, recurrent, shapes, windows
from layercalc.imports.keras.config import Arguments, Model, Part, Reference
from layercalc.imports.keras.grouping import Group, grouped, kind_of
from layercalc.imports.keras.layer import Layer, Reader, Unread, whole
from layercalc.imports.keras.tidying import tidied
from layercalc.imports.names import identifier
from layercalc.imports.values import Builder, Known

#: The readers by the names of classes.
READERS: Mapping[str, Reader] = {
    **activations.READERS,
    **layers.READERS,
    **recurrent.READERS,
    **shapes.READERS,
    **windows.READERS,
}
#: Why layers that are well known are not read.
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(
        ("RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
        "of recurrent layers, LSTM, GRU and SimpleRNN are imported, alone and Bidirectional",
    ),
    "Lambda": "what it computes is Python code, which no config tells",
}
#: A call of a layer: its name, and which of its calls it is.
Key = tuple[str, int]


def graph_of(
    model: Model, inputs: Sequence[tuple[int, ...]], source: str, version: str, partial: bool = False
) -> Graph:
    """Read a model as a graph; `inputs` are the shapes of its inputs where its config leaves sizes open.

    Raises `SpecError` for a config that is not whole, and for what cannot be read; with `partial`,
    a layer that cannot be read is an operator under its own name, where the file tells its shape.
    """
    builder = Builder(source, version)
    builder.calls.append(Call("", f"keras.{model.title}"))
    reading = _Reading(builder, source, partial)
    try:
        outputs = reading.model(model, _entering(model, inputs, reading), "", 0)
    except RecursionError:
        raise fail(f"{source}: models within each other nest too deep") from None
    if reading.mistakes:
        raise SpecError(reading.mistakes.values())
    known = [value for value in outputs if value is not None]
    if not known:
        raise fail(f"{source}: the model has no outputs")
    return tidied(builder.finished(known))


def _entering(model: Model, inputs: Sequence[tuple[int, ...]], reading: _Reading) -> list[Known | None]:
    """Add the inputs of a model."""
    if inputs and len(inputs) != len(model.inputs):
        raise fail(f"{reading.source}: {len(inputs)} shapes for {len(model.inputs)} inputs")
    made: list[Known | None] = []
    for place, reference in enumerate(model.inputs):
        part = model.parts.get(reference.layer)
        if part is None:
            raise fail(f"{reading.source}: there is no input {reference.layer}")
        given = part.config.get("batch_shape", part.config.get("batch_input_shape"))
        shape = _sizes(part.name, given, inputs[place] if inputs else None, reading.source)
        made.append(reading.builder.emit("input", [], (1, *shape)))
    return made


def _sizes(name: str, given: Any, asked: tuple[int, ...] | None, source: str) -> tuple[int, ...]:
    told = list(given[1:]) if isinstance(given, list) else None
    if told is None and asked is None:
        raise fail(
            f"{source}: the model was not built: --input says the shape of {name}", hint="--input 224,224,3"
        )
    told = list(asked or ()) if told is None else told
    if asked is not None:
        fits = len(asked) == len(told) and all(b in (None, a) for a, b in zip(asked, told, strict=True))
        if not fits:
            raise fail(f"{source}: --input is {_written(asked)}, and {name} takes {_written(told)}")
        told = list(asked)
    if None in told:
        hint = f"--input {','.join('224' if size is None else str(size) for size in told)}"
        raise fail(f"{source}: {name} takes {_written(told)}: --input says the open sizes", hint=hint)
    try:
        if len(told) >= limits.AXES:
            raise Unread(f"it has {len(told)} axes, and {limits.AXES} is the limit")
        return tuple(whole(size, "size") for size in told)
    except Unread as reason:
        raise fail(f"{source}: {name}: {reason}") from None


def _written(sizes: Sequence[Any]) -> str:
    return " x ".join("?" if size is None else str(size)[:40] for size in sizes)


class _Plan(NamedTuple):
    """What all calls of a model have in common: the order of its layers, shapes that are told, and groups."""

    order: list[Key]
    told: dict[Key, tuple[int, ...]]
    groups: dict[str, Group]


def _plan(model: Model, given: Mapping[Key, Any], source: str) -> _Plan:
    order = list(_ordered(model, given, source))
    entries = [(model.parts[name].title, name, _taken(model.parts[name], call)) for name, call in order]
    return _Plan(order, _told(model, order), grouped(entries, model.name))


@dataclass
class _Reading:
    """What is known while a model is walked."""

    builder: Builder
    source: str
    partial: bool
    mistakes: dict[str, Diagnostic] = field(default_factory=dict)
    layers: int = 0
    plans: dict[int, _Plan] = field(default_factory=dict)

    def model(
        self, model: Model, entering: Sequence[Known | None], path: str, around: int
    ) -> list[Known | None]:
        """Add a model's layers, in a call of its own, and give its outputs."""
        if len(entering) != len(model.inputs):
            raise fail(
                f"{self.source}: {path or model.name}: {len(model.inputs)} inputs take {len(entering)}"
            )
        values: dict[Key, list[Known | None]] = {}
        for reference, value in zip(model.inputs, entering, strict=True):
            values[reference.layer, reference.call] = [value]
        if id(model) not in self.plans:
            self.plans[id(model)] = _plan(model, values, self.source)
        order, told, groups = self.plans[id(model)]
        calls: dict[str, int] = {}
        for key in order:
            within = self._group(groups.get(key[0]), calls, path, around)
            values[key] = self._part(
                model.parts[key[0]], key, values, path, within, groups, told.get(key), model.name
            )
        return [self._value(reference, values) for reference in model.outputs]

    def _group(self, group: Group | None, calls: dict[str, int], path: str, around: int) -> int:
        """Give the call of the group that a layer belongs to, or the call around."""
        if group is None:
            return around
        if group.name not in calls:
            calls[group.name] = self._call(_joined(path, group.name), f"keras.{group.kind}", around)
        return calls[group.name]

    def _call(self, path: str, kind: str, around: int) -> int:
        self.builder.calls.append(Call(path, kind, around))
        return len(self.builder.calls) - 1

    def _value(self, reference: Reference, values: Mapping[Key, list[Known | None]]) -> Known | None:
        given = values[reference.layer, reference.call]
        if reference.index >= len(given):
            if given == [None]:
                return None
            raise fail(
                f"{self.source}: {reference.layer} gives {len(given)} tensors, not {reference.index + 1}"
            )
        value = given[reference.index]
        if value is not None and reference.shape is not None and not _fits(value.shape, reference.shape):
            raise fail(
                f"{self.source}: {reference.layer} gives {_written(value.shape[1:])}, "
                f"and the file says {_written(reference.shape[1:])}"
            )
        return value

    def _part(
        self, part: Part, key: Key, values: Mapping[Key, list[Known | None]], path: str, within: int,
        groups: Mapping[str, Group], told: tuple[int, ...] | None, model: str,
    ) -> list[Known | None]:  # fmt: skip
        """Add one call of a layer or of a model within the model, and give its tensors."""
        self.layers += 1
        if self.layers > limits.KERAS_LAYERS:
            raise fail(f"{self.source}: has over {limits.KERAS_LAYERS:,} layers, the limit for a Keras model")
        placed, named = part.calls[key[1]]
        found: dict[int, Known | None] = {}
        arguments, by_name = (
            _resolved(one, lambda ref: self._value(ref, values), found) for one in (placed, named)
        )
        taken = list(found.values())
        identity = f"shared.{part.shared}" if part.shared is not None else _joined(path, part.name)
        group = groups.get(part.name)
        shown = _joined(path, f"{group.name}.{group.leaf(part.name)}" if group else part.name)
        if part.model is not None:
            inner = self._call(shown, f"keras.{kind_of(part.name, model)}", within)
            return self.model(part.model, taken, identity, inner)
        if any(value is None for value in taken):
            if part.title not in READERS or not part.own:
                self._tell(shown, part.title, "what is not known", _reason(part))
            return [None]
        known = tuple(value for value in taken if value is not None)
        self.builder.call = self._call(shown, f"keras.layers.{part.title.replace('.', '_')}", within)
        layer = Layer(part, known, arguments, by_name, self.builder, identity, within)
        return self._read(layer, told)

    def _read(self, layer: Layer, told: tuple[int, ...] | None) -> list[Known | None]:
        part, size = layer.part, len(self.builder.nodes)
        reader = READERS.get(part.title) if part.own else None
        reason = _reason(part)
        if reader is not None:
            try:
                made = reader(layer)
                return list(made) if isinstance(made, list) else [made]
            except Unread as why:
                reason = str(why)
        del self.builder.nodes[size:]
        return self._unknown(layer, reason, told)

    def _unknown(self, layer: Layer, reason: str, told: tuple[int, ...] | None) -> list[Known | None]:
        """Tell of a layer that cannot be read; nothing is known of the tensors behind it."""
        title, known = layer.part.title, told is not None and bool(layer.values)
        if not self.partial or not known:
            reason += ", and the file does not tell what shape it gives" if self.partial else ""
            takes = " and ".join(_written(value.shape[1:]) for value in layer.values)
            path = self.builder.calls[self.builder.call].path
            self._tell(path, title, takes or "nothing", reason, "--partial writes" if known else "declare it")
        # Where its shape is told, the layers behind it are read too, and told if they cannot be.
        return [self.builder.emit(title, layer.values, told)] if told is not None and known else [None]

    def _tell(self, path: str, title: str, takes: str, reason: str, what: str = "declare it") -> None:
        message = f"{path}: {title}, of {takes}: {reason}"
        hint = f"{what}: layer {identifier(title)}(sizes) {{ shape = sizes }}"
        self.mistakes.setdefault(message, Diagnostic(message, hint=hint))


def _reason(part: Part) -> str:
    return REFUSED.get(part.title, "no such layer is known")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _fits(shape: Sequence[int], told: Sequence[int | None]) -> bool:
    pairs = zip(shape[1:], told[1:], strict=False)
    return len(shape) == len(told) and all(size is None or size == one for one, size in pairs)


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, list | tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _references(one)


def _taken(part: Part, call: int) -> list[str]:
    """Name the layers that a call takes tensors of."""
    return list(dict.fromkeys(reference.layer for reference in _references(part.calls[call])))


def _told(model: Model, order: Sequence[Key]) -> dict[Key, tuple[int, ...]]:
    """Collect the shapes of tensors that stand where these are taken, but for the batch."""
    told: dict[Key, tuple[int, ...]] = {}
    for name, call in order:
        for reference in _references(model.parts[name].calls[call]):
            sizes = (1, *(reference.shape or (None, None))[1:])
            if all(type(size) is int and size > 0 for size in sizes) and reference.index == 0:
                told[reference.layer, reference.call] = sizes  # type: ignore[assignment]
    return told


def _resolved(value: Any, valued: Any, found: dict[int, Known | None]) -> Any:
    """Put tensors in the place of references, and list them in order."""
    if isinstance(value, Reference):
        known = valued(value)
        found[len(found)] = known
        return known
    if isinstance(value, list | tuple):
        return [_resolved(one, valued, found) for one in value]
    if isinstance(value, dict):
        return {name: _resolved(one, valued, found) for name, one in value.items()}
    return value


def _ordered(model: Model, given: Mapping[Key, Any], source: str) -> Iterator[Key]:
    """List the calls that the outputs need, each behind those that it takes, branch by branch."""
    state: dict[Key, bool] = dict.fromkeys(given, True)  # False while what a call takes is looked at
    for output in model.outputs:
        stack: list[tuple[Key, Iterator[Reference]]] = []
        key: Key | None = (output.layer, output.call)
        while key is not None or stack:
            if key is not None:
                if not state.get(key, True):
                    raise fail(f"{source}: {key[0]} takes what it gives itself")
                if key not in state:
                    state[key] = False
                    stack.append((key, _references(_call_of(model, key, source))))
            last, left = stack[-1] if stack else (None, iter(()))
            following = next(left, None)
            key = (following.layer, following.call) if following else None
            if following is None and last is not None:
                stack.pop()
                state[last] = True
                yield last


def _call_of(model: Model, key: Key, source: str) -> Arguments:
    part = model.parts.get(key[0])
    if part is None:
        raise fail(f"{source}: there is no layer {key[0]}, of which another takes a tensor")
    if not 0 <= key[1] < len(part.calls):
        raise fail(f"{source}: {key[0]} is called {len(part.calls)} times, and call {key[1]} is asked for")
    return part.calls[key[1]]
