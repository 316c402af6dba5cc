"""A rehearsal of the page: what it asks, so that the modules that it needs are known, and packed.

From: nothing. To: nothing; what counts is what was imported. Promises: a request that the rehearsal
leaves out works on the page as well, but has to load more.
"""

from __future__ import annotations

from layercalc.playground.answers import answer

#: Specs with params that are taken as symbols: they reach most of what closed forms need.
SPECS = {
    "autoencoder": "width",
    "resnet": "depth",
    "unet": "width",
    "transformer": "layers",
    "rnn": "steps",
}


#: What is asked once, of a small spec.
ONCE: dict[str, dict[str, object]] = {
    "complete": {"offset": 9},
    "hover": {"offset": 9},
    "format": {},
    "file": {"form": "latex"},
    "growth": {"param": "width"},
    "curves": {"param": "width"},
    "goals": {"lesson": "6-width"},
}
TEXT = "network Rehearsal\nparam width = 8\ninput(3, 8, 8)\nconv(width, 3) -> relu\n"


def rehearse() -> list[str]:
    """Ask for everything; give the mistakes that were met, which are none."""
    found = [answer("networks", {}), *(answer("open", {"name": name}) for name in ("lenet", "ResNet 50"))]
    for name, param in SPECS.items():
        text = answer("open", {"name": name})["text"]
        found += [answer("read", {"text": text, "params": {param: "n"}}), answer("diagram", {"text": text})]
    found.append(answer("measured", {"laws": "paper", "rows": ["t1_01_alexnet"]}))
    found.append(answer("laws", {"text": TEXT, "params": {"width": "n"}}))
    for asked, more in ONCE.items():
        found.append(answer(asked, {"text": TEXT, **more}))
    found += [answer("file", {"text": TEXT, "form": form}) for form in ("svg", "csv")]
    found.append(answer("explain", {"text": TEXT, "offset": TEXT.index("conv")}))
    for wrong in (TEXT.replace("conv", "cnov"), f"{TEXT}dense(2", TEXT.replace("8, 8", "0, 8")):
        answer("read", {"text": wrong})  # a mistake, to be told well
    return [mistake["message"] for told in found for mistake in told.get("errors", ())]
