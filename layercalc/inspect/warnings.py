"""What a spec says that its author hardly means: values that go nowhere, kernels wider than their axis.

From: a network without mistakes, and its program. To: warnings. Promises: each has its place, and is
told once, however often the place is used; one that goes nowhere in some rounds of a loop alone, or in
some uses of a block, is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from layercalc.errors import Diagnostic, Frame, Span, listing
from layercalc.expressions.scope import describe
from layercalc.inspect.unreached import unreached
from layercalc.network import Applied, Layer, Merge, Network, bodies, made
from layercalc.resolve.program import Program
from layercalc.syntax import tree

#: A kernel up to this is at home on the small maps at the end of a network, unless they are narrow.
USUAL = 3
#: An axis is narrow if another is so many times as long: it hardly is one of the image.
NARROW = 8


def warnings(network: Network, program: Program) -> tuple[Diagnostic, ...]:
    """Give what is lawful in a spec, and hardly meant.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> program = load_program("lenet")
    >>> warnings(resolve(program), program)
    ()
    """
    hidden, idle = dict[Span, Diagnostic](), dict[Span, Diagnostic]()
    used: set[Span] = set()
    for body, trace in bodies(network.body):
        read = {*body.outputs, *(source for step in body.steps for source in step.sources)}
        for number, step in body.numbered():
            if isinstance(step, Applied) and (told := _hidden(step.layer) or _wide(step.layer)):
                hidden.setdefault(step.span, _warning(*told, step.span, trace))
            if isinstance(step, Merge) and step.kind == "max" and (twice := _twice(step.sources)):
                hidden.setdefault(step.span, _warning(twice, "", step.span, trace))
            if not made(step) or read & {*range(number, number + made(step))}:
                used.add(step.span)
            else:
                idle.setdefault(step.span, _warning("this value reaches no output", "", step.span, trace))
    for span in _unread_inputs(network, program):
        idle.setdefault(span, _warning("this value reaches no output", "", span, ()))
    never = (_warning(found.message, "", found.span, ()) for found in unreached(program))
    return (*never, *hidden.values(), *(idle[span] for span in idle if span not in used))


def _unread_inputs(network: Network, program: Program) -> list[Span]:
    """Give the inputs that nothing goes on from, where each stands at the top of a file."""
    body = network.body
    calls = [item for item in program.items if isinstance(item, tree.Call) and item.name.text == "input"]
    if len(calls) != len(body.inputs):
        return []
    read = {*body.outputs, *(source for step in body.steps for source in step.sources)}
    return [call.span for number, call in enumerate(calls) if number not in read]


def _twice(sources: Sequence[int]) -> str:
    """Tell of a branch that is the value of one before it, and so never alone gives the maximum."""
    for place, source in enumerate(sources):
        if (first := sources.index(source)) < place:
            return f"branch {place + 1} is the same value as branch {first + 1}, and changes no maximum"
    return ""


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
    units, channels = (describe(tensor.channels) for tensor in (layer.output, layer.input))
    linear = f"linear({units})" if layer.arguments.get("bias") else f"linear({units}, bias = false)"
    message = f"conv({units}, 1) on a sequence has no complexity"
    return message, f"{linear} computes the same and has log2({units} * {channels})"


def _wide(layer: Layer) -> tuple[str, str] | None:
    """Tell of a kernel that is wider than its axis, which is padded on both sides to let it pass."""
    kernel, before, behind = layer.arguments.get("kernel"), layer.input.spatial, layer.output.spatial
    sizes = kernel if isinstance(kernel, tuple) else (kernel,) * len(before)
    if not before or len(behind) != len(before) or not all(isinstance(n, int) for n in (*sizes, *before)):
        return None
    for size, extent, after in zip(sizes, before, behind, strict=True):
        narrow = max(before) >= NARROW * extent
        if size > extent >= after and (size > USUAL or narrow):
            hint = (
                f"{layer.name} takes {listing([*layer.arguments][:3], 'and')}, and reads the channels itself"
            )
            hint = "channels come first, and no axis is a batch: input(3, 224, 224)" if narrow else hint
            return f"a kernel of {describe(size)} on an axis of {extent}", hint
    return None
