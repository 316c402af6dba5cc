"""A random network judged: its closed forms held to its numbers, inside their domain and outside.

From: a `Net`. To: a `Verdict`. Promises: the numeric side decides, what it refuses must be
refused and what it gives must be given; the twin, which knows no loops, is asked at some
points whether the numbers themselves are right.

Exceptions are stated, where a form may be silent though a network exists, and has the value
of the form. A symbol stands for a positive number, unless its default or its `where` admits 0.
A published limit of the numeric side says nothing of the closed form. And a form with rounds
holds from so many rounds on: where the first or the last ones stand apart, where rounds
would be counted below none, or where a loop is two behind each other. That bound is an order of
linear terms, told as what is false; at the point the rounds happen to make no difference.

Refused both ways is a network, or a measure, whose rounds cannot be: what the diagnostic
for symbols says, the numbers say as well, at each value of a symbol past the first few; of a
measure alone, which the others are not refused with, they may say it in other words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeAlias, TypeVar

from layercalc.assumptions.domain import Domain
from layercalc.closed import Closed
from layercalc.errors import LimitError, SpecError
from layercalc.forms.product import Product
from layercalc.measures import MEASURES, measure_all
from layercalc.model import Model
from layercalc.network import Network
from layercalc.numbers.finite_sums import put_in as put_into
from layercalc.numbers.scalar import plain, symbolic
from layercalc.resolve import resolve
from layercalc.resolve.program import Given, Program
from tests.twin import dynamic
from tests.twin.holding import agrees, close, exactly, program_of, values_of
from tests.twin.random_loops import Net, Point
from tests.twin.unroll import TooLargeError, unroll

T = TypeVar("T")
#: What Python raises where a diagnostic is missing.
CRASHES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip
#: Points at which the twin is asked, and nodes that it may have.
TWINS = 3
NODES = 300
#: The share of points past the last one that numbers give, where a network is refused both ways.
BEYOND = 0.5
#: A bound on rounds, as a diagnostic tells what is false.
BOUND = re.compile(
    r"where this is false: (?!.*\b(mod|floor|ceil|min|max|log2|sqrt)\b)[-+*/() \w]+ (>=|<=|>|<) [-+*/() \w]+$"
)


class Refusal(NamedTuple):
    """A diagnostic in place of a value; `limit` where it is a published limit."""

    message: str
    limit: bool = False


class Crash(NamedTuple):
    """A traceback in place of a value."""

    message: str


Answer: TypeAlias = Closed | Refusal | Crash


class Finding(NamedTuple):
    """A fault: what is wrong, at a point, in a measure, with what was expected and given."""

    what: str
    measure: str
    point: Point
    expected: str
    got: str


@dataclass
class Verdict:
    """What was found of one network; `seconds` is the time that its closed forms took.

    `refused` is refused for symbols though numbers have it, `both` what numbers refuse as well.
    """

    net: Net
    inside: int = 0
    outside: int = 0
    accepted: list[Point] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    both: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def vacant(self) -> bool:
        """Tell whether no point gives a network."""
        return not self.accepted


def judge(net: Net, points: Sequence[Point] | None = None, laws: str = "paper") -> Verdict:
    """Hold the closed forms of a network to its numbers."""
    verdict = Verdict(net)
    program = program_of(net.text, laws)
    start = time.process_time()
    forms = answers(program, {name: name for name in net.symbols})
    verdict.seconds = time.process_time() - start
    closed = {name: form for name, form in forms.items() if isinstance(form, Closed)}
    read = {told: Words(told, net.symbols) for told in {_conditions(form) for form in closed.values()}}
    words = {name: read[_conditions(form)] for name, form in closed.items()}
    taken: list[tuple[Point, Mapping[str, Answer]]] = []
    for point in net.points() if points is None else points:
        numbers = answers(program, point)
        taken.append((point, numbers))
        _judge_point(verdict, program, forms, words, numbers, point)
    _note_refusals(verdict, forms, taken)
    return verdict


def answers(program: Program, given: Mapping[str, object]) -> dict[str, Answer]:
    """Take every measure, or what is said in its place."""
    network = _tried(lambda: resolve(program, _given(given)))
    if not isinstance(network, Network):
        return dict.fromkeys(MEASURES, network)
    together = _tried(lambda: measure_all(network))
    if isinstance(together, dict):
        return dict(together)
    model = Model(network)
    return {name: _tried(partial(model.measure, name)) for name in MEASURES}


def _given(point: Mapping[str, object]) -> dict[str, Given]:
    return values_of({name: str(value) for name, value in point.items()})


def _tried(do: Callable[[], T]) -> T | Refusal | Crash:
    try:
        return do()
    except SpecError as error:
        message = error.diagnostics[0].message if error.diagnostics else "nothing told"
        return Refusal(message, isinstance(error, LimitError) or "limit" in message)
    except CRASHES as error:
        return Crash(f"{type(error).__name__}: {error}")


def _note_refusals(
    verdict: Verdict, forms: Mapping[str, Answer], taken: Sequence[tuple[Point, Mapping[str, Answer]]]
) -> None:
    messages = {name: form.message for name, form in forms.items() if not isinstance(form, Closed)}
    alike = len(messages) == len(forms) and len(set(messages.values())) == 1
    for name, message in messages.items():
        both = ends(name, message, taken)
        (verdict.both if both else verdict.refused)["network" if alike else name] = message
    for name, form in forms.items():
        if isinstance(form, Crash):
            verdict.findings.append(Finding("traceback", name, {}, "a form or a diagnostic", form.message))
            return


def ends(name: str, message: str, taken: Sequence[tuple[Point, Mapping[str, Answer]]]) -> bool:
    """Tell whether numbers refuse a measure as symbols do, past the first values of a symbol."""
    kind, given = _inner_kind(message), [point for point, numbers in taken if _is_given(numbers[name])]
    for symbol in taken[0][0] if taken else ():
        top = max((point[symbol] for point in given), default=0)
        beyond = [numbers for point, numbers in taken if point[symbol] > top and not _is_given(numbers[name])]
        alone = all(any(map(_is_given, numbers.values())) for numbers in beyond)
        alike = kind in (
            _inner_kind(answer.message) for n in beyond if not isinstance(answer := n[name], Closed)
        )
        if len(beyond) >= BEYOND * len(taken) and (alone or alike):
            return True
    return False


def _is_given(answer: Answer) -> bool:
    return isinstance(answer, Closed)


def _inner_kind(message: str) -> str:
    return kind_of(re.sub(r"^(no closed form is known for .*?: )+", "", message))


def _judge_point(
    verdict: Verdict,
    program: Program,
    forms: Mapping[str, Answer],
    words: Mapping[str, Words],
    numbers: Mapping[str, Answer],
    point: Point,
) -> None:
    given = [number for number in numbers.values() if isinstance(number, Closed)]
    if given:
        verdict.accepted.append(point)
    if len(given) == len(numbers) and len(verdict.accepted) <= TWINS:
        _ask_the_twin(verdict, program, numbers, point)
    found: list[Finding] = []
    held = False
    decided: dict[Domain | None, object] = {}
    for name, form in forms.items():
        if not isinstance(form, Closed):
            continue
        put_in = _shared(form, point, decided)
        held |= isinstance(put_in, Closed)
        fault = compare(form, put_in, numbers[name], verdict.net, point)
        kinds = filter(None, (fault, words[name].fault(put_in, verdict.net, point)))
        found += [Finding(kind, name, point, _told(numbers[name]), _told(put_in)) for kind in kinds]
    verdict.inside += held
    verdict.outside += not held
    # A measure that all networks share here says nothing: the form is of another network.
    apart = any(finding.what == "apart" for finding in found)
    verdict.findings += [f for f in found if f.what != "apart" and not (apart and f.what == "small")]


def _ask_the_twin(verdict: Verdict, program: Program, numbers: Mapping[str, Answer], point: Point) -> None:
    try:
        body = resolve(program, _given(point)).body
        twin = dynamic.measures(unroll(body, NODES))
    except TooLargeError:
        return
    for name, number in numbers.items():
        if isinstance(number, Closed) and not agrees(number, twin[name]):
            verdict.findings.append(Finding("number", name, point, str(twin[name]), _told(number)))


def _conditions(form: Closed) -> tuple[str, ...] | None:
    told = getattr(form, "holds", None)
    return None if told is None else tuple(told.conditions)


class Words:
    """A domain as its reader is told it: conditions in the language, the same for several forms."""

    def __init__(self, conditions: tuple[str, ...] | None, symbols: Sequence[str]) -> None:
        self.known = conditions is not None
        params = "\n".join(f"param {name} = 1" for name in symbols)
        where = " and ".join(f"({condition})" for condition in conditions or ())
        text = f"{params} {f'where {where}' if where else ''}\ninput(1)"
        self.program = _tried(lambda: program_of(text, "paper"))
        self.allowed: dict[tuple[tuple[str, int], ...], bool] = {}

    def fault(self, put_in: Answer, net: Net, point: Point) -> str | None:
        """Tell whether the conditions say otherwise than the form did."""
        if not self.known:
            return None
        if not isinstance(self.program, Program):
            return "words that do not read back"
        if self._allow(self.program, point):
            silent = isinstance(put_in, Refusal) and not excused(net, point)
            return "words too wide" if silent else None
        return "words too narrow" if isinstance(put_in, Closed) else None

    def _allow(self, program: Program, point: Point) -> bool:
        at = tuple(point.items())
        if at not in self.allowed:
            self.allowed[at] = isinstance(_tried(lambda: resolve(program, _given(point))), Network)
        return self.allowed[at]


def _shared(form: Closed, point: Point, decided: dict[Domain | None, object]) -> Answer:
    """Put a point into a form; whether a domain allows it is asked once for all forms that have it."""
    domain = form.domain
    if domain is None or domain not in decided:
        decided[domain] = None if domain is None else _tried(lambda: domain.put_in(point))
        return substituted(form, point)
    told = decided[domain]
    return told if isinstance(told, Refusal | Crash) else substituted(form.freely(), point)


def substituted(form: Closed, point: Point) -> Answer:
    """Put a point into a form as a reader does: outside its domain it refuses."""
    return _tried(lambda: form.substitute(point))


def unchecked(form: Closed, point: Point) -> Closed:
    """Put a point into a form without asking whether it holds there."""
    value = form.value
    if isinstance(value, Product):
        names = {str(symbol): symbol for symbol in value.free_symbols}
        return Closed(
            value.substitute({names[name]: number for name, number in point.items() if name in names})
        )
    expression = symbolic(value)
    values = {symbol: symbolic(point[str(symbol)]) for symbol in expression.free_symbols}
    return Closed(plain(put_into(expression, values)))


def compare(form: Closed, put_in: Answer, number: Answer, net: Net, point: Point) -> str | None:
    """Name the fault of a form at a point, if there is any; "apart" is none."""
    if isinstance(put_in, Crash):
        return "traceback"
    if isinstance(number, Crash):
        return "number's traceback"
    if isinstance(number, Refusal):
        return "given" if isinstance(put_in, Closed) and not number.limit else None
    if isinstance(put_in, Closed):
        return None if same(put_in, number) else "wrong"
    if excused(net, point) or (isinstance(put_in, Refusal) and BOUND.search(put_in.message)):
        return None
    return "small" if gives(form, point, number) else "apart"


def excused(net: Net, point: Point) -> bool:
    """Tell whether a symbol that stands for a positive number is not one here."""
    return any(number <= 0 and name not in net.zero for name, number in point.items())


def gives(form: Closed, point: Point, number: Closed) -> bool:
    """Tell whether a form would give the number, were its domain wider."""
    try:
        return same(unchecked(form, point), number)
    except CRASHES:
        return False


def same(a: Closed, b: Closed) -> bool:
    """Tell whether two measures are one number: exactly where both are exact, else by logarithms."""
    try:
        exact = [exactly(value.expr) for value in (a, b)]
        if None not in exact:
            return exact[0] == exact[1]
        return not a.symbols and b.log2 is not None and close(a.log2, b.log2)
    except CRASHES:
        return False


def _told(answer: Answer) -> str:
    if not isinstance(answer, Closed):
        return f"{type(answer).__name__.lower()}: {answer.message}"
    try:
        number = answer.number
        return str(number) if number is not None else f"2^{answer.log2}"
    except CRASHES:
        return f"{answer.value}"


def kind_of(message: str) -> str:
    """Leave the words of a message, for all that is of one network alone."""
    words = [word if re.fullmatch(r"[A-Za-z,:;']{2,}|a", word) else "_" for word in message.split()]
    return re.sub(r"_( _)+", "_", " ".join(words))
