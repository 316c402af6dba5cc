"""The neutral graph: a model as operators on tensors, whatever framework it comes from.

From: a reader (`pytorch`; readers of other formats make the same). To: `axes`, `check`, and a JSON
file, which is how tests and reports of faults carry a model without its framework.

A `Graph` is a list of nodes, each of which makes one tensor and takes tensors by the place of
their nodes in this list. What gives several tensors, as a split does, is several nodes here.
Shapes are the framework's own, with the axis of the batch in front, where it is 1; axes are
counted from 0 and never negative. Promises: nodes stand behind those they take; nothing is left
that leads to no output; what depends on no input is no node, but for those of these two kinds:

| op | inputs | attributes |
| --- | --- | --- |
| `input` | none | `axis` of the channels, where it is not 1 |
| `constant` | none | a tensor that is computed from neither inputs nor weights |
| `weight` | none | a tensor that is read or computed from weights alone |
| `conv` | x | `filters groups bias`, `axis` of the channels, and per axis `kernel stride dilation padding` |
| `conv_transpose` | x | as `conv`, and `output_padding` |
| `conv_by` | x, weights | as `conv`, with weights that are data |
| `unfold`, `fold` | x | `kernel stride dilation padding axis`; a window becomes channels, and back |
| `linear` | x | `units`; over the last axis |
| `matmul` | a, b | over the last axis of a and the last but one of b; those before stretch |
| `gain` | x | weights that those of the layer before are computed with |
| `embedding` | x | `words units` |
| `batchnorm`, `groupnorm`, `instancenorm` | x | `axis`, whether there is a `scale` and a `bias`; `groups` |
| `lrn` | x | `axis size alpha beta offset`, as the language has them |
| `layernorm`, `rmsnorm` | x | `axes`, over which it normalizes |
| `maxpool`, `avgpool` | x | `kernel stride padding dilation ceil axis`, as `conv` |
| `adaptive_avgpool`, `adaptive_maxpool` | x | `size`, of the last axes |
| `upsample` | x | of the last axes, to those of its shape |
| `lstm`, `gru`, `rnn` | x | `units axis bias state_bias reverse`; along an axis, channels last, all states |
| `mean`, `sum`, `amax`, `variance`, `vector_norm` | x | `axes`; whether they are kept as 1, the shape tells |
| `softmax` | x | `axis` |
| an activation, as `relu` | x | its arguments, as the language has them |
| `dropout` | x | `rate` |
| `add`, `sub`, `mul`, `div`, `max`, `min` | a, b | sizes of 1 stretch, missing axes in front are 1 |
| `concat` | any number | `axis` |
| `slice` | x | `axis start stop step` |
| `pad` | x | `before after`, an entry for each axis; of ONNX `zero`, whether with zeros |
| `roll` | x | `shifts axes` |
| `flip` | x | `axes` |
| `take` | x | `axis`; places that are looked up by constants |
| `permute` | x | `axes`: axis i of the output is axis `axes[i]` of the input |
| `reshape`, `expand` | x | |
| anything else | any | an operator that no reader knows, by the framework's own name |

What is per axis is a list with an entry for each spatial axis; one of `padding` is `[before, after]`.
A window may say how its padding follows from any size: `same`, which makes each size that over the
stride, rounded up, or, along one axis, `causal`, with all of it before.
`Node.weights` names the weights that an operator has: two that name one weight share it.
`Node.call` is the place, in `Graph.calls`, of the call of a module in which the node was made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from layercalc import limits
from layercalc.errors import fail

#: What the JSON files of this form say of themselves.
FORMAT, VERSION = "layercalc graph", 1
#: Operators that take no value.
SOURCES = frozenset(("input", "constant", "weight"))

Attribute: TypeAlias = "bool | int | float | str | tuple[Attribute, ...]"


@dataclass(frozen=True, slots=True)
class Node:
    """An operator that makes one tensor of this shape."""

    op: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    call: int = 0
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    weights: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Give an attribute."""
        return self.attributes[name]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a module: where the module stands, its class, the call around it, and what it has set.

    `attributes` are the numbers and conditions that the module keeps under names of its own,
    such as `stride`; they name the params of blocks. The first call is that of the whole model,
    and is its own parent.
    """

    path: str
    kind: str
    parent: int = 0
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name by which its parent holds it.

        >>> Call("layer1.0.conv2", "torch.nn.Conv2d").name
        'conv2'
        """
        return self.path.rpartition(".")[2]

    @property
    def title(self) -> str:
        """The name of its class, without the package.

        >>> Call("layer1.0", "torchvision.models.resnet.Bottleneck").title
        'Bottleneck'
        """
        return self.kind.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Graph:
    """A model: its nodes in order, its weights by name, and the calls of modules.

    >>> graph = Graph(
    ...     "one", "by hand",
    ...     (Node("input", (), (1, 3, 8, 8)), Node("relu", (0,), (1, 3, 8, 8))), (1,),
    ... )
    >>> from_json(to_json(graph)) == graph
    True

    `source` is what was asked for, `version` what it was read with. `unused` names the modules
    with weights that the outputs do not depend on, as an auxiliary head in evaluation.
    """

    source: str
    version: str
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    calls: tuple[Call, ...] = (Call("", "Model"),)
    unused: tuple[str, ...] = ()

    def path(self, node: Node) -> str:
        """Name the module that a node belongs to, for messages."""
        return self.calls[node.call].path or self.calls[0].title

    def chain(self, call: int) -> tuple[int, ...]:
        """Give the calls from the whole model to one, both included."""
        found = [call]
        while found[-1] != 0:
            found.append(self.calls[found[-1]].parent)
        return tuple(reversed(found))

    @property
    def inputs(self) -> tuple[int, ...]:
        """The places of its inputs."""
        return tuple(place for place, node in enumerate(self.nodes) if node.op == "input")


