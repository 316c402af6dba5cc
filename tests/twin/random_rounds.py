"""The rounds of random networks with loops, by kind.

From: a `Writer`. To: the body of a network, with the blocks and layers that it needs in
`heads`. Promises: a kind is one way in which rounds are alike, or are not.
"""

from __future__ import annotations

from tests.twin.random_writer import INNER, INNER_COUNTS, MERGES, Writer


def kept(at: Writer) -> str:
    """Keep the shape: counts and ranges alone matter."""
    width = at.width()
    return f"{at.step(width)} {at.loop(at.keeping(width))}"


def inner(at: Writer) -> str:
    """Nest a loop whose range depends on the outer index."""
    width = at.width()
    body = at.pick(("keep", "keep", "j", "if"))
    if at.pick(("for", "repeat")) == "repeat":
        nested = f"repeat {at.one(*INNER_COUNTS)} {{ {at.keeping(width)} }}"
    elif body == "keep":
        nested = f"for j in {at.one(*INNER)} {{ {at.keeping(width)} }}"
    elif body == "j":
        nested = f"for j in {at.one(*INNER)} {{ {at.step('j + 1')} }}"
    else:
        one, other = at.keeping(width), at.keeping(width)
        nested = f"for j in {at.one(*INNER)} {{ if j == {at.one('0', 'i')} {{ {one} }} else {{ {other} }} }}"
    return f"{at.step(width)} {at.over(at.pick(('', at.step(width))) + ' ' + nested)}"


def summed(at: Writer) -> str:
    """Count channels by a sum or a product over a range."""
    term = at.one("j", "2", "j + 1", "$w", "2^j", "j * $a", "j^2")
    if at.pick(("round", "once")) == "once":
        return at.step(f"1 + sum([{term} for j in {at.items()}])") + " " + at.loop(at.keeping("in.channels"))
    count = at.pick(("1 + sum", "1 + sum", "product"))
    term = "2" if count == "product" else term
    return at.over(at.step(f"{count}([{term} for j in {at.one(*INNER)}])"))


def affine(at: Writer) -> str:
    """Read the round's number in the channels, as c + i a; a may be zero."""
    width = at.one(
        "16 + i * $a", "i + 1", "$w + i", "$w * (i + 1)", "$w + i * $a", "(i + 1)^2", "2 * i + 3", "$n - i"
    )
    return (
        at.step(at.width())
        + " "
        + at.over(at.step(width) + " " + at.pick(("", at.step(width), at.step("4"))))
    )


def doubling(at: Writer) -> str:
    """Double the channels."""
    width = at.one("2^i", "$w * 2^i", "3 * 2^i", "2^($n - i)", "2^(i + 1) + 1", "2^(i - 1)")
    body = at.pick((at.step(width), at.step("2 * in.channels"), f"{at.step(width)} {at.keeping(width)}"))
    return f"{at.step(at.width())} {at.over(body)}"


def growing(at: Writer) -> str:
    """Add channels to those that come, or join them."""
    more = at.one("2", "$a + 1", "$w", "i + 1")
    body = at.pick(
        (
            at.step(f"in.channels + {more}"),
            f"concat {{ | {at.step(more)} }}",
            f"concat {{ | {at.step(more)} }} relu",
            at.step("2 * in.channels + 1"),
            at.step(at.fill("in.channels + $a")),
        )
    )
    return f"{at.step(at.width())} {at.over(body)}"


def alternating(at: Writer) -> str:
    """Alternate two or three kinds of round."""
    width, period = at.width(), at.one("2", "3", "4", "$k")
    one, two, three = at.keeping(width), at.keeping(width), at.keeping(width)
    if at.image and at.pick(("kept", "halved")) == "halved":
        one = f"conv({width}, 3, stride = 2)"
    body = at.pick(
        (
            f"if i % {period} == {at.pick(('0', '1'))} {{ {one} }} else {{ {two} }}",
            f"if i % 3 == 0 {{ {one} }} else if i % 3 == 1 {{ {two} }} else {{ {three} }}",
            f"if i % {period} < 2 {{ {one} }} else {{ {two} }}",
            f"if (i + 1) % {period} == 0 {{ {one} }} {two}",
        )
    )
    return f"{at.step(width)} {at.over(body)}"


