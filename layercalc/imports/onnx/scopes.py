"""In which module an operator was made, by what exporters leave of it.

PyTorch's newer exporter writes the paths and the classes of modules beside each node. Its older
one, and those of Keras and TensorFlow, only name the nodes, as `/layer1/layer1.0/conv1/Conv`; there
modules that have the same name but for its number, and parts of the same names, pass for one class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from layercalc.imports.graph import Call
from layercalc.imports.values import Builder

#: What PyTorch's exporter writes beside a node.
PATHS, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
#: The class of modules that only hold others.
CONTAINER = "torch.nn.modules.container.Sequential"
#: The part of the names of their parts that two modules of one class share.
ALIKE = 0.5

Scope = tuple[tuple[str, str], ...]


class Scopes:
    """The calls of modules of a file."""

    def __init__(self, nodes: Iterable[Any], builder: Builder) -> None:
        self.builder = builder
        self.scopes = {
            place: scope for place, node in enumerate(nodes) if (scope := _scope(node)) is not None
        }
        self.kinds = _kinds({path for scope in self.scopes.values() for path, kind in scope if not kind})
        top = next((scope[0][1] for scope in self.scopes.values() if scope and not scope[0][0]), "Model")
        builder.calls.append(Call("", top))
        self.known: dict[str, int] = {"": 0}
        self.told = False

    def enter(self, place: int) -> None:
        """Go to the module of a node; what an exporter has added is where the node before it is.

        `told` says whether the file tells it.
        """
        scope = self.scopes.get(place)
        self.told = bool(scope)
        if scope is None:
            return
        call = 0
        for path, kind in scope:
            if path not in self.known:
                self.known[path] = len(self.builder.calls)
                self.builder.calls.append(Call(path, kind or self.kinds[path], call))
            call = self.known[path]
        self.builder.call = call


def _scope(node: Any) -> Scope | None:
    """Give the path and the class of each module around a node; the class is empty where nothing tells it."""
    written = {entry.key: entry.value for entry in node.metadata_props}
    if PATHS in written and CLASSES in written:
        paths, kinds = (re.findall(r"'([^']*)'", written[key]) for key in (PATHS, CLASSES))
        return tuple(zip(paths, kinds, strict=False))[:-1]
    if "/" not in node.name:
        return None
    scope, path, before = list[tuple[str, str]](), "", ""
    for part in node.name.split("/")[:-1]:
        own = part.removeprefix(f"{before}.") if before else part
        if own:
            path = f"{path}.{own}" if path else own
            scope.append((path, ""))
        before = part
    return tuple(scope)


def _kinds(paths: set[str]) -> Mapping[str, str]:
    """Guess the classes of modules: by the last name on their path, and the names of their parts."""
    parts: dict[str, set[str]] = {path: set() for path in paths}
    for path in paths:
        parent, _, name = path.rpartition(".")
        if parent in parts:
            parts[parent].add(name)
    kinds: dict[str, str] = {}
    found: dict[str, list[tuple[set[str], str]]] = {}
    for path in sorted(paths):
        names = {name for name in parts[path] if not name.isdigit()}
        if parts[path] and not names:
            kinds[path] = CONTAINER
            continue
        title = _title(path)
        alike = found.setdefault(title, [])
        kind = next((kind for others, kind in alike if _share(names, others) >= ALIKE), None)
        if kind is None:
            kind = f"{title}{len(alike) + 1 if alike else ''}"
            alike.append((names, kind))
        kinds[path] = kind
    return kinds


def _share(names: set[str], others: set[str]) -> float:
    return len(names & others) / len(names | others) if names | others else 1


def _title(path: str) -> str:
    """Make a name of a class.

    >>> _title("layer1.0"), _title("blocks.3"), _title("denseblock2.denselayer12"), _title("inception3a")
    ('Layer', 'Block', 'Denselayer', 'Inception')
    """
    names = path.split(".")
    name = next((name for name in reversed(names) if not name.isdigit()), "part")
    stem = re.sub(r"[\d_]+[a-z]?$", "", name) or name
    if names[-1].isdigit():
        stem = re.sub(r"(?<=[^s])s$", "", stem)
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]+", stem)) or "Part"
