"""The cache of the trees of shipped files: what is loaded is what was parsed, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from layercalc.errors import Source
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.syntax import tree
from layercalc.syntax.library import locate, read
from layercalc.syntax.parse import parse
from layercalc.syntax.parse.cache import _load, _store, shipped_tree
from layercalc.syntax.walk import outline

LAYERS = (tree.Layer, tree.Activation)


def is_read(layer: tree.Layer | tree.Activation) -> bool:
    """Tell whether more of a layer was read than its name."""
    return "parameters" in vars(layer)


@pytest.mark.parametrize("name", ["paper", "derived", "resnet"])
def test_a_stored_tree_is_the_one_that_was_parsed(name: str, tmp_path: Path) -> None:
    source = read(locate(name, "file", "laws", ""))
    parsed = parse(source)
    _store(source, tmp_path / "kept.tree", parsed)
    loaded = _load(source, tmp_path / "kept.tree")
    assert loaded is not None
    layers = [item for item in loaded.items if isinstance(item, LAYERS)]
    told = [outline(item) for item in layers]
    assert told == [outline(item) for item in parsed.items if isinstance(item, LAYERS)]
    assert not any(map(is_read, layers))
    assert loaded == parsed
    assert all(map(is_read, layers))
    assert [*tmp_path.iterdir()] == [tmp_path / "kept.tree"]


def test_a_tree_that_is_cut_changed_or_of_another_text_is_not_loaded(tmp_path: Path) -> None:
    source, place = Source("own.arch", "input(3)\nrelu"), tmp_path / "kept.tree"
    assert _load(source, place) is None
    _store(source, place, parse(source))
    whole = place.read_bytes()
    assert _load(source, place) == parse(source)
    for broken in (whole[:-1], whole[:-1] + b"\1", b"", whole.replace(b"relu", b"tanh"), whole + b"\0"):
        place.write_bytes(broken)
        assert _load(source, place) is None
    place.write_bytes(whole)
    assert _load(Source("own.arch", "input(3)\ntanh"), place) is None


def test_only_the_layers_that_are_used_are_read() -> None:
    for _ in range(2):  # the first puts the trees into the cache
        shipped_tree.cache_clear()
        program = load_program("lenet")
    resolve(program)
    assert [is_read(program.layers[name].node) for name in ("conv", "conv_transpose")] == [True, False]