def cycling(at: Writer) -> str:
    """Read a remainder in the channels or the kernel."""
    width = at.pick(("match i % 3 { 0 => 4, 1 => 8, else => 6 }", "3 + i % 2", "2^(i % 3)", "[4, 6][i % 2]"))
    if at.image and at.pick(("width", "kernel")) == "kernel":
        return (
            f"conv(4, 3) {at.over(at.pick(('conv(4, 3 + 2 * (i % 2))', 'conv(4, 3, dilation = 2^(i % 2))')))}"
        )
    return f"{at.step(at.width())} {at.over(at.step(width))}"


def dividing(at: Writer) -> str:
    """Read the quotient of the round's number."""
    width = at.one("4 + i // 2", "1 + i // 3", "2^(i // 2)", "$w * (1 + i // 2)", "$w * 2^(i // 3)")
    return f"{at.step(at.width())} {at.over(at.step(width))}"


def peeled(at: Writer) -> str:
    """Treat some rounds apart: first ones, last ones, those below a symbol."""
    width = at.width()
    one, other = at.keeping(width), at.keeping(width)
    condition = at.one(
        "i == 0",
        "i < 3",
        "i == $n - 1",
        "i < $m",
        "i > 1",
        "i != 0",
        "i >= $n - 2",
        "i == 2",
        "i == $m",
        "i > $n",
    )
    if at.image and at.pick(("kept", "halved")) == "halved":
        one = f"conv({width}, 3, stride = 2)"
    return f"{at.step(width)} {at.over(f'if {condition} {{ {one} }} else {{ {other} }}')}"


def striding(at: Writer) -> str:
    """Halve the sizes: those of a symbol, divisible or not, or a number."""
    width = at.width()
    at.sized("$r", "64", "$r", "20")
    window = at.pick(
        ("conv({}, 3, stride = 2)", "maxpool(2)", "conv({}, 3, stride = 2, padding = 1)", "avgpool(2)")
    )
    body = window.format(at.pick((width, "2 * in.channels")))
    count = at.one("$n", "$n", "$n - 1", "$m", "2", "3")
    return f"{at.step(width)} repeat {count} {{ {body} {at.pick(('', 'relu'))} }}"


def cropping(at: Writer) -> str:
    """Shrink by valid windows until they no longer fit."""
    width = at.width()
    at.sized("$r", "15")
    body = at.one(
        f"conv({width}, 3, padding = valid)", f"conv({width}, 2, padding = valid)", "pad(-1)",
        f"conv({width}, $k, padding = valid)", "maxpool(3, stride = 1, padding = valid)",
        "maxpool(2, padding = valid)", "maxpool(3, 2, padding = 0, ceil = true)",
    )  # fmt: skip
    return f"{at.step(width)} {at.loop(body)}"


def carried(at: Writer) -> str:
    """Carry two values round."""
    width, mix = at.width(), at.pick(MERGES)
    body = at.pick(
        (
            f"{mix} {{ from a | from b {at.step(width)} }} as c from b as a from c as b",
            f"from a {at.step(width)} as t from b as a from t as b",
            f"from a {at.keeping(width)} as a {mix} {{ from a | from b }} as b",
            f"{mix} {{ from a {at.step(width)} | {at.keeping(width)} }} as a from b relu as b",
        )
    )
    if at.pick(("all", "some")) == "some":
        body = f"if {at.one('i % 2 == 0', 'i == 0', 'i < $m', 'i % 3 == 1')} {{ {body} }}"
        loop = at.over(body)
    else:
        loop = at.loop(body)
    tail = at.pick(("", f"{mix} {{ from a | from b }}", "from a"))
    return f"{at.step(width)} as a {at.step(width)} as b {loop} {tail}"


def dense(at: Writer) -> str:
    """Join each round's channels to those that are carried."""
    more = at.one("2", "$w", "$a + 1", "4")
    body = at.pick(
        (
            f"from all {at.step(more)} as new concat {{ from all | from new }} as all",
            f"concat {{ | {at.step('4 * ' + more)} {at.step(more)} }}",
            f"from all {at.step(more)} relu as new concat {{ from new | from all }} as all",
        )
    )
    return f"{at.step(at.width())} as all {at.loop(body)}"


def residual(at: Writer) -> str:
    """Add what a round makes to what enters it, or to what entered the loop."""
    width, mix = at.width(), at.pick(MERGES)
    body = at.pick(
        (
            f"{mix} {{ {at.step('5')} {at.step(width)} | }}",
            f"{mix} {{ from x | {at.step(width)} }}",
            f"{mix} {{ | repeat {at.one('$m', '2', '$n')} {{ {at.keeping(width)} }} }}",
        )
    )
    return f"{at.step(width)} as x {at.loop(body)}"