def to_json(graph: Graph) -> str:
    """Write a graph as JSON: a line for each call, weight, kind of operator and node.

    Nodes name their kind, an operator with its attributes, and their weights by number.
    """
    kinds: dict[str, int] = {}
    places = {name: place for place, name in enumerate(graph.weights)}
    nodes = []
    for node in graph.nodes:
        kind = kinds.setdefault(_written([node.op, dict(node.attributes)]), len(kinds))
        nodes.append([kind, node.inputs, node.shape, node.call, [places[name] for name in node.weights]])
    parts: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "source": graph.source,
        "read_with": graph.version,
        "calls": [[call.path, call.kind, call.parent, dict(call.attributes)] for call in graph.calls],
        "weights": [[name, shape] for name, shape in graph.weights.items()],
        "kinds": [json.loads(kind) for kind in kinds],
        "nodes": nodes,
        "outputs": graph.outputs,
        "unused": graph.unused,
    }
    lines = ",\n".join(f"{_written(name)}: {_rows(part)}" for name, part in parts.items())
    return f"{{\n{lines}\n}}\n"


def from_json(text: str, name: str = "graph") -> Graph:
    """Read a graph from JSON.

    Raises `SpecError` for what is no such file, or one of another version; what it holds is
    checked, so that no later stage meets a graph that breaks the promises of this room.
    """
    if len(text) > limits.GRAPH_BYTES:
        raise fail(f"{name}: has over {limits.GRAPH_BYTES:,} bytes, the limit for a graph")
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        raise fail(f"{name}: not a JSON file") from None
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise fail(f"{name}: not a file of `layercalc import --graph`")
    if parts.get("version") != VERSION:
        raise fail(f"{name}: a graph of version {parts.get('version')}, and this program reads {VERSION}")
    if isinstance(parts.get("nodes"), list) and len(parts["nodes"]) > limits.GRAPH_NODES:
        raise fail(f"{name}: has over {limits.GRAPH_NODES:,} operators, the limit for a graph")
    try:
        graph = _graph(parts)
    except (KeyError, TypeError, ValueError, IndexError):
        raise fail(f"{name}: not a whole graph of version {VERSION}") from None
    for mistake in _broken(graph):
        raise fail(f"{name}: {mistake}")
    return graph


