"""What the main commands print, held word for word; `--update-golden` rewrites it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT

if TYPE_CHECKING:
    from click.testing import Result

FOLDER = Path(__file__).parent / "golden"
COMMANDS = {
    "help": "--help",
    "eval_help": "eval --help",
    "eval_resnet_help": "eval resnet --help",
    "eval_resnet": "eval resnet",
    "eval_resnet_n": "eval resnet --depth n",
    "eval_resnet_n_w": "eval resnet --depth n --width w",
    "eval_resnet_exact": "eval resnet --depth n --exact",
    "eval_resnet_points": "eval resnet --depth 18,34,50,101,152",
    "eval_resnet_json": "eval resnet --depth n --format json",
    "eval_resnet_points_json": "eval resnet --depth 50,n --measure gcip,gcc,params --format json",
    "eval_resnet_deep": "eval resnet --depth 1000001",
    "eval_unet_r": "eval unet --resolution r --width w",
    "eval_unet_r_json": "eval unet --resolution r --measure gcip --format json",
    "eval_nasnet_n": "eval nasnet --cells n --measure longest_path,layers,gsc",
    "eval_unet_assume": "eval unet --resolution r --assume 'r >= 1000' --measure gcip,macs",
    "eval_resnet_latex": "eval resnet --depth n --width w --latex",
    "eval_mlp_python": "eval mlp --depth n --width w --python",
    "mistake_forms": "eval mlp --latex --python",
    "mistake_python": "eval mlp --depth 2,3 --python",
    "eval_resnet_literal": "eval resnet --laws literal",
    "eval_autoencoder": "eval autoencoder --channels c --width w --kernel k --resolution r",
    "eval_mlp": "eval mlp --depth n --width w",
    "eval_vgg_exact": "eval vgg --exact --laws channels",
    "layers_lenet": "layers lenet",
    "layers_resnet": "layers resnet --depth 50",
    "layers_unet": "layers unet --levels 2 --resolution 92",
    "layers_densenet_n": "layers densenet --layers n --growth k",
    "layers_mlp": "layers mlp --depth n --width w",
    "layers_mlp_unroll": "layers mlp --unroll",
    "layers_mlp_json": "layers mlp --depth n --format json",
    "explain_resnet": "explain resnet",
    "explain_resnet_n": "explain resnet --depth n",
    "explain_lenet": "explain lenet",
    "explain_inception": "explain inception_v3",
    "explain_nasnet": "explain nasnet",
    "explain_layer": "explain resnet:20 --depth n --width w",
    "explain_merge": "explain resnet:44 --depth 18",
    "explain_merge_r": "explain unet:20 --resolution r",
    "explain_json": "explain mlp --depth n --format json",
    "mistake_line": "explain inception_v3:17",
    "check": "check specs/lenet.arch resnet nosuch",
    "search_resnet_cifar": "search resnet_cifar --over depth=8..26..3,width=8,16 --maximize gcc"
    " --minimize params --subject-to 'macs < 3*10^7' --tolerance params=30% --rows 3",
    "scale_resnet": "scale resnet --over depth",
    "scale_against": "scale unet --over width --against resnet --measure params,layers",
    "solve_resnet": "solve resnet --for depth --target 'params <= 25e6'",
    "zoo_alexnet": "zoo --family alexnet",
    "zoo_markdown": "zoo --family alexnet --format markdown",
    "compare_points": "compare resnet_cifar --shortcuts true,false --over depth=20,33 --measure gcip,params",
    "compare_symbols": "compare resnet_cifar --shortcuts true,false --depth n --measure gcip,gcc",
    "eval_tex": "eval mlp --depth n --width w --measure gcip,gcc,gsc --format latex",
    "eval_csv": "eval mlp --depth 2,n --measure gcip --format csv",
    "layers_markdown": "layers mlp --format markdown",
    "mistake_where": "zoo --where 'gccc > 400'",
    "show_tree": "show mlp --until tree",
    "show_network": "show resnet --depth n --until network",
    "show_values": "show densenet --until values",
    "specs": "specs",
    "laws": "laws",
    "laws_conv": "laws conv",
    "activations": "activations",
    "activations_uniform": "activations relu 'prelu(0.1)' softmax --input 'uniform(-1, 1)' --format markdown",
    "mistake_input": "activations relu --input 'unifrom(-1, 1)'",
    "mistake_value": "eval resnet --width 1",
    "mistake_text": "eval resnet --depth 1:3",
    "mistake_option": "eval resnet --dept 50",
    "mistake_measure": "eval resnet --measure gccc",
    "mistake_spec": "eval resnets",
    "mistake_assume": "eval resnet --depth n --assume 'n < 10'",
    "mistake_symbol": "eval tests/language/reject/open_remainder.arch --n n",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_output(
    name: str,
    run_cli: Callable[..., Result],
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    result = run_cli(*shlex.split(COMMANDS[name]))
    status = f"[status {result.exit_code}]\n" if result.exit_code else ""
    golden(FOLDER / f"{name}.txt", f"$ layercalc {COMMANDS[name]}\n{result.output}{status}")


def test_every_golden_file_has_its_command() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(COMMANDS)
