"""From tree to network: what is shared, what is a power, which label and which name mean what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from layercalc.errors import Source, SpecError
from layercalc.network import Applied, Body, Inline, Merge, Network, Repeat, Step, Weights
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble, load_program
from layercalc.resolve.points import read_points
from layercalc.resolve.program import Given, Program


def program(text: str, laws: str = "paper") -> Program:
    return assemble(Source("t.arch", text), Path("t.arch"), laws)


def given(**values: str) -> dict[str, Given]:
    return {name: read_points(name, value)[0] for name, value in values.items()}


def network(text: str, **values: str) -> Network:
    return resolve(program(text), given(**values))


def steps(body: Body) -> Iterator[Step]:
    for step in body.steps:
        yield step
        if isinstance(step, Inline | Repeat):
            yield from steps(step.body)


def outline(body: Body) -> list[str]:
    """Write the steps of a body in short: names, counts, sources."""
    told = []
    for step in body.steps:
        if isinstance(step, Applied):
            told.append(" ".join([step.layer.name, *map(str, step.sources)]))
        elif isinstance(step, Merge):
            told.append(f"{step.kind} {list(step.sources)}")
        elif isinstance(step, Inline):
            told.append(f"{step.name} {list(step.sources)}")
        elif isinstance(step, Weights):
            told.append(f"weights of {step.sharing.name}")
        else:
            told.append(f"{step.count} times {list(step.sources)}")
    return told


def test_a_block_used_twice_is_one_body() -> None:
    text = "block b(c = 3) { conv(c, 3) }\ninput(3, 8, 8)\nb b(3) b(c = 3) b(4) b(3)"
    bodies = [step.body for step in network(text).body.steps if isinstance(step, Inline)]
    assert bodies[0] is bodies[1] is bodies[2]
    assert bodies[3] is not bodies[2]
    assert bodies[4] is not bodies[0]  # it enters with four channels


def test_a_layer_placed_twice_is_read_once() -> None:
    layers = [
        s.layer
        for s in steps(network("input(3, 8, 8) conv(3, 3) conv(3, 3) conv(4, 3)").body)
        if isinstance(s, Applied)
    ]
    assert layers[0].law is layers[1].law
    assert layers[1].law is not layers[2].law
    assert [str(layer.span) for layer in layers] == ["t.arch:1:16", "t.arch:1:27", "t.arch:1:38"]


def test_a_block_sees_the_value_that_a_name_has_now(tmp_path: Path) -> None:
    (tmp_path / "part.arch").write_text("let k = 2\nblock b { dense(k) }")
    (tmp_path / "spec.arch").write_text('use "part.arch"\ninput(3)\nb\nlet k = 5\nb')
    shapes = resolve(load_program(str(tmp_path / "spec.arch"))).body.shapes
    assert [shape.channels for shape in shapes] == [3, 2, 5]


def test_a_repeat_is_a_power() -> None:
    body = network("input(3) repeat 10^9 { dense(3) -> relu }").body
    assert outline(body) == ["1000000000 times [0]"]
    [repeat] = body.steps
    assert isinstance(repeat, Repeat)
    assert outline(repeat.body) == ["dense 0", "relu 1"]


def test_rounds_that_change_the_shape_stand_apart() -> None:
    body = network("input(3) repeat 10 { dense(5) }").body
    assert outline(body) == ["round 1 [0]", "9 times [1]"]
    assert outline(network("input(3) repeat 2 { concat { | } }").body) == ["round 1 [0]", "round 2 [1]"]
    assert outline(network("input(2, 4) repeat 5 { dense(8) }").body) == ["round 1 [0]", "4 times [1]"]
    assert outline(network("input(3) repeat 0 { dense(5) } repeat 1 { relu }").body) == ["1 times [0]"]


def test_a_repeat_carries_what_is_bound_outside_and_again_inside() -> None:
    text = "input(3) as a\nrelu as b\nrepeat 7 { from a -> tanh as new from b as a from new as b }\nfrom a"
    body = network(text).body
    assert outline(body) == ["relu 0", "7 times [1, 0, 1]"]
    assert body.outputs == (3,)


def test_a_symbolic_count_is_a_power() -> None:
    body = network("param n = 3\ninput(3) repeat n { dense(3) }", n="2*k + 1").body
    [repeat] = body.steps
    assert isinstance(repeat, Repeat)
    assert str(repeat.count) == "2*k + 1"


def test_a_loop_that_does_not_read_its_name_is_a_repeat() -> None:
    assert outline(network("input(3) for i in range(8) { dense(3) }").body) == ["8 times [0]"]
    assert outline(network("input(3) for i in range(2, 10^9, 3) { relu }").body) == ["333333333 times [0]"]
    assert outline(network("param n\ninput(3) for i in range(1, n) { relu }").body) == ["n - 1 times [0]"]
    assert outline(network("input(3) for i in [3, 4] { dense(i) }").body) == ["dense 0", "dense 1"]


def test_branches_start_from_one_value_and_meet() -> None:
    body = network("input(3) relu add { dense(3) | | tanh -> relu } -> relu").body
    assert outline(body) == ["relu 0", "dense 1", "tanh 1", "relu 3", "add [2, 1, 4]", "relu 5"]


def test_labels_say_the_way() -> None:
    text = "input(3)\nfor (i, c) in enumerate([3, 3]) { add { relu | for k in [1] { dense(c * k) } } }"
    labels = [step.label for step in network(text).body.steps]
    assert labels[:3] == ["stage 1 add/1", "stage 1 add/2 stage 1.1", "stage 1"]
    assert labels[3:] == ["stage 2 add/1", "stage 2 add/2 stage 2.1", "stage 2"]
    text = "input(3)\nfor i in [3, 4] { dense(i) for j in [i, 2] { dense(j) } } for i in [1] { dense(i) }"
    labels = [step.label for step in network(text).body.steps]
    assert labels == [f"stage {number}" for number in ("1", "1.1", "1.2", "2", "2.1", "2.2", "3")]


def test_a_label_is_in_the_symbols_of_the_author() -> None:
    text = "param r = 8 where r % 4 == 0\ninput(3)\nadd { for c in [r, r / 2] | dense(c) dense(3) }"
    assert [step.label for step in network(text, r="r").body.steps][::2] == ["add/1 c=r", "add/2 c=r/2", ""]


def test_params_are_as_given() -> None:
    text = "param a = 3\nparam b = a + 1\nparam c = true\nparam d\nlet e = a\ninput(e)"
    assert dict(network(text, a="5", c="0", d="[1, 2]").params) == {"a": 5, "b": 6, "c": False, "d": (1, 2)}
    assert network("param a = 1 / 0\ninput(a)", a="3").params == {"a": 3}
    params = network(text, b="2*n").params
    assert (params["a"], str(params["b"]), str(params["d"])) == (3, "2*n", "d")


def test_symbols_are_what_the_default_is() -> None:
    text = "param n = 3\nparam r = 0.5\nparam z = -1\nparam s\ninput(n, s)"
    params = network(text, n="n", r="r", z="z").params
    kinds = {name: (value.is_integer, value.is_positive) for name, value in params.items()}  # type: ignore[attr-defined]
    assert kinds == {"n": (True, True), "r": (None, True), "z": (True, None), "s": (True, True)}


def test_a_program_is_resolved_at_several_points() -> None:
    resnet = load_program("resnet")
    depths = [resolve(resnet, given(depth=depth)).params["depth"] for depth in ("18", "50", "18")]
    assert depths == [18, 50, 18]
    first, second = (resolve(resnet, given(depth=depth)) for depth in ("50", "n"))
    assert first.facts is None
    assert second.facts is not None


def test_a_point_does_not_see_the_names_of_another() -> None:
    spec = program("param n = 1\nif n == 1 { relu }\nlet x = if n == 1 then 2 else 3\ninput(x)\n")
    for _ in range(2):
        with pytest.raises(SpecError, match="there is no tensor"):
            resolve(spec)


def test_the_laws_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.arch").write_text(
        "laws mine\nlet k = 7\nlayer dense(units) { shape = [units] params = k }"
    )
    spec = program("let k = 9\ninput(3) dense(4)", str(tmp_path / "mine.arch"))
    [step] = resolve(spec).body.steps
    assert isinstance(step, Applied)
    assert step.layer.law("params") == 7
    assert spec.laws == "mine"


def test_a_spec_overrides_a_layer() -> None:
    [step] = network("layer dense(units) { shape = [units] params = 1 }\ninput(3) dense(4)").body.steps
    assert isinstance(step, Applied)
    assert step.layer.law("params") == 1
    blocks = network("block relu { tanh }\ninput(3) relu").body
    assert outline(blocks) == ["relu [0]"]


def test_the_files_that_a_spec_uses(tmp_path: Path) -> None:
    (tmp_path / "part.arch").write_text(
        "param width = 9\nlet k = 2\nlayer own { params = k }\nblock b { dense(width) own }\ninput(1)\nown"
    )
    own = "param width = 4\n"
    for spec in (f'use "part.arch"\n{own}', f'{own}use "part.arch"\n'):
        (tmp_path / "spec.arch").write_text(f"{spec}let k = 3\ninput(5)\nb")
        resolved = resolve(load_program(str(tmp_path / "spec.arch")))
        assert [str(shape) for shape in resolved.body.shapes] == ["5", "4"]
        layers = [step.layer for step in steps(resolved.body) if isinstance(step, Applied)]
        assert layers[1].law("params") == 3


def test_mistakes_are_told_in_the_order_of_the_text() -> None:
    text = "block b { relu -> rlu }\ninput(3)\nlet x = 1/0\nb\ndense(y)\ndense(x)\nlet z = [1][2]"
    with pytest.raises(SpecError) as caught:
        network(text)
    spans = [diagnostic.span for diagnostic in caught.value.diagnostics]
    assert [str(span) for span in spans] == ["t.arch:1:19", "t.arch:3:9", "t.arch:5:7", "t.arch:7:13"]


def test_what_follows_from_a_mistake_is_not_told() -> None:
    text = """
