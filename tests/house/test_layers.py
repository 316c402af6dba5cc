"""The rooms: who may import whom, and that no import leads back to where it came from."""

from __future__ import annotations

import ast
import graphlib
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.checkout import ROOT, parsed, sources


def test_every_import_keeps_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0


def test_the_table_of_rooms_is_the_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (rooms,) = (c for c in project["tool"]["importlinter"]["contracts"] if c["id"] == "rooms")
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \|", page.split("## Rooms")[1].split("\n## ")[0], re.MULTILINE)
    assert told == [room for layer in rooms["layers"] for room in layer.split(" | ")]


def test_every_library_of_the_contract_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    needs = [need for name, extra in extras.items() if name != "dev" for need in extra]
    declared = {need.split(">=")[0] for need in [*project["project"]["dependencies"], *needs]}
    contracts = project["tool"]["importlinter"]["contracts"]
    guarded = {name for contract in contracts for name in contract.get("protected_modules", [])}
    shipped_by = packages_distributions()
    assert all(declared & {name, *shipped_by.get(name, ())} for name in guarded)


def test_no_import_leads_back() -> None:
    modules = {_module(path): path for path in sources("layercalc")}
    graph = {name: _imports(name, path, set(modules)) for name, path in modules.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        pytest.fail("imported in a circle: " + " <- ".join(circle.args[1]))


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(module: str, path: Path, modules: set[str]) -> set[str]:
    """List the modules of the package that a module imports anywhere, in functions too."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            children = {f"{base}.{alias.name}" for alias in node.names}
            found.update(child if child in modules else base for child in children)
    return found & modules


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")
    return ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [node.module])])
