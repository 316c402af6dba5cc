"""The language by example: each file of `accept/` runs, and says in its first lines what comes out.

`# output` is the shape behind the network, `# params` and any other measure its exact
value; `# given NAME=VALUE ...` gives values to params, `# symbols NAME ...` names those
that may be symbols.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.measures import known_measures, measure_all
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.measured import measures_of
from layercalc.resolve.points import read_points
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.parse import parse
from layercalc.syntax.walk import nodes

FILES = sorted((Path(__file__).parent / "accept").glob("*.arch"))
CLAIM = re.compile(r"# (\w+) (.+)")


def claims(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    heads = [match for line in lines if (match := CLAIM.fullmatch(line))]
    known = {"given", "output", "symbols", *known_measures(), *measures_of(load_program(str(path)))}
    return {head[1]: head[2] for head in heads if head[1] in known}


def output(network: Network) -> str:
    return ", ".join(
        " x ".join(Closed.told(size, network.facts).exact().text for size in shape.sizes)
        for shape in network.leaving.values()
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_spec_gives_what_it_claims(path: Path) -> None:
    said = claims(path)
    assert "output" in said
    pairs = (pair.split("=") for pair in said.get("given", "").split())
    network = resolve(load_program(str(path)), {name: read_points(name, text)[0] for name, text in pairs})
    assert output(network) == said["output"]
    names = [name for name in said if name not in {"given", "output", "symbols"}]
    for name, closed in measure_all(network, names).items():
        assert closed.exact().text == said[name], name


@pytest.mark.parametrize(
    "path", [path for path in FILES if "\n# symbols " in path.read_text("utf-8")], ids=lambda path: path.stem
)
def test_a_family_takes_symbols(path: Path) -> None:
    program = load_program(str(path))
    names = claims(path)["symbols"].split()
    given = {name: read_points(name, name)[0] for name in names}
    measured = measure_all(resolve(program, given))
    assert set(names) <= {symbol for closed in measured.values() for symbol in closed.symbols}


def test_a_block_that_gives_two_values_is_what_its_names_are() -> None:
    given = {"n": read_points("n", "n")[0]}
    by_name, by_place = (
        measure_all(resolve(load_program(str(Path(__file__).parent / "accept" / name)), given))
        for name in ("two_values.arch", "several_values.arch")
    )
    assert [c.exact().text for c in by_name.values()] == [c.exact().text for c in by_place.values()]


def test_every_kind_of_node_is_in_some_file() -> None:
    trees = [parse(Source(path.name, path.read_text("utf-8"))) for path in FILES]
    written = {type(node) for spec in trees for node in nodes(spec)}
    kinds = {kind for kind in vars(tree).values() if isinstance(kind, type) and issubclass(kind, Node)}
    assert kinds - written == {Node, tree.Interval}  # an interval is for the command line