def matched(at: Writer) -> str:
    """Count by a match on a depth."""
    count = at.one(
        "match $depth { 18 => 2, 34 => 5, else => ($depth - 32) / 3 }",
        "match $depth { 18 | 20 => 4, else => ($depth - 2) / 6 }",
        "match $n { 1 => 2, 4 => 1, else => $n - 1 }",
        "if $n == 3 then 2 else $n",
        "if $n > 4 then $n - 3 else 0",
    )
    width, name = at.width(), at.name("count")
    return f"let {name} = {count} {at.step(width)} repeat {name} {{ {at.keeping(width)} }}"


def degenerate(at: Writer) -> str:
    """Meet equalities that only a degenerate size has: one channel, one pixel, a unit kernel."""
    width = at.width()
    at.sized("$r", "8")
    body = at.one(
        "conv($w, $k)", "mul { relu | global_avgpool }", "maxpool($k, stride = 1)",
        "if in.channels == $w { relu } else { conv($w, 3) }", "if $w == 64 { relu } else { tanh }",
        "conv($w, 3) conv(in.channels, 3, groups = in.channels)",
        "if in.spatial[0] == 1 { relu } else { conv(4, 3) }",
    )  # fmt: skip
    return f"{at.step(width)} {body} {at.loop(at.keeping('in.channels'))}"


def recursive(at: Writer) -> str:
    """Let a block use itself, n levels deep."""
    step, change, nest = at.step("f"), at.one("f", "2 * f", "f + 1", "f + $a"), at.name("nest")
    body = at.pick(
        (
            f"{step} if depth > 0 {{ {nest}({change}, depth - 1) }}",
            f"if depth > 0 {{ add {{ | {step} {nest}(f, depth - 1) {step} }} }}",
            f"if depth > 0 {{ {step} {nest}({change}, depth - 1) {step} }} else {{ relu }}",
            f"if depth == 1 {{ {step} }} else {{ {step} {nest}({change}, depth - 1) }}",
        )
    )
    at.heads.append(f"block {nest}(f, depth) {{ {body} }}")
    width = at.width()
    return f"{at.step(width)} {nest}({width}, {at.one('$n', '$n - 1', '$m', '$n + 1')})"


def declared(at: Writer) -> str:
    """Declare a layer whose laws divide, take roots and logarithms, or require."""
    law = at.pick(
        (
            "params = 6 / (u - 3)", "complexity = log2(u)", "complexity = sqrt(u)", "require = u > 2",
            "power = 1 / (u - 2)", "require = u % 2 == 0", "complexity = if u == 4 then none else u",
            "complexity = log2(u - 1)", "macs = max(u - 5, 0)",
        )
    )  # fmt: skip
    own = at.name("own")
    at.heads.append(f"layer {own}(u) {{ {law} }}")
    body = f"{own}({at.one('$w', 'i', 'i + 1', '$n', '$w + i')}) {at.pick(('', 'relu'))}"
    return f"{at.step(at.width())} {at.over(body)}"


def staged(at: Writer) -> str:
    """Run through a list of counts."""
    counts = ", ".join(
        at.one("2", "$n", "1", "$m", "$n - 1", "0") for _ in range(2 + len(at.pick(("", "+"))))
    )
    width = at.one("$w * 2^s", "4 * 2^s", "4", "$w + s")
    first = f"conv({width}, 3, stride = if s == 0 then 1 else 2)" if at.image else at.step(width)
    return f"for (s, count) in enumerate([{counts}]) {{ {first} repeat count {{ {at.keeping(width)} }} }}"


def in_blocks(at: Writer) -> str:
    """Loop in a block that loops call."""
    count, stage = at.pick(("c", "c - 1", "c // 2")), at.name("stage")
    at.heads.append(f"block {stage}(f, c) {{ {at.step('f')} repeat {count} {{ {at.keeping('f')} }} }}")
    reads = at.pick(("no", "i"))
    if reads == "no":
        call = f"{stage}({at.one('$w, $n', '4, $n', '$w, $m')})"
        return f"{call} {at.loop(call)}"
    return at.over(f"{stage}({at.one('4, i', '$w * 2^i, $m', '4 + i, $m', '4, i % 2', '$w, i + 1')})")
