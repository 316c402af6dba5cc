"""What imports leave out or write by its place is what the law file and the shipped blocks declare."""

from __future__ import annotations

from layercalc.errors import Source
from layercalc.imports.structure.idioms import FILES
from layercalc.imports.structure.templates import DEFAULTS
from layercalc.imports.writing import PLACES, value
from layercalc.resolve.loading import load_program
from layercalc.syntax import tree
from layercalc.syntax.parse import parse
from tests.checkout import ROOT

_LAWS = load_program("lenet").law_set
assert _LAWS is not None
_FILES = [parse(Source(name, (ROOT / "specs" / name).read_text("utf-8"))) for name in {*FILES.values()}]
LAYERS = {
    item.name.text: item.parameters
    for spec in (*_LAWS.trees, *_FILES)
    for item in spec.items
    if isinstance(item, tree.Layer | tree.Block)
}


def test_defaults_are_those_of_the_laws() -> None:
    declared = {
        layer: {one.name.text: one.default.span.text for one in LAYERS[layer] if one.default is not None}
        for layer in DEFAULTS
    }
    for layer, known in DEFAULTS.items():
        assert {name: value(one) for name, one in known.items()}.items() <= declared[layer].items(), layer


def test_places_are_those_of_the_declarations() -> None:
    for layer in PLACES.keys() & LAYERS.keys():
        assert [one.name.text for one in LAYERS[layer]][: len(PLACES[layer])] == [*PLACES[layer]], layer
    assert PLACES.keys() <= LAYERS.keys()
