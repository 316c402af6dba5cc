"""The measures: which algebra, which law, which unit.

From: a `Network`. To: a `Closed` value for each measure asked for. Promises: a
reading of the network is made once and shared by the measures that need it. A
new measure is a declaration in `standard`; neither the nodes nor the fold change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from layercalc import limits
from layercalc.errors import SpecError, WorkError, did_you_mean, fail
from layercalc.measures import classifier, receptive, vc
from layercalc.measures.declared import declared, heading
from layercalc.measures.measure import Measure, Readings
from layercalc.measures.standard import STANDARD
from layercalc.network import Network
from layercalc.numbers.scalar import Scalar
from layercalc.resolve.measured import KEY

if TYPE_CHECKING:
    from layercalc.closed import Closed
    from layercalc.forms.product import Product

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in STANDARD}
#: Those that are told by their logarithm too.
LOGS = ("gcip", "gcc", "gsip", "gsc", "gwc")
#: Those that are taken only when asked for by name: they say nothing of many networks.
BY_NAME: Mapping[str, Measure] = {
    measure.name: measure for measure in (*vc.MEASURES, receptive.MEASURE, *classifier.MEASURES)
}


def known_measures(network: Network | None = None) -> Mapping[str, Measure]:
    """Give the measures by name: the usual ones, those taken by name, those that a network declares."""
    usual = {**MEASURES, **BY_NAME}
    return usual if network is None else {**usual, **declared(network.measures, usual, KEY)}


def find_measure(name: str, network: Network | None = None) -> Measure:
    """Find a measure by name, of a network also one that it declares."""
    (found,) = find_measures([name], network)
    return found


def find_measures(names: Iterable[str] | None, network: Network | None = None) -> list[Measure]:
    """Find measures by name, those of `MEASURES` where none are named."""
    known = known_measures(network)
    names = list(MEASURES if names is None else names)
    for name in names:
        if name not in known:
            raise unknown_measure(name, known)
    return [known[name] for name in names]


class Taken(NamedTuple):
    """The value of a measure as its algebra gives it, and the sums that are factors of it."""

    measure: Measure
    value: Product | Scalar
    sums: Sequence[Scalar]


def unknown_measure(name: str, known: Iterable[str]) -> SpecError:
    """Tell that no measure bears a name."""
    known = [*known]
    hint = did_you_mean(name, known) or f"measures: {', '.join(known)}"
    return fail(f"no measure is called '{name}'", hint=hint)


def label_of(name: str) -> str:
    """Head a measure, declared or not, or its logarithm to base two by the name of its column.

    >>> label_of("gcip"), label_of("longest_path"), label_of("kv_cache"), label_of("log2_gcc")
    ('GCIP', 'longest path', 'kv cache', 'log2(GCC)')
    """
    usual, measure = known_measures(), name.removeprefix("log2_")
    if name not in usual and measure in LOGS:
        return f"log2({usual[measure].label})"
    return usual[name].label if name in usual else heading(name)


def measure_all(
    network: Network,
    names: Iterable[str] | None = None,
    refused: dict[str, SpecError] | None = None,
    readings: Readings | None = None,
) -> dict[str, Closed]:
    """Take measures of a network, those of `MEASURES` unless some are named.

    Where there is a place for those `refused`, each goes there with its mistake, and leaves the others.
    `readings` of the network may be made before, and are kept by who made them.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> measure_all(resolve(load_program("lenet")), ["params", "layers"])
    {'params': Closed(value=61706), 'layers': Closed(value=11)}
    """
    return tell(network, take(network, names, refused, readings))


def take(
    network: Network,
    names: Iterable[str] | None = None,
    refused: MutableMapping[str, SpecError] | None = None,
    readings: Readings | None = None,
) -> dict[str, Taken]:
    """Read a network in the algebra of each measure; its symbols are the canonical ones.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> take(resolve(load_program("lenet")), ["params"])["params"].value
    61706
    """
    readings, taken = readings or Readings(network), dict[str, Taken]()
    for one in find_measures(names, network):
        try:
            with limits.deep_recursion():
                taken[one.name] = Taken(one, one.take(readings), one.sums(readings))
        except WorkError:
            raise
        except SpecError as error:
            if refused is None:
                raise
            refused[one.name] = error
    return taken


def tell(network: Network, taken: Mapping[str, Taken]) -> dict[str, Closed]:
    """Put the values of measures into the author's symbols, each with where it holds.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> tell(network, take(network, ["layers"]))
    {'layers': Closed(value=11)}
    """
    from layercalc.closed import Closed, domain_of

    holds = {laws: domain_of(network, laws) for laws in {one.measure.laws for one in taken.values()}}
    return {
        name: Closed.told(one.value, network.facts, one.sums, holds[one.measure.laws])
        for name, one in taken.items()
    }


def measure_outputs(network: Network, names: Iterable[str] | None = None) -> dict[str, dict[str, Closed]]:
    """Take the measures of each output by itself, those that follow paths; of one output there are none.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> measure_outputs(resolve(load_program("lenet")))
    {}
    """
    if len(network.outputs) == 1:
        return {}
    from layercalc.closed import Closed, domain_of

    readings, found = Readings(network), {output: dict[str, Closed]() for output in network.outputs}
    for measure in find_measures(names, network):
        if measure.outputs is None:
            continue
        with limits.deep_recursion():
            values = measure.outputs(readings)
        holds = domain_of(network, measure.laws)
        for output, value in zip(network.outputs, values, strict=True):
            found[output][measure.name] = Closed.told(value, network.facts, (), holds)
    return found
