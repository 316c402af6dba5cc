"""The domains of closed forms, written below their tables, and as JSON.

From: domains, and what they belong to. To: lines whose conditions are formulas, and
records. Promises: a domain that holds for a whole page is written once; what has no symbols has
no domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from layercalc.assumptions.domain import Domain, joined
from layercalc.closed import Closed, domain_of
from layercalc.errors import listing
from layercalc.measures.measure import EVERY
from layercalc.network import Network
from layercalc.report.table import Formula, piece_text

HOLDS = "holds for "


def domain_text(domain: Domain, before: str = "") -> Formula:
    """Write a domain on one line.

    >>> import sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> line = domain_text(Domain((n,), (), (sympy.Eq(n % 2, 0),)))
    >>> line, [*map(piece_text, line.pieces)][3:]
    ('holds for n = 2, 4, 6, ... (n mod 2 = 0)', [', ', '4', ', ', '6', ', ... (', 'n % 2 == 0', ')'])
    """
    first, *more = domain.told.pieces
    head = before + HOLDS
    words = ["", head, first, *more] if first else ["", head + piece_text(more[0]), *more[1:]]
    return Formula.worded(f"{head}{domain}", words)


def domain_lines(domains: Iterable[tuple[str, Domain]], before: str = "") -> list[str]:
    """Write the domains of several things, one for each line; equal domains share a line.

    >>> import sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> domain_lines([("a", Domain((n,))), ("b", Domain((n,), (), (n >= 3,))), ("c", Domain())])
    ['a: holds for n = 1, 2, 3, ...', 'b: holds for n = 3, 4, 5, ... (n >= 3)']
    """
    alike: dict[str, list[str]] = {}
    found: dict[str, Domain] = {}
    for name, domain in domains:
        if domain.symbols:
            alike.setdefault(str(domain), []).append(name)
            found.setdefault(str(domain), domain)
    if len(alike) == 1:
        return [domain_text(domain, before) for domain in found.values()]
    return [domain_text(found[text], f"{listing(names, 'and')}: ") for text, names in alike.items()]


def of_measures(measures: Mapping[str, Closed]) -> Domain:
    """Give the domain in which all of some measures hold."""
    domains = [closed.holds for closed in measures.values()]
    return joined(domains) if domains else Domain()


def of_network(network: Network) -> Domain:
    """Give the domain of everything that has been evaluated of a network so far."""
    return domain_of(network, EVERY)


def domain_record(domain: Domain) -> dict[str, Any]:
    """Write a domain as JSON, in words and as conditions of the language; empty without symbols.

    >>> import sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> domain_record(Domain((n,), (), (n >= 3,)))
    {'holds': {'text': 'n = 3, 4, 5, ... (n >= 3)', 'conditions': ['n >= 3']}}
    """
    if not domain.symbols:
        return {}
    return {"holds": {"text": str(domain), "conditions": list(domain.conditions)}}
