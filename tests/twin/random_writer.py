"""Parts of random networks with loops: symbols, widths, steps, counts and ranges.

From: a way to choose. To: pieces of text, and the params that they need. Promises: `$n` in
a template is the symbol n, declared where it is first used; past three symbols it is a
number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

#: What a symbol is declared with: defaults, and conditions; `$` as in templates, of symbols declared before.
PARAMS = {
    "n": (
        ("8", "4", "9", "0"),
        ("", "", "n >= 1", "n >= 0", "n >= 3", "n % 2 == 0", "n % 4 == 0", "n >= 6", "n % 6 == 0"),
    ),
    "m": (("3", "5", "0"), ("", "", "m >= 0", "m >= 2", "m <= $n", "m < $n", "m % 3 == 0")),
    "w": (("4", "16"), ("", "", "w >= 2", "w % 2 == 0")),
    "a": (("2", "4"), ("a >= 0", "a >= 0", "")),
    "r": (("64", "32"), ("", "r % 2^$n == 0", "r >= 8", "r >= 2 * $n + 1", "r % 8 == 0", "r > 2^$n")),
    "k": (("3", "2"), ("", "", "k % 2 == 1", "k >= 2")),
    "depth": (("50", "62"), ("", "depth >= 18", "depth >= 2", "(depth - 32) % 3 == 0")),
}
SYMBOLS = 3
COUNTS = (
    "$n", "$n", "$n - 1", "$n - 3", "$n - 5", "$n/2", "2 * $n + 1", "max($n - 2, 0)", "min($n, $m)",
    "$n // 2", "($n - 2)/3", "($n - 1)/2", "$n + $m", "$n - $m", "$m", "ceil($n/3)", "3",
)  # fmt: skip
RANGES = (
    "range($n)", "range($n)", "range(1, $n)", "range(5, $n)", "range($n - 5)", "range($m, $n)",
    "range(0, $n, 2)", "range($n, 0, -1)", "range(1, $n + 1)", "range(1, 2 * $n, 3)", "range(2, $n - 1)",
    "range($n, $n + $m)", "range($n // 2)", "range($n/2)", "range($n - 1, -1, -1)",
)  # fmt: skip
#: Ranges within a loop over i.
INNER = (
    "range(i)", "range(i - 1)", "range(2, i)", "range(i, $n)", "range($m, i)", "range(i + 1)",
    "range($n - i)", "range($n)", "range($m)", "range(i - 3)", "range(i // 2)", "range(i, 0, -1)",
    "range(i % 3)", "range(i, 2 * i)",
)  # fmt: skip
INNER_COUNTS = ("i", "max(i - 1, 0)", "i + 1", "max(i, 2)", "$m", "i // 2", "i % 2", "$n - i", "min(i, 3)")
MERGES = ("add", "max", "mul")


class Writer:
    """Chooses the parts of a network; gathers params, and what is declared before the body."""

    def __init__(self, choose: Callable[[Sequence[str]], str], image: bool) -> None:
        self.pick = choose
        self.params: dict[str, str] = {}
        self.zero: set[str] = set()
        self.heads: list[str] = []
        self.names: list[str] = []
        self.image = image or choose(("image", "image", "vector")) == "image"
        self.axes = int(choose(("2", "2", "1")))
        self.size = ""

    def fill(self, template: str) -> str:
        """Put symbols in their places."""
        return re.sub(r"\$([a-z]+)", lambda found: self.symbol(found[1]), template)

    def one(self, *templates: str) -> str:
        """Choose a template and fill it."""
        return self.fill(self.pick(templates))

    def symbol(self, name: str) -> str:
        """Declare a symbol at its first use."""
        defaults, conditions = PARAMS[name]
        if name in self.params or len(self.params) == SYMBOLS:
            return name if name in self.params else defaults[0]
        default = self.pick(defaults)
        self.params[name] = ""
        where = self.pick(conditions)
        fit = all(other in self.params for other in re.findall(r"\$([a-z]+)", where))
        where = where.replace("$", "") if fit else ""
        self.params[name] = f"param {name} = {default}" + (f" where {where}" if where else "")
        if default == "0" or where == f"{name} >= 0":
            self.zero.add(name)
        return name

    def entrance(self) -> str:
        """Write the input."""
        sizes = self.size or self.pick(("8, 8", "8, 8", "1, 9", "5, 4") if self.axes == 2 else ("6", "1"))
        return f"input({self.one('3', '3', '4', '$w', '1')}{', ' + sizes if self.image else ''})"

    def sized(self, *sizes: str) -> None:
        """Give all axes of the input a size."""
        self.size = self.size or ", ".join([self.one(*sizes)] * self.axes)

    def name(self, word: str) -> str:
        """Give a name that no block, layer or `let` bears yet."""
        self.names.append(word)
        return f"{word}{self.names.count(word)}"

    def width(self) -> str:
        """Write a number of channels that does not depend on the round."""
        return self.one("4", "4", "$w", "3", "2 * $w", "1")

    def step(self, width: str) -> str:
        """Write a step to some channels that keeps sizes."""
        if not self.image:
            return f"dense({width})" + self.pick(("", "", " relu", " tanh"))
        kernel = self.pick(("3", "3", "3", "1", "(1, 3)" if self.axes == 2 else "2", "5"))
        return f"conv({width}, {kernel})" + self.pick(("", "", " relu", " -> batchnorm -> sigmoid"))

    def keeping(self, width: str) -> str:
        """Write a round that keeps its channels."""
        merge = self.pick(MERGES)
        return self.pick(
            (
                self.step(width),
                f"{merge} {{ {self.step(width)} | }}",
                "relu",
                f"{merge} {{ {self.step(width)} | {self.step(width)} }}",
                f"{self.step('5')} {self.step(width)}",
                f"{merge} {{ | {self.step(width)} }} relu",
            )
        )

    def items(self) -> str:
        """Write the range of an outer loop."""
        return self.one(*RANGES)

    def loop(self, body: str) -> str:
        """Write a loop that does not read its index."""
        if self.pick(("repeat", "for")) == "repeat":
            return f"repeat {self.one(*COUNTS)} {{ {body} }}"
        if self.pick(("items", "count")) == "items":
            return f"for j in {self.items()} {{ {body} }}"
        return f"for j in range({self.one(*COUNTS)}) {{ {body} }}"

    def over(self, body: str) -> str:
        """Write a loop over i, mostly over all n."""
        items = self.items() if self.pick(("all", "all", "some")) == "some" else self.fill("range($n)")
        return f"for i in {items} {{ {body} }}"
