"""The check in a Python module, which refuses numbers at which the closed forms do not hold.

From: a domain, and the names of the arguments. To: the text of the function `_check` and of
what it calls. Promises: it accepts exactly the numbers in the domain; it
calculates with fractions, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping

from layercalc.assumptions.domain import Domain
from layercalc.assumptions.telling import in_words
from layercalc.lazy import sympy
from layercalc.writing.python_code import ExactCode

EXACT = '''\
def _exact(x):
    """Take a number as it is written: 0.3 as 3/10."""
    return Fraction(repr(float(x))) if isinstance(x, float) else Fraction(x)
'''
REQUIRE = '''\
def _require(holds, condition, **values):
    """Refuse numbers at which a condition is false."""
    if not holds:
        shown = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise ValueError(f"the closed form does not hold at {shown}, where this is false: {condition}")
'''


def check(domain: Domain, names: Mapping[str, str]) -> list[str]:
    """Write the function after those that it calls, but for the helpers of closed forms.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> print(check(Domain((n,), (), (n >= 3,)), {"n": "depth"})[-1].replace('"', "'"))
    def _check(depth):
        '''Refuse numbers at which the closed forms do not hold.'''
        depth = _exact(depth)
        _require(depth % 1 == 0, 'depth is whole', depth=depth)
        _require(depth >= 3, 'depth >= 3', depth=depth)
    <BLANKLINE>
    """
    called = {symbol: sympy.Symbol(names[symbol.name], real=True) for symbol in domain.symbols}
    arguments = [symbol.name for symbol in called.values()]
    code = ExactCode({name: name for name in arguments})
    conditions = [(f"{new} % 1 == 0", f"{new} is whole") for old, new in called.items() if old.is_integer]
    for condition in domain.told.relations:
        renamed = condition.xreplace(called)
        conditions.append((code.condition_code(renamed), in_words(renamed)))
    values = ", ".join(f"{name}={name}" for name in arguments)
    lines = [
        f"def _check({', '.join(arguments)}):",
        '"""Refuse numbers at which the closed forms do not hold."""',
        *(f"{name} = _exact({name})" for name in arguments),
        *(f'_require({holds}, "{words}", {values})' for holds, words in conditions),
    ]
    return [EXACT, REQUIRE, "\n    ".join(lines) + "\n"]
