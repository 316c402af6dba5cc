"""Fits the predictor, and writes what `stored` reads.

From: both zoos. To: the text of `specs/zoo/predictor.json`. Promises: two fits write the same.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from layercalc.paper.accuracy.fitted import choice
from layercalc.paper.accuracy.fitted.choice import Data, LeftOut
from layercalc.paper.accuracy.fitted.stored import CONVOLUTIONAL, LAWS, TOKENS, digest
from layercalc.paper.accuracy.fitted.training import Progress, examples
from layercalc.paper.accuracy.sample import TARGETS

#: Digits that a fitted number has: the least of a sum of squares is flat, and settles no more.
DIGITS = 7


def fitted(watch: Progress = lambda rows, count: rows) -> str:
    """Fit the predictor of each kind of networks, and write it as JSON."""
    found = examples(watch)
    kinds = {
        CONVOLUTIONAL: [one for one in found if not one.tokens],
        # Almost none of them has a recipe of the paper's time.
        TOKENS: [one for one in found if one.tokens and one.recent],
    }
    domains = {kind: _domain(Data(of_kind)) for kind, of_kind in kinds.items()}
    record = {"digest": digest(), "laws": LAWS, "domains": domains}
    text = json.dumps(record, indent=1)
    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _domain(data: Data) -> dict[str, Any]:
    tried = choice.tried(data)
    form = next(iter(tried))
    curves, coverage = choice.curves(form, data), choice.coverage(form, data)
    first = np.array(curves["top1"].powers)
    index = data.logs(form) @ first
    sides = [one.logs["image_side"] for one in data.examples]
    record: dict[str, Any] = {
        "form": form.label,
        "rows": len(data.examples),
        "networks": int(data.networks.max()) + 1,
        "families": int(data.families.max()) + 1,
        "side": round(2 ** min(sides)),
        "range": [_rounded(float(index.min())), _rounded(float(index.max()))],
        "powers": {name: _rounded(power) for name, power in zip(form.measures, first.tolist(), strict=True)},
    }
    left_out, networks = (LeftOut(form, data, groups) for groups in (data.families, data.networks))
    for target in TARGETS:
        curve = curves[target]
        missed = data.accuracies[target] - curve.at(data.logs(form), data.recent)
        numbers = {
            "top": curve.top,
            "log2_drop": curve.log2_drop,
            "share": curve.powers[0] / first[0],
            "recent": curve.recent,
            "radius": choice.radius(left_out.missed[target], data.weights),
            "coverage": coverage[target],
            "recipes_apart": choice.recipes_apart(data, target, curve.recent),
            "r_squared": choice.explained(data, target, missed),
            "q_squared": networks.explained(target),
            "q_squared_by_family": tried[form][target],
            "error": left_out.error(target),
        }
        record[target] = {
            name: value if value is None else _rounded(value) for name, value in numbers.items()
        }
    record["tried"] = [[one.label, *(round(tried[one][t], 3) for t in TARGETS)] for one in tried]
    return record


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
