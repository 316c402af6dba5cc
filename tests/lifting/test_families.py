"""Families in `accept` become the specs in `golden`, and give back each member; those in `reject` do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import layercalc
from layercalc.errors import Source, SpecError
from layercalc.imports.convert import convert
from layercalc.imports.graph import from_json
from layercalc.lifting import lift
from layercalc.measures import MEASURES
from layercalc.syntax.unparse import formatted
from tests.imports.recorded import graph
from tests.lifting import twin

HERE = Path(__file__).parent
ACCEPT = sorted(path.name for path in (HERE / "accept").iterdir())
REJECT = sorted(path.name for path in (HERE / "reject").iterdir())
#: The param of a family whose members' names do not tell it.
PARAMS = {"depths": "depth", "resnets": "depth", "two": "depth,width", "values": "width=0.5,1,1.5"}


def members(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.arch"), key=lambda path: (len(path.stem), path.stem))


@pytest.mark.parametrize("name", ACCEPT)
def test_a_family_is_lifted(
    name: str, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    paths = members(HERE / "accept" / name)
    lifted = lift([str(path) for path in paths], PARAMS.get(name, ""))
    assert not lifted.warnings
    golden(HERE / "golden" / f"{name}.arch", lifted.text)
    assert formatted(Source("lifted", lifted.text)) == lifted.text
    for path, point in zip(paths, twin.points(lifted.text), strict=True):
        twin.check(lifted.text, point, path)


@pytest.mark.parametrize("name", REJECT)
def test_what_no_spec_can_say_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / "reject" / name)
    wanted = re.match(r"# (?:error (\d+:\d+) )?(.+)", Path("a.arch").read_text("utf-8"))
    assert wanted is not None
    if wanted[1] is None:
        assert [warning.message for warning in lift(["a.arch", "b.arch"]).warnings] == [wanted[2]]
        return
    with pytest.raises(SpecError) as caught:
        lift(["a.arch", "b.arch"])
    (mistake,) = caught.value.diagnostics
    assert mistake.span is not None
    message = f"{mistake.message}; {mistake.hint}".rstrip("; ")
    assert (f"{mistake.span.line}:{mistake.span.column}", message) == (wanted[1], wanted[2])


@pytest.fixture(scope="module")
def resnets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Import ResNet-50, 101 and 152 from their recorded graphs."""
    folder = tmp_path_factory.mktemp("resnets")
    graphs = {50: graph("resnet50")}
    for depth in (101, 152):
        text = (HERE / "graphs" / f"resnet{depth}.json").read_text("utf-8")
        graphs[depth] = from_json(text, f"resnet{depth}")
    paths = {depth: folder / f"resnet{depth}.arch" for depth in graphs}
    for depth, path in paths.items():
        path.write_text(convert(graphs[depth]).text, "utf-8")
    return [*paths.values()]


def test_resnets_as_imported_have_the_closed_forms_of_the_shipped_family(resnets: list[Path]) -> None:
    lifted = lift([*map(str, resnets)], "depth")
    assert not lifted.warnings
    assert "let count1 = match depth { 152 => 7, else => 3 }\n" in lifted.text
    assert "(256, (depth - 26) / 3 - count1)" in lifted.text
    for depth in ("n", 50, 101, 152):
        ours, shipped = layercalc.loads(lifted.text, depth=depth), layercalc.load("resnet", depth=depth)
        for name in MEASURES:
            assert ours.measure(name).expr == shipped.measure(name).expr, (name, depth)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["depth,depth"], "--param depth: it is named twice"),
        (["depth,width,more"], "--param depth,width,more: the names of the specs do not differ in 3 numbers"),
        (["depth=1,2", "width"], "--param: values are given for 1 of 2 params, and not for all"),
        (
            ["depth=1,1", "width=2,2"],
            "--param depth=1,1 --param width=2,2: they take 2 numbers, one for each",
        ),
        (["depth=1,2", "width=2"], "--param width=2: it takes 2 numbers, one for each spec"),
    ],
)
def test_params_that_tell_nothing_are_refused(given: list[str], told: str) -> None:
    paths = [str(HERE / "accept" / "two" / f"net_{name}.arch") for name in ("2_16", "3_24")]
    with pytest.raises(SpecError) as caught:
        lift(paths, given)
    assert told in caught.value.diagnostics[0].message


def test_two_members_show_no_law(resnets: list[Path]) -> None:
    lifted = lift([*map(str, resnets[:2])], "depth")
    assert "let count1 = match depth { 50 => 5, 101 => 22 }\n" in lifted.text
    with pytest.raises(SpecError, match="152"):
        layercalc.loads(lifted.text, depth=152)
    with pytest.raises(SpecError):
        layercalc.loads(lifted.text, depth="n")
