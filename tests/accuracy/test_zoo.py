"""What the networks of the paper's tables give: the figures of section 7.4, and what is made of them.

The whole zoo is measured once, under `paper`; commands and sheets are held to a few of its networks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from layercalc.paper import zoo
from layercalc.paper.accuracy import sample, study
from layercalc.paper.accuracy.fitted.stored import CONVOLUTIONAL, stored
from layercalc.paper.accuracy.sample import TARGETS, measured
from layercalc.paper.experiments import curves, fig11, fig14_fig15, fitted
from layercalc.paper.experiments.fig14_fig15 import NEAR, PRINTED

if TYPE_CHECKING:
    from click.testing import Result

    from layercalc.paper.experiments import Experiment, Sheet

Run = Callable[..., "Result"]

FEW = ("alexnet", "vgg", "squeezenet", "resnet", "mobilenet", "shufflenet_v2")


@pytest.fixture(scope="module")
def _few() -> list[zoo.Measured]:
    rows = zoo.of_specs(FEW, zoo.rows())
    return [result for result in zoo.results(rows) if isinstance(result, zoo.Measured)]


@pytest.fixture
def few(_few: list[zoo.Measured], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a few networks be all that are known, and the bootstrap short."""
    monkeypatch.setattr(sample, "_MEASURED", {"paper": _few})
    monkeypatch.setattr(study, "DRAWS", 20)
    for module in (curves, fig11, fitted, fig14_fig15):
        monkeypatch.setattr(module, "LAWS", ("paper",))
    study.study.cache_clear()
    study.best.cache_clear()
    yield
    study.study.cache_clear()
    study.best.cache_clear()


def test_the_zoo_gives_the_figures_of_the_paper() -> None:
    expected = {
        "top1": (0.746, 93, 60, 0.735, 0.425, 0.975),
        "top5": (0.744, 92, 60, 0.711, 0.393, 0.978),
    }
    for target, (r_squared, rows, networks, once, alone, ceiling) in expected.items():
        assert target in TARGETS
        found = study.study("paper", "gwc", target)
        assert (len(found.known), found.networks) == (rows, networks)
        assert found.r_squared == pytest.approx(r_squared, abs=0.005)
        assert abs(found.r_squared - PRINTED[target]) <= NEAR
        assert study.study("paper", "gwc", target, single=True).r_squared == pytest.approx(once, abs=0.005)
        assert found.r_squared_without_offset == pytest.approx(alone, abs=0.005)
        assert found.ceiling == pytest.approx(ceiling, abs=0.0005)
        assert found.q_squared_by_family < found.q_squared
        best = study.study("paper", "log2(gcc)*gsc", target)
        assert found.q_squared < found.r_squared < best.q_squared < best.r_squared
    assert study.best("paper").name == "log2(gcc)*gsc"
    assert measured("paper") is measured("paper")


# -- the experiments, on a few networks


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("experiment", [fig11.EXPERIMENT, *fig14_fig15.EXPERIMENTS])
def test_an_experiment_runs_twice_alike(experiment: Experiment) -> None:
    first = experiment.run()
    study.study.cache_clear()
    assert experiment.run() == first
    for sheet in first.sheets:
        assert all(len(row) == len(sheet.headers) for row in sheet.rows)
        assert sheet.rows
    assert {claim.laws for claim in first.claims} <= {"paper", "all"}
    assert first.formulas
    if experiment is fig11.EXPERIMENT:
        _check_fits(first.sheets[1])


def _check_fits(sheet: Sheet) -> None:
    """Hold the fits side by side to a study."""
    told = {(row[0], row[1], row[3]): row for row in sheet.rows}
    assert len(told) == 9 * 2 * 2
    found = study.study("paper", "gsc", "top5")
    assert told["gsc", "top5", "all"][sheet.headers.index("r2")] == pytest.approx(found.r_squared, rel=1e-5)


@pytest.mark.usefixtures("few")
def test_every_row_is_named_once() -> None:
    marks = curves.named_panel("paper", "top1").curves[0]
    names = [name for name in marks.names if name]
    assert len(set(names)) == len(names)
    assert "AlexNet (1, 2)" in names
    tables = sum(name.count(",") + 1 for name in names)
    assert tables == len(marks.x) == sum(row.top1 is not None for row in zoo.of_specs(FEW, zoo.rows()))


# -- commands


