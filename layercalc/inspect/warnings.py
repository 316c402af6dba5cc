"""What a network says that its author hardly means: values that go nowhere, spellings that hide complexity.

From: a network without mistakes. To: warnings. Promises: each has its place, and is told once, however
often the place is used; one that goes nowhere in some rounds of a loop alone, or in some uses of a
block, is none.
"""

from __future__ import annotations

from layercalc.errors import Diagnostic, Frame, Span
from layercalc.network import Apply, Layer, Network, bodies, made


def warnings(network: Network) -> tuple[Diagnostic, ...]:
    """Give what is lawful in a network, and hardly meant.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> warnings(resolve(load_program("lenet")))
    ()
    """
    hidden, idle = dict[Span, Diagnostic](), dict[Span, Diagnostic]()
    used: set[Span] = set()
    for body, trace in bodies(network.body):
        read = {*body.outputs, *(source for step in body.steps for source in step.sources)}
        for number, step in body.numbered():
            if isinstance(step, Apply) and (told := _hidden(step.layer)):
                hidden.setdefault(step.span, _warning(*told, step.span, trace))
            if not made(step) or read & {*range(number, number + made(step))}:
                used.add(step.span)
            else:
                idle.setdefault(step.span, _warning("this value reaches no output", "", step.span, trace))
    return (*hidden.values(), *(idle[span] for span in idle if span not in used))


def _warning(message: str, hint: str, span: Span, trace: tuple[Frame, ...]) -> Diagnostic:
    return Diagnostic(message, span, hint, trace, "warning")


def _hidden(layer: Layer) -> tuple[str, str] | None:
    """Tell of a convolution that is the dense layer of each position, and has no complexity."""
    unit = all(layer.arguments.get(name) in (1, (1,)) for name in ("kernel", "stride", "groups"))
    if (
        layer.name != "conv"
        or layer.input.rank != 1
        or not unit
        or layer.output.spatial != layer.input.spatial
    ):
        return None
    if layer.law("complexity") is not None:
        return None
    units, channels = (str(tensor.channels).replace("**", "^") for tensor in (layer.output, layer.input))
    linear = f"linear({units})" if layer.arguments.get("bias") else f"linear({units}, bias = false)"
    message = f"conv({units}, 1) on a sequence has no complexity"
    return message, f"{linear} computes the same and has log2({units} * {channels})"
