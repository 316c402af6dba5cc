"""Formulas as trees of the language's own expressions: how they are put together, how tightly each binds.

From: the parts of a formula. To: nodes of `syntax.tree`, those that the parser would make of the
formula's text, so that what is calculated and what is read is printed by the same printers. They
stand at no place of a text. What a parsed tree does not say is whether a product is written
loosely, `a * b`, or tightly, `a*b`: here its operators carry their spaces. Promises: products and
sums are flat, as the parser's are. It neither rounds nor orders: who puts together does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, count

from layercalc.errors import Source, Span
from layercalc.syntax import tree
from layercalc.syntax.tree import Chain, Expression, Name, Number, Power, Prefix

NOWHERE = Span(Source("formula", ""), 0, 0)
#: How tightly a node binds: the one table of precedence, loosest first.
LOGIC, RELATION, SUM, PRODUCT, POWER, ATOM = range(6)
_LEVELS = {
    "or": LOGIC, "and": LOGIC, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT,
}  # fmt: skip
#: How tightly the first operand of a chain binds at least, and those after it, without brackets.
OPERANDS = {
    LOGIC: (RELATION, RELATION), RELATION: (SUM, SUM), SUM: (SUM, PRODUCT), PRODUCT: (PRODUCT, POWER),
}  # fmt: skip
#: What a round is called whose own name cannot be used.
ROUNDS = "ijkl"


def level(node: Expression) -> int:
    """Tell the loosest operator of a node outside its brackets.

    >>> level(summed([(False, variable("n")), (True, numeral("1"))])) == SUM, level(variable("n")) == ATOM
    (True, True)
    """
    if isinstance(node, Chain):
        return _LEVELS.get(node.operators[0].strip(), RELATION)
    if isinstance(node, Prefix):
        return RELATION if node.operator == "not" else SUM
    return POWER if isinstance(node, Power) else ATOM


def numeral(text: str) -> Number:
    """Make a numeral."""
    return Number(text, NOWHERE)


def variable(text: str) -> Name:
    """Make a name."""
    return Name(text, NOWHERE)


ONE = numeral("1")


def is_one(node: Expression) -> bool:
    """Tell whether a node is the numeral 1, which is left out before factors and as an exponent."""
    return isinstance(node, Number) and node.text == "1"


def is_remainder(node: Expression) -> bool:
    """Tell whether a node ends with `%`, before which a sign or a factor binds more tightly."""
    return isinstance(node, Chain) and node.operators[-1].strip() == "%"


def group(node: Expression) -> tree.Group:
    """Put brackets around a node that would need none."""
    return tree.Group(node, NOWHERE)


def negative(node: Expression) -> Prefix:
    """Put a minus sign before a node.

    >>> from layercalc.printing.text import text
    >>> text(negative(summed([(False, variable("a")), (False, variable("b"))])))
    '-(a + b)'
    """
    return Prefix("-", group(node) if is_remainder(node) else node, NOWHERE)


def summed(terms: Sequence[tuple[bool, Expression]]) -> Expression:
    """Add terms, each with whether it is taken off.

    >>> from layercalc.printing.text import text
    >>> text(summed([(False, variable("n")), (True, numeral("35"))]))
    'n - 35'
    """
    (off, first), *rest = [*addends(terms[0][1]), *terms[1:]] if not terms[0][0] else terms
    first = negative(first) if off else first
    if not rest:
        return first
    operators = tuple("-" if off else "+" for off, _ in rest)
    return Chain((first, *(node for _, node in rest)), operators, NOWHERE)


def addends(node: Expression) -> list[tuple[bool, Expression]]:
    """Split a sum into its terms, each with whether it is taken off.

    >>> from layercalc.printing.text import text
    >>> [(off, text(term)) for off, term in addends(summed([(True, variable("n")), (False, ONE)]))]
    [(True, 'n'), (False, '1')]
    """
    if isinstance(node, Prefix) and node.operator == "-":
        return [(True, node.operand)]
    if not (isinstance(node, Chain) and level(node) == SUM):
        return [(False, node)]
    first, *rest = node.operands
    return [*addends(first), *zip((sign == "-" for sign in node.operators), rest, strict=True)]


def quotient(above: Sequence[Expression], below: Sequence[Expression] = (), loose: bool = True) -> Expression:
    """Multiply what is above a line, and divide by what is below.

    >>> from layercalc.printing.text import text
    >>> text(quotient([variable("a")], [variable("b"), variable("c")], loose=False))
    'a/(b*c)'
    """
    if not below and len(above) < 2:
        return above[0] if above else ONE
    times, over = (" * ", " / ") if loose else ("*", "/")
    operands: list[Expression] = []
    operators: list[str] = []
    for factor in above or [ONE]:
        if isinstance(factor, Chain) and level(factor) == PRODUCT and not is_remainder(factor):
            operands += factor.operands
            operators += [times, *factor.operators]
        else:
            operands.append(group(factor) if level(factor) < PRODUCT or is_remainder(factor) else factor)
            operators.append(times)
    if below:
        grouped = [group(node) if level(node) < POWER else node for node in below]
        several = len(below) > 1
        operands.append(Chain(tuple(grouped), (times,) * (len(below) - 1), NOWHERE) if several else below[0])
        operators.append(over)
    return Chain(tuple(operands), tuple(operators[1:]), NOWHERE)


def raised(base: Expression, exponent: Expression) -> Expression:
    """Raise to a power; an exponent that is 1 is left out.

    >>> from layercalc.printing.text import text
    >>> text(raised(variable("w"), summed([(False, variable("n")), (True, ONE)])))
    'w^(n - 1)'
    """
    return base if is_one(exponent) else Power(base, exponent, NOWHERE)


def joined(operands: Iterable[Expression], operator: str) -> Chain:
    """Put an operator between operands: `%`, a relation, `and`, `or`."""
    nodes = tuple(operands)
    return Chain(nodes, (operator,) * (len(nodes) - 1), NOWHERE)


def call(function: str, arguments: Iterable[Expression]) -> tree.Apply:
    """Apply a function.

    >>> from layercalc.printing.text import text
    >>> text(call("max", [variable("n"), numeral("3")]))
    'max(n, 3)'
    """
    given = tuple(tree.Argument(None, node, NOWHERE) for node in arguments)
    return tree.Apply(tree.Word(function, NOWHERE), given, NOWHERE)


def listed(items: Iterable[Expression]) -> tree.Sequence:
    """Make a list.

    >>> from layercalc.printing.text import text
    >>> text(listed([variable("n"), ONE]))
    '[n, 1]'
    """
    return tree.Sequence("[", tuple(items), NOWHERE)


def over_rounds(function: str, term: Expression, index: str, bounds: Iterable[Expression]) -> tree.Apply:
    """Apply a function to a term for each round.

    >>> from layercalc.printing.text import text
    >>> text(over_rounds("sum", variable("i"), "i", [variable("n")]))
    'sum([i for i in range(n)])'
    """
    rounds = tree.Comprehension(term, tree.Word(index, NOWHERE), call("range", bounds), None, NOWHERE)
    return call(function, [rounds])


def letters(alphabet: str, taken: Collection[str]) -> Iterator[str]:
    """Give names that are free: some letters, then the first of them with numbers.

    >>> from itertools import islice
    >>> list(islice(letters("abcd", {"b"}), 5))
    ['a', 'c', 'd', 'a1', 'a2']
    """
    names = chain(alphabet, (f"{alphabet[0]}{number}" for number in count(1)))
    return (name for name in names if name not in taken)