@pytest.mark.usefixtures("few")
def test_a_prediction_is_what_the_curve_says(run_cli: Run) -> None:
    told = json.loads(
        run_cli("predict", "resnet", "--depth", "50", "--from", "gwc", "--format", "json").stdout
    )
    assert (told["from"]["measure"], told["from"]["outside"], told["level"]) == ("gwc", 0, 0.9)
    for target in TARGETS:
        found = study.study("paper", "gwc", target)
        assert told[target]["expected"] == found.law.at(told["from"]["log2"])
        assert (told[target]["low"], told[target]["high"]) == found.interval(told["from"]["log2"])
        assert (told[target]["rows"], told[target]["networks"]) == (len(found.known), found.networks)
    assert told["notes"] == []


@pytest.mark.usefixtures("few")
def test_the_best_measure_is_taken_and_said(run_cli: Run) -> None:
    output = run_cli("predict", "resnet", "--depth", "18,34", "--laws", "paper").stdout
    best = study.best("paper")
    assert f"From {best.label}, which of 9 measures predicts networks left out best" in output
    rows = [line.split() for line in output.splitlines() if line.split()[:1] in (["18"], ["34"])]
    assert [len(row) for row in rows] == [8, 8]
    assert "warning" not in output
    assert "best is" in run_cli("predict", "resnet", "--from", "macs").stdout


@pytest.mark.usefixtures("few")
def test_a_network_of_another_kind_is_told(run_cli: Run) -> None:
    small = ("--depth", "18", "--width", "32", "--classes", "10", "--resolution", "64")
    output = run_cli("predict", "resnet", *small).stdout
    assert "bits below all fitted networks: the curve is extrapolated." in output
    side = stored(CONVOLUTIONAL).side
    assert f"take images of 3 x {side} x {side} or more, this one takes 3 x 64 x 64." in output
    assert "1000 classes of ImageNet apart, this one gives 10." in output
    far = run_cli("predict", "lenet")
    assert far.exit_code == 2
    assert "the curve falls to 0 here" in far.stderr


@pytest.mark.usefixtures("few")
def test_the_depth_that_is_solved_for_brackets_its_accuracy(run_cli: Run) -> None:
    chosen = ("resnet", "--from", "log2(gcc)*gsc", "--format", "json")
    told = json.loads(run_cli("solve", *chosen, "--for", "depth", "--target", "top1 = 76").stdout)
    (solution,) = told["solutions"]
    assert solution["exact"] is None
    below, above = (str(solution[side]["number"]) for side in ("below", "above"))
    points = json.loads(run_cli("predict", *chosen, "--depth", f"{below},{above}").stdout)["points"]
    low, high = (point["top1"]["expected"] for point in points)
    assert low < 76 < high
    assert points[0]["from"]["log2"] < told["from"]["log2"] < points[1]["from"]["log2"]


@pytest.mark.usefixtures("few")
def test_a_solution_says_where_it_comes_from(run_cli: Run) -> None:
    output = run_cli("solve", "resnet", "--for", "depth", "--target", "top1 >= 76", "--from", "gwc").stdout
    assert "top1 >= 76 from depth = " in output
    assert "On the curve Top-1 = 76 where GWC = 2^" in output
    assert "Top-1 = 76 lies within the 90 % interval from GWC = " in output


@pytest.mark.usefixtures("few")
def test_a_solution_of_another_kind_is_told(run_cli: Run) -> None:
    output = run_cli("solve", "resnet_cifar", "--for", "width", "--target", "top1 = 60").stdout
    assert "top1 = 60 at width = " in output
    assert "note: the fitted networks tell the 1000 classes of ImageNet apart, this one gives 10." in output


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("predict resnet --depth n", "accuracy is predicted for numbers, and n has none"),
        ("predict resnet --from gwcc", "no measure that predicts accuracy is called 'gwcc'"),
        ("solve resnet --for depth --target top1=99", "top1=99 is never met: the curve of Top-1 over X"),
        ("solve resnet --for depth --target top1<=99", "top1<=99 is met throughout: the curve of Top-1 over"),
        ("solve resnet --for depth --target top5=120", "top5=120: an accuracy is a percentage between"),
        ("solve resnet --for depth --target gcc=9 --from gwc", "--from is for the targets top1 and top5"),
        ("solve resnet --for depth --target top2=9", "no measure is called 'top2'"),
    ],
)
def test_mistakes(run_cli: Run, arguments: str, message: str) -> None:
    result = run_cli(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