def _graph(parts: Mapping[str, Any]) -> Graph:
    kinds = [(str(op), _frozen(attributes)) for op, attributes in parts["kinds"]]
    weights = [(str(weight), _whole(shape)) for weight, shape in parts["weights"]]
    nodes = []
    for kind, inputs, shape, call, used in parts["nodes"]:
        if min(kind, *used, 0) < 0:
            raise ValueError
        op, attributes = kinds[kind]
        names = tuple(weights[place][0] for place in used)
        nodes.append(Node(op, _whole(inputs), _whole(shape), int(call), attributes, names))
    calls = [
        Call(str(path), str(kind), int(parent), _frozen(attributes))
        for path, kind, parent, attributes in parts["calls"]
    ]
    source, version = str(parts["source"]), str(parts["read_with"])
    outputs, unused = _whole(parts["outputs"]), _names(parts["unused"])
    return Graph(source, version, tuple(nodes), outputs, dict(weights), tuple(calls), unused)


def pruned(graph: Graph) -> Graph:
    """Leave out what leads to no output, but for inputs, and number the nodes anew.

    >>> nodes = (Node("input", (), (1, 3)), Node("tanh", (0,), (1, 3)), Node("relu", (0,), (1, 3)))
    >>> [node.op for node in pruned(Graph("one", "by hand", nodes, (2,))).nodes]
    ['input', 'relu']
    """
    needed, todo = set(graph.inputs), list(graph.outputs)
    while todo:
        place = todo.pop()
        if place not in needed or graph.nodes[place].op == "input":
            needed.add(place)
            todo += graph.nodes[place].inputs
    kept = sorted(needed)
    new = {place: number for number, place in enumerate(kept)}
    nodes = tuple(
        Node(
            node.op, tuple(new[i] for i in node.inputs), node.shape, node.call, node.attributes, node.weights
        )
        for node in (graph.nodes[place] for place in kept)
    )
    used = {name for node in nodes for name in node.weights}
    weights = {name: shape for name, shape in graph.weights.items() if name in used}
    outputs = tuple(new[place] for place in graph.outputs)
    return Graph(graph.source, graph.version, nodes, outputs, weights, graph.calls, graph.unused)


def _broken(graph: Graph) -> Iterator[str]:
    """Tell what breaks the promises of a graph."""
    if not graph.calls or not graph.outputs:
        yield "a graph has a call and an output"
    if not all(0 <= call.parent <= max(0, place - 1) for place, call in enumerate(graph.calls)):
        yield "a call stands before the one around it"
    if not all(0 <= place < len(graph.nodes) for place in graph.outputs):
        yield "an output is no node"
    for place, node in enumerate(graph.nodes):
        if told := _fault(graph, place, node):
            yield f"node {place}, {node.op}, {told}"


def _fault(graph: Graph, place: int, node: Node) -> str:
    if not all(0 <= i < place for i in node.inputs):
        return "takes what stands behind it"
    if (node.op in SOURCES) != (not node.inputs):
        return f"takes {len(node.inputs)} values"
    if not 0 <= node.call < len(graph.calls):
        return "is in no call"
    if not all(name in graph.weights for name in node.weights):
        return "names a weight that is not there"
    return f"has the shape {list(node.shape)}" if min(node.shape, default=1) < 1 else ""


def _whole(values: Any) -> tuple[int, ...]:
    if not all(type(value) is int for value in values):
        raise TypeError
    return tuple(values)


def _names(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values))


def _frozen(attributes: Any) -> dict[str, Attribute]:
    return {str(name): _tuples(value) for name, value in attributes.items()}


def _tuples(value: Any) -> Attribute:
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if not isinstance(value, bool | int | float | str):
        raise TypeError
    return value


def _rows(part: Any) -> str:
    """Write a list of lists in a line for each, all else in one."""
    if isinstance(part, list) and part:
        return "[\n" + ",\n".join(map(_written, part)) + "\n]"
    return _written(part)


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
