"""Conditions that are assumed beside those of the spec: `--assume "width >= 64"`.

From: texts of the language. To: facts, each as soon as all names in it are known: a
param's own name, or a symbol that was given for one. Promises: a condition that is
false, contradicts the others or has an unknown name is a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from layercalc import limits
from layercalc.errors import Source, did_you_mean, fail, listing
from layercalc.expressions.scope import CONSTANTS, Context, Scope, Value, is_symbolic
from layercalc.expressions.statements import statement
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import nodes


def read_conditions(texts: Iterable[str], option: str = "--assume") -> list[tree.Expression]:
    """Read conditions, several in a text with commas between them; `option` is where they were given.

    >>> [condition.span.text for condition in read_conditions(["width >= 64, n % 2 == 0"])]
    ['width >= 64', 'n % 2 == 0']

    Raises `SpecError` for what is no expression of the language.
    """
    found: list[tree.Expression] = []
    with limits.deep_recursion():
        for text in texts:
            for value in parse_values(Source(option, text)):
                if isinstance(value, tree.Interval):
                    raise fail("a range is no condition", value.span)
                found.append(value)
    return found


class Assumed:
    """The conditions that are still to be taken as true."""

    def __init__(self, conditions: Sequence[tree.Expression]) -> None:
        self._open = [(condition, names_of(condition)) for condition in conditions]
        self._known: dict[str, Value] = {}

    def bound(self, param: str, symbols: Iterable[str], context: Context) -> bool:
        """Take what is known now that a param has its value; tell whether it was anything.

        `symbols` are the names that its value was given with; these go before params.

        Raises `SpecError` for what contradicts the rest.
        """
        self._known.setdefault(param, context.scope.names[param])
        if context.facts is not None:
            self._known.update({name: context.facts.symbol(name) for name in symbols})
        ready = [condition for condition, names in self._open if names <= self._known.keys()]
        self._open = [(c, names) for c, names in self._open if not names <= self._known.keys()]
        for condition in ready:
            self._hold(condition, context)
        return bool(ready)

    def check(self) -> None:
        """Refuse conditions with names that stand for nothing."""
        for condition, names in self._open:
            unknown = sorted(names - self._known.keys())
            word = next(node for node in nodes(condition) if getattr(node, "text", None) == unknown[0])
            hint = did_you_mean(unknown[0], self._known) or f"known: {listing([*self._known], 'and')}"
            raise fail(f"unknown name '{unknown[0]}'", word.span, hint)

    def _hold(self, condition: tree.Expression, context: Context) -> None:
        said = statement(condition, context.at(Scope(None, self._known), None))
        if said == False:  # noqa: E712  (sympy has a false of its own)
            values = [f"{name} = {context.show(self._known[name])}" for name in sorted(names_of(condition))]
            raise fail(f"`{condition.span.text}` is false", condition.span, ", ".join(values))
        if is_symbolic(said) and said != True:  # noqa: E712
            context.knowledge.granted.declared[said] = None
            try:
                context.knowledge.begin().assume(said)
            except ValueError as error:
                raise fail(f"{condition.span.text}: {error}", condition.span) from None


def names_of(condition: tree.Expression) -> set[str]:
    """Give the names in a condition, without the words of the language.

    >>> sorted(names_of(*read_conditions(["n >= 2 * width and true"])))
    ['n', 'width']
    """
    found = {node.text for node in nodes(condition) if isinstance(node, tree.Name)}
    return found - CONSTANTS.keys()
