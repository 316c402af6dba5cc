"""The measures of a network as a Python module, which imports only `math` and `fractions`.

From: a network with its measures. To: the text of a module: one function for a
measure, and for one that is a product a second that gives its logarithm to base two,
which cannot overflow. Promises: numbers at which the closed forms do not hold raise
ValueError, an argument has the name of its param,
and no text of a spec becomes more than a docstring or a name.
"""

from __future__ import annotations

import keyword
import textwrap
from collections.abc import Iterable, Iterator

from layercalc.closed import Closed
from layercalc.display import visible
from layercalc.forms.product import Product
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import find_measure, known_measures, label_of
from layercalc.network import Network
from layercalc.printing.wrapping import wrapped
from layercalc.report import cells
from layercalc.report.domains import of_measures
from layercalc.report.evaluation import heading
from layercalc.report.python_check import check
from layercalc.report.python_helpers import helpers
from layercalc.writing.python_code import Code

WIDTH = 92
#: What the functions call: no argument can be called so.
TAKEN = frozenset(
    {
        "math",
        "max",
        "min",
        "abs",
        "sum",
        "range",
        "list",
        "zip",
        "Fraction",
        "ValueError",
        "isinstance",
        "float",
    }
    | {"repr", "holds", "condition", "int"}
)


def python_module(point: MeasuredNetwork) -> str:
    r"""Write the functions of a network.

    >>> from layercalc.measures import measure_all
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.points import read_points
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("mlp"), {"depth": read_points("depth", "n")[0]})
    >>> text = python_module(MeasuredNetwork(network, measure_all(network, ["params"])))
    >>> print(text[text.index("def params") :].replace('"', "'"))
    def params(depth):
        '''Parameters.'''
        _check(depth)
        return 65792*depth + 137738
    <BLANKLINE>
    """
    names = argument_names(point)
    code, functions = Code(names), list[str]()
    signature = ", ".join(dict.fromkeys(names.values()))
    for key, closed in point.measures.items():
        functions += _functions(point.network, (key, closed), signature, code)
    functions = [*(check(of_measures(point.measures), names) if names else []), *functions]
    return "\n\n".join([_head(point, bool(names)), *helpers(functions), *functions])


def argument_names(point: MeasuredNetwork) -> dict[str, str]:
    """Name the arguments; a symbol that is the value of one param gets the name of the param.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.points import read_points
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("mlp"), {"depth": read_points("depth", "n")[0]})
    >>> argument_names(MeasuredNetwork(network, {}))
    {'n': 'depth'}
    """
    network = point.network
    told = {name: cells.told(network, value) for name, value in network.params.items() if _symbolic(value)}
    symbols = list(dict.fromkeys(symbol for closed in told.values() for symbol in closed.symbols))
    named: dict[str, str] = {}
    for symbol in symbols:
        params = [name for name, closed in told.items() if str(closed.value) == symbol]
        name = params[0] if len(params) == 1 and (params[0] == symbol or params[0] not in symbols) else symbol
        named[symbol] = _argument(name, known_measures(network))
    return named


def _symbolic(value: object) -> bool:
    return hasattr(type(value), "free_symbols")


def _argument(name: str, measures: Iterable[str]) -> str:
    if name.startswith("_"):
        return f"p{name}"
    functions = {*measures} | {f"log2_{key}" for key in measures}
    return f"{name}_" if keyword.iskeyword(name) or name in TAKEN | functions else name


def _called(measure: str) -> str:
    """Name the function of a measure."""
    if measure.startswith("_"):
        return f"p{measure}"
    return f"{measure}_" if keyword.iskeyword(measure) or measure in TAKEN else measure


def _functions(network: Network, measure: tuple[str, Closed], signature: str, code: Code) -> Iterator[str]:
    """Write the function of a measure, and the one of its logarithm, which the first calls."""
    key, closed = measure
    checked = [f"_check({signature})"] if signature else []
    title = _printable(find_measure(key, network).title or label_of(key))
    title, key = title[0].upper() + title[1:], _called(key)
    if not isinstance(closed.value, Product):
        yield _function(key, signature, f"{title}.", [*checked, f"return {code.value(closed.value)}"])
        return
    log, assignments = code.log2(closed.value)
    raised = f"return 2.0 ** log2_{key}({signature})"
    yield _function(key, signature, f"{title}; OverflowError beyond the doubles.", [raised])
    lines = [f"{name} = {text}" for name, text in assignments]
    doc = f"The logarithm to base two of {key}."
    yield _function(f"log2_{key}", signature, doc, [*checked, *lines, f"return {log}"])


def _function(name: str, signature: str, doc: str, statements: list[str]) -> str:
    body = [f'"""{doc}"""', *(line for text in statements for line in _statement(text))]
    return "\n".join([f"def {name}({signature}):", *(f"    {line}" for line in body)]) + "\n"


def _statement(text: str) -> list[str]:
    """Break a long statement within brackets."""
    if len(text) <= WIDTH:
        return [text]
    start = "return " if text.startswith("return ") else text[: text.index(" = ") + 3]
    lines = wrapped(text.removeprefix(start), WIDTH - 4)
    return [f"{start}(", *(f"    {line}" for line in lines), ")"]


def _head(point: MeasuredNetwork, checked: bool) -> str:
    """Write the docstring of the module, in which no text can end it early."""
    lines = [*heading([point]).split("\n"), "", "Closed forms by layercalc."]
    lines += point.refusals
    domain = of_measures(point.measures)
    lines += textwrap.wrap(f"They hold for {domain}", WIDTH) if domain.symbols else []
    imports = "import math\nfrom fractions import Fraction" if checked else "import math"
    return f'"""{chr(10).join(map(_printable, lines))}\n"""\n\n{imports}\n'


def _printable(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', "'")
