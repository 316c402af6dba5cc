"""A rehearsal of the page: what it asks, so that the modules that it needs are known, and packed.

From: nothing. To: nothing; what counts is what was imported. Promises: a request that the rehearsal
leaves out works on the page as well, but has to load more.
"""

from __future__ import annotations

from layercalc.playground.answers import answer
from layercalc.syntax.library import shipped

#: Specs with params that are taken as symbols: they reach most of what closed forms need.
SPECS = {
    "autoencoder": "width",
    "resnet": "depth",
    "densenet": "layers",
    "unet": "levels",
    "nasnet": "cells",
    "transformer": "layers",
    "rnn": "steps",
}


def rehearse() -> list[str]:
    """Ask for everything; give the mistakes that were met, which are none."""
    found: list[str] = []
    known = shipped()
    for name, param in SPECS.items():
        text = known[name].read_text("utf-8")
        for params in ({}, {param: "n"}):
            for request in ("read", "diagram"):
                told = answer(request, {"text": text, "params": params})
                found += [mistake["message"] for mistake in told.get("errors", ())]
    return found
