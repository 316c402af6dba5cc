"""Steps that a shipped block says in one word are written with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from layercalc.imports.steps import Layered, Step, without_unused

#: The shipped file that has a block.
FILES: Mapping[str, str] = {
    "attention": "blocks/sequence.arch",
    **dict.fromkeys(("lstm", "gru", "rnn"), "blocks/recurrent.arch"),
    **dict.fromkeys(
        ("unfold", "fold", "take", "flip", "copies", "maximum", "variance", "vector_norm", "conv_by"),
        "blocks/tensors.arch",
    ),
}


def abbreviated(layered: Layered) -> Layered:
    """Write multi-head attention of a sequence to itself as the block `attention`.

    The block has the same layers in the same order; where anything differs, as a bias that is
    added to the products, the steps are left as they are.
    """
    steps = list(layered.steps)
    users: dict[int, int] = {}
    for step in layered.steps:
        for taken in step.inputs:
            users[taken] = users.get(taken, 0) + 1
    for place, step in enumerate(layered.steps):
        found = _attention(layered.steps, place, users) if step.name == "linear" else None
        if found is not None:
            steps[place] = found
    return without_unused(replace(layered, steps=tuple(steps)))


def _attention(steps: tuple[Step, ...], place: int, users: Mapping[int, int]) -> Step | None:
    """Read attention back from the layer that ends it."""
    chain = _Back(steps, users)
    product = chain.up(place, "linear", "reshape", "permute")
    if product is None or steps[product].name != "matmul" or chain.lost(product):
        return None
    weights, values = steps[product].inputs
    scores = chain.up(weights, "softmax")
    if scores is None or steps[scores].name != "matmul" or chain.lost(scores):
        return None
    asked, keys = steps[scores].inputs
    turned = ("permute", "reshape")
    ways = ((asked, turned), (keys, turned[1:]), (values, turned))
    linears = [chain.up(first, *names) for first, names in ways]
    if any(one is None or steps[one].name != "linear" or chain.lost(one) for one in linears):
        return None
    made = [steps[one] for one in (*linears, place) if one is not None]
    sources = {one.inputs for one in made[:3]}
    biases = {one.arguments.get("bias", True) for one in made}
    heads, _, head = steps[asked].shape if len(steps[asked].shape) == 3 else (0, 0, 0)
    if len(sources) != 1 or len(biases) != 1 or not heads or any("tied" in one.arguments for one in made):
        return None
    width = steps[made[0].inputs[0]].shape[0]
    if (
        steps[keys].shape[0] != heads
        or made[3].shape[0] != width
        or {one.shape[0] for one in made[:3]} != {heads * head}
    ):
        return None
    arguments = (
        {"heads": heads}
        | ({} if heads * head == width else {"head": head})
        | ({} if biases == {True} else {"bias": False})
    )
    taken = tuple(name for one in made for name in one.weights)
    return replace(steps[place], name="attention", inputs=made[0].inputs, arguments=arguments, weights=taken)


class _Back:
    """Goes back from a step to those before it, as long as nothing else takes what they give."""

    def __init__(self, steps: tuple[Step, ...], users: Mapping[int, int]) -> None:
        self.steps, self.users = steps, users

    def lost(self, place: int) -> bool:
        """Tell whether something else takes a value too."""
        return self.users.get(place, 0) != 1

    def up(self, place: int, *names: str) -> int | None:
        """Go back over steps of these names, the first of which stands at a place."""
        for number, name in enumerate(names):
            step = self.steps[place]
            if step.name != name or (number and self.lost(place)):
                return None
            place = step.inputs[0]
        return place
