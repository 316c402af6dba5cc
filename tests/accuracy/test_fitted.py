"""The predictor that is stored: its forms, its choice by families left out, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from layercalc import SpecError, load, loads
from layercalc.cli.predict import STORED_LAWS
from layercalc.paper.accuracy.fitted import choice, storing, training
from layercalc.paper.accuracy.fitted import stored as room
from layercalc.paper.accuracy.fitted.choice import Data, LeftOut
from layercalc.paper.accuracy.fitted.forms import FORMS, GAP, LINE, Form, fit
from layercalc.paper.accuracy.fitted.stored import CONVOLUTIONAL, TOKENS, kind_of, stored
from layercalc.paper.accuracy.fitted.training import READ, Example
from layercalc.paper.accuracy.forecast import forecast, stored_basis
from layercalc.paper.accuracy.sample import TARGETS
from layercalc.paper.accuracy.study import HELD
from tests.examples import long_run

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
FORM = Form(GAP, ("logits_gsc", "params"))


def _examples(noise: float = 0.3) -> list[Example]:
    """Make networks of six families, some with two recipes, whose accuracies follow a gap."""
    random = np.random.Generator(np.random.PCG64(3))
    found = []
    for number in range(36):
        logs = dict(zip(READ, random.uniform([14, 20, 26, 4, 7], [20, 27, 34, 8, 9]).tolist(), strict=True))
        gap = 2 ** (14 - 0.5 * logs["logits_gsc"] - 0.1 * logs["params"])
        for recent in (False, True)[: 1 + number % 2]:
            first, second = (noise * random.normal() for _ in range(2))
            accuracies = (84 + 1.5 * recent - gap + first, 97 + 0.5 * recent - 0.2 * gap**1.3 + second)
            found.append(
                Example(f"{number}", f"n{number}", f"f{number % 6}", False, recent, logs, *accuracies)
            )
    return found


# -- forms


def test_a_gap_is_found_again() -> None:
    data = Data(_examples(noise=0.0))
    found = choice.curves(FORM, data)
    assert found["top1"].powers == pytest.approx((0.5, 0.1), rel=1e-4)
    assert found["top5"].powers == pytest.approx((0.65, 0.13), rel=1e-3)
    assert (found["top1"].top, found["top1"].recent) == pytest.approx((84, 1.5), rel=1e-4)
    assert found["top1"].log2_drop == pytest.approx(14, rel=1e-3)


def test_a_line_is_that_of_least_squares() -> None:
    random = np.random.Generator(np.random.PCG64(5))
    logs, weights = random.uniform(10, 20, (30, 2)), random.uniform(0.5, 1, 30)
    known, recent = 40 + logs @ [1.5, 0.5] + random.normal(0, 1, 30), np.zeros(30)
    found = fit(LINE, logs, recent, known, weights)
    columns = np.column_stack([np.ones(30), logs]) * np.sqrt(weights)[:, None]
    plain = np.linalg.solve(columns.T @ columns, columns.T @ (known * np.sqrt(weights)))
    assert (found.top, *found.powers) == pytest.approx(plain.tolist())
    assert found.recent == 0
    assert found.at(logs) == pytest.approx(plain[0] + logs @ plain[1:])


# -- the choice


def test_families_are_left_out_whole_and_weigh_by_networks() -> None:
    examples = _examples()
    data = Data(examples)
    left_out = LeftOut(FORM, data, data.families)
    rest = Data([one for one in examples if one.family != "f2"])
    for target in TARGETS:
        curve = choice.curves(FORM, rest)[target]
        for place, one in enumerate(examples):
            if one.family == "f2":
                told = curve.at(np.array([[one.logs[name] for name in FORM.measures]]), float(one.recent))
                missed = getattr(one, target) - told[0]
                assert left_out.missed[target][place] == pytest.approx(missed, abs=1e-4)
    shares = [0.5 if one.network in {"n1", "n3"} else 1.0 for one in examples[:5]]
    assert data.weights[:5].tolist() == shares == [1.0, 0.5, 0.5, 1.0, 0.5]


def test_the_interval_of_a_family_knows_nothing_of_it() -> None:
    examples = _examples()
    data = Data(examples)
    inside = 0.0
    for family in sorted({one.family for one in examples}):
        others = [one for one in examples if one.family != family]
        rest, away = Data(others), [one.family == family for one in examples]
        reach = choice.radius(LeftOut(FORM, rest, rest.families).missed["top1"], rest.weights)
        missed = LeftOut(FORM, data, data.families).missed["top1"][away]
        inside += float((np.abs(missed) <= reach) @ data.weights[away])
    assert choice.coverage(FORM, data)["top1"] == pytest.approx(inside / data.weights.sum())


def test_the_form_that_made_the_data_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = (Form(LINE, FORM.measures), Form(GAP, ("macs",)), FORM)
    monkeypatch.setattr(choice, "FORMS", tried)
    found = choice.tried(Data(_examples()))
    assert next(iter(found)) == FORM
    assert found[FORM]["top1"] > 0.9 > found[tried[1]]["top1"]
    assert len({*FORMS}) == len(FORMS)


# -- what is stored


def test_the_stored_values_belong_to_the_data() -> None:
    record = json.loads(room.path().read_text("utf-8"))
    assert record["digest"] == room.digest(), "`layercalc predict --fit` fits the predictor again"
    if long_run():
        assert storing.fitted() == room.path().read_text("utf-8")


def test_other_data_are_refused(monkeypatch: pytest.MonkeyPatch, run_cli: Run) -> None:
    monkeypatch.setattr(room, "digest", lambda: "other")
    stored.cache_clear()
    result = run_cli("predict", "resnet")
    stored.cache_clear()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "fitted to other data than those in specs/zoo" in result.stderr


def test_the_forms_that_were_tried_are_listed_in_any_format(run_cli: Run) -> None:
    tried = json.loads(run_cli("predict", "--tried", "--format", "json").stdout)
    assert len(tried) == sum(len(stored(kind).tried) for kind in (CONVOLUTIONAL, TOKENS))
    assert run_cli("predict", "--tried", "--format", "csv").stdout.startswith("networks,form,top1,top5\n")
    assert "takes no SPEC" in run_cli("predict", "resnet", "--tried").stderr
    assert "Missing argument 'SPEC'" in run_cli("predict").stderr


@pytest.mark.parametrize("kind", [CONVOLUTIONAL, TOKENS])
def test_the_interval_keeps_its_word_on_families_left_out(kind: str) -> None:
    for curve in stored(kind).curves.values():
        assert HELD - 5 <= 100 * curve.coverage <= HELD + 5
        assert 0.7 < curve.q_squared_by_family <= curve.q_squared + 0.01 < curve.r_squared + 0.02
    assert stored(kind).tried[0][0] == stored(kind).form


def test_the_curve_misses_the_wider_zoo_no_more_than_it_says() -> None:
    """A plain reading of the file: the formula of its head, and the rows of the wider zoo."""
    record = json.loads(room.path().read_text("utf-8"))["domains"][CONVOLUTIONAL]
    found = [one for one in training._wider() if not one.tokens]
    misses = []
    for one in found:
        index = sum(power * one.logs[name] for name, power in record["powers"].items())
        first = record["top1"]
        told = first["top"] + first["recent"] * one.recent - 2 ** (first["log2_drop"] - index)
        log = stored(CONVOLUTIONAL).predictor.log2(one.logs)
        assert log == pytest.approx(index)
        law = stored(CONVOLUTIONAL).curves["top1"].law
        assert law.at(index) + first["recent"] * one.recent == pytest.approx(told)
        misses.append(one.top1 - told)
    shares = training.shares(found)
    assert np.average(np.square(misses), weights=shares) ** 0.5 < 1.2 * record["top1"]["error"]


# -- what it says


def _top1(spec: str, **given: object) -> float:
    basis = stored_basis(CONVOLUTIONAL)
    model = load(spec, given, laws=room.LAWS)
    logs = {name: model.measure(name).log2 or 0.0 for name in basis.needed}
    return forecast(logs, basis).expected["top1"]


def test_a_softmax_at_the_end_does_not_count() -> None:
    for spec in ("vgg", "efficientnet", "nasnet"):
        assert _top1(spec, softmax=True) == _top1(spec, softmax=False)
    steps = "input(3, 8, 8) flatten dense(4) softmax"
    gscs = [loads(text).measure("logits_gsc").number for text in (steps, f"{steps} dropout", steps[:-8])]
    assert gscs[0] == gscs[1] == gscs[2]
    assert (
        loads(f"{steps} dense(4)").measure("logits_gsc").log2
        == loads(f"{steps} dense(4)").measure("gsc").log2
    )
    inner = loads("block head { dense(4) -> softmax } input(3, 8, 8) flatten head")
    assert inner.measure("logits_gsc").number == gscs[0]
    assert inner.measure("image_side").number == 8


def test_the_command_reads_the_laws_of_the_fit() -> None:
    assert room.LAWS == STORED_LAWS == json.loads(room.path().read_text("utf-8"))["laws"]


def test_deeper_resnets_are_better() -> None:
    found = [_top1("resnet", depth=depth) for depth in (18, 34, 50, 101, 152)]
    assert found == sorted(found)


def test_networks_of_both_kinds_are_not_predicted_together(run_cli: Run) -> None:
    assert kind_of([load("vit").network, load("mixer").network]) == TOKENS
    with pytest.raises(SpecError, match="predict them apart"):
        kind_of([load("vit").network, load("resnet").network])
    told = json.loads(run_cli("predict", "vit", "--format", "json").stdout)
    assert told["from"]["kind"] == TOKENS
    assert set(told["from"]["powers"]) == set(stored(TOKENS).powers)


def test_a_prediction_tells_how_it_came_about(run_cli: Run) -> None:
    text = run_cli("predict", "resnet", "--depth", "34,50").stdout
    first = stored(CONVOLUTIONAL).curves["top1"]
    assert f"it held {first.coverage:.1%} for Top-1" in text
    assert f"Q^2 with whole families left out, {first.q_squared_by_family:.3f} for Top-1" in text
    assert "Same network, other recipe: +- " in text
    assert "warning" not in text


def test_a_softmax_changes_no_answer_of_the_command(run_cli: Run) -> None:
    with_, without = (
        json.loads(run_cli("predict", "vgg", "--softmax", told, "--format", "json").stdout)
        for told in ("true", "false")
    )
    assert with_["params"].pop("softmax") != without["params"].pop("softmax")
    assert with_ == without


def test_search_expects_what_predict_does(run_cli: Run) -> None:
    """An efficientnet ends in a softmax unless it is told otherwise, and is searched under other laws."""
    asked = ("efficientnet", "--over", "resolution=192,224", "--maximize", "top1", "--minimize", "macs")
    front = json.loads(run_cli("search", *asked, "--format", "json").stdout)["front"]
    told = {point["resolution"]: point["top1"] for point in front}
    assert told == {size: pytest.approx(_top1("efficientnet", resolution=size)) for size in (192, 224)}