param n = 3 where n > 5
let a = n + 1
let (b, c) = [1/0, a]
input(3)
rlu as lost
let d = in.channels + lost.channels + b
if in.rank > d { tanh }
repeat in.channels { relu }
for i in range(lost.channels) { dense(i) }
add { from lost -> relu | }
from lost, lost -> pair
repeat 2 { from lost -> relu as lost }
per(in.channels)
block per(c) { dense(c) }
block pair from a, b { from a }
"""
    with pytest.raises(SpecError) as caught:
        network(text)
    messages = [diagnostic.message for diagnostic in caught.value.diagnostics]
    assert messages == ["n = 3 is outside `n > 5`", "division by zero", "unknown block or layer 'rlu'"]


def test_the_trace_tells_the_blocks_that_led_there() -> None:
    with pytest.raises(SpecError) as caught:
        network("block a { b }\nblock b { repeat 2 { dense(1/0) } }\ninput(3)\nrelu a")
    [mistake] = caught.value.diagnostics
    assert [(frame.name, str(frame.call)) for frame in mistake.trace] == [
        ("a", "t.arch:4:6"),
        ("b", "t.arch:1:11"),
    ]


def test_names_are_looked_for_once_for_all_points(monkeypatch: pytest.MonkeyPatch) -> None:
    found = program("param n = 2 input(3) repeat n { relo }")
    for count in ("2", "3", "n"):
        with pytest.raises(SpecError, match="unknown block or layer 'relo'"):
            resolve(found, given(n=count))
        monkeypatch.setattr("layercalc.resolve.names._unknown", None)
