"""The wider zoo: its file against recorded networks, the eras of recipes, and how the file is made."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import layercalc
from layercalc.errors import SpecError
from layercalc.measures import MEASURES
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.era import ERAS, era
from tests.imports.recorded import imported
from tests.wider import importing, measuring

#: Recorded models with their names and image sizes in the file.
RECORDED = {
    "densenet121": ("densenet121", 224),
    "efficientnet_b0": ("efficientnet_b0", 224),
    "mnasnet1_0": ("mnasnet_100", 224),
    "regnet_y_400mf": ("regnety_004", 224),
    "resnet18": ("resnet18", 224),
    "resnext50_32x4d": ("resnext50_32x4d", 224),
}


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_network_has_the_measures_of_its_rows(name: str) -> None:
    rows = [row for row in wider.rows() if row.network == RECORDED[name]]
    assert rows
    for laws in wider.law_sets():
        model = layercalc.loads(imported(name).text, laws=laws)
        assert measuring.numbers(model) == rows[0].measures[laws]
        assert measuring.has_attention(model) == rows[0].attention


def test_the_file_is_whole() -> None:
    rows = wider.rows()
    assert [(row.model, row.image_size, row.tag) for row in rows] == sorted(
        {(row.model, row.image_size, row.tag) for row in rows}
    )
    assert {row.era for row in rows} == {*ERAS}
    assert all(0 < row.top1 < row.top5 < 100 for row in rows)
    assert all(told.keys() == {*MEASURES} for row in rows for told in row.measures.values())
    assert any("timm 1." in line for line in wider.head())
    assert any("Apache-2.0" in line for line in wider.head())


def test_rows_of_one_network_have_its_measures() -> None:
    known: dict[object, wider.WiderRow] = {}
    for row in wider.rows():
        first = known.setdefault(row.network, row)
        assert (row.measures, row.attention, row.family) == (first.measures, first.attention, first.family)


def test_a_product_is_the_sum_of_its_logarithms() -> None:
    for row in wider.rows():
        for told in row.measures.values():
            assert math.isclose(told["gwc"], told["gcc"] + told["gsc"], rel_tol=1e-10)


def test_another_image_changes_no_weights() -> None:
    convolutional: dict[str, set[int]] = {}
    for row in wider.rows():
        if not row.attention:
            convolutional.setdefault(row.model, set()).add(row.params)
    assert max(map(len, convolutional.values())) == 1


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("first", "tv_in1k gluon_in1k tf_in1k pycls_in1k ap_in1k rmsp_in1k tf_ens_adv_in1k nav_in1k"),
        ("own", "in1k fb_in1k ms_in1k sail_in1k_384 apple_in1k dm_in1k naver_in1k"),
        (
            "long",
            "a1_in1k a1h_in1k c2ns_in1k d_in1k ra2_in1k ra4_e3600_r224_in1k tv2_in1k 300ep_in1k sw_in1k",
        ),
        ("taught", "fb_dist_in1k ssld_stage2_ft_in1k dist_in22k_ft_in1k fb_distilled_in1k dist_450e_in1k"),
        (
            "more",
            "in21k_ft_in1k fb_in22k_ft_in1k_384 sw_in12k_ft_in1k augreg_in21k_ft_in1k orig_in21k_ft_in1k",
        ),
        (
            "unlabelled",
            "fcmae_ft_in22k_in1k mae_in1k_ft_in1k mim_in22k_ft_in1k in22k_ft_in22k_in1k in1k_ft_in1k",
        ),
        ("web", "fb_swsl_ig1b_ft_in1k ns_jft_in1k_475 laion2b_ft_in12k_in1k openai_ft_in1k mim_m38m_ft_in1k"),
    ],
)
def test_the_era_of_a_tag(name: str, tags: str) -> None:
    assert {era(tag) for tag in tags.split()} == {name}


def test_a_law_set_that_was_not_measured_is_refused() -> None:
    with pytest.raises(SpecError, match="was not measured under the law set 'papr'"):
        wider.check_laws("papr")


# -- how it is made

ACCURACY = """\
model,tag,image_size,top1,top5,params_millions
vgg11,tv_in1k,224,69.028,88.626,132.86
lost,in1k,224,60.000,80.000,1.00
huge,in1k,224,80.000,95.000,600.00
vgg11,tv_in1k,256,70.000,89.000,132.86
"""
TEXT = "network Small\n\n# Read.\n\ninput(3, 32, 32) -> conv(8, 3) -> relu -> global_avgpool -> dense(10)\n"


@pytest.fixture
def accuracy(tmp_path: Path) -> Path:
    path = tmp_path / "accuracy.csv"
    path.write_text(ACCURACY, "utf-8")
    return path


def _keep(cache: Path, stem: str, told: dict[str, object], text: str = "") -> None:
    versions = {"timm": "1.0", "torch": "2.0", "warnings": []}
    (cache / f"{stem}.json").write_text(json.dumps({**versions, **told}), "utf-8")
    if text:
        (cache / f"{stem}.arch").write_text(text, "utf-8")


def test_sizes_stand_together_and_what_is_big_comes_last(accuracy: Path) -> None:
    order = importing.wanted(accuracy)
    assert [one.stem for sizes in order for one in sizes if one.model == "vgg11"] == [
        "vgg11@224",
        "vgg11@256",
    ]
    assert order[-1][0].model == "huge"


def test_what_was_imported_becomes_rows_and_what_was_refused_does_not(accuracy: Path, tmp_path: Path) -> None:
    _keep(tmp_path, "vgg11@224", {"how": "imported"}, TEXT)
    _keep(tmp_path, "vgg11@256", {"how": "the text of vgg11@224"})
    _keep(tmp_path, "lost@224", {"error": "refused"})
    _keep(tmp_path, "huge@224", {"how": "imported", "warnings": ["other counts"]}, TEXT)
    (tmp_path / "families.json").write_text(json.dumps({"vgg11": "vgg"}), "utf-8")
    text = measuring.write(accuracy, tmp_path)
    assert measuring.write(accuracy, tmp_path) == text
    head, *lines = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(row["model"], row["image_size"], row["family"], row["era"]) for row in rows] == [
        ("vgg11", "224", "vgg", "first"), ("vgg11", "256", "vgg", "first"),
    ]  # fmt: skip
    small, larger = (layercalc.loads(TEXT.replace("32", size)) for size in ("32", "256"))
    assert float(rows[0]["paper_log2_gsc"]) == pytest.approx(small.measure("gsc").log2, rel=1e-11)
    assert int(rows[1]["macs"]) == int(larger.macs)


def test_a_text_is_given_another_image() -> None:
    assert importing.resized(TEXT, 48) == TEXT.replace("# Read.\n", "").replace("32, 32", "48, 48")
    assert importing.resized(TEXT.replace("32, 32", "32, 16"), 48) == ""


def test_operators_with_sizes_are_told_from_those_without() -> None:
    plain = layercalc.loads(TEXT)
    assert importing.operators(plain.network) <= importing.UNSIZED
    shaped = layercalc.loads("input(4, 8, 8) -> reshape([4, 64]) -> flatten -> dense(2)")
    assert "reshape" in importing.operators(shaped.network) - importing.UNSIZED
