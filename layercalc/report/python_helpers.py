"""The functions that closed forms in Python call: logarithms of sums, differences and special functions."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: By name, each after those that it calls.
HELPERS = {
    "_log2": '''\
def _log2(x):
    """Take the logarithm of what may be 0."""
    return math.log2(x) if x else -math.inf
''',
    "_log2_power": '''\
def _log2_power(log, n):
    """Take the logarithm of a power of what may be 0; to the power 0 that is 1."""
    if n < 0 and log == -math.inf:
        raise ZeroDivisionError("0 to a negative power")
    return n * log if n else 0.0
''',
    "_log2_sum": '''\
def _log2_sum(logs):
    """Take the logarithm of a sum from the logarithms of its terms."""
    logs = list(logs)
    top = max(logs, default=-math.inf)
    return top if math.isinf(top) else top + math.log2(math.fsum(2.0 ** (log - top) for log in logs))
''',
    "_log2_difference": '''\
def _log2_difference(above, below):
    """Take the logarithm of a difference from the logarithms of its two sides."""
    return above + math.log1p(-(2.0 ** (below - above))) / math.log(2) if above > below else -math.inf
''',
    "_log2_rising": '''\
def _log2_rising(x, n):
    """Take the logarithm of x (x + 1) ... (x + n - 1)."""
    if x <= 0:
        return math.fsum(_log2(x + k) for k in range(round(n)))
    return (math.lgamma(x + n) - math.lgamma(x)) / math.log(2)
''',
    "_log2_geometric": '''\
def _log2_geometric(log_q, n):
    """Take the logarithm of 1 + q + ... + q^(n - 1) from that of q."""
    if log_q == 0 or n == 0:
        return math.log2(n) if n else -math.inf
    if log_q < 0:
        return math.log2(math.expm1(n * log_q * math.log(2)) / math.expm1(log_q * math.log(2)))
    return (n - 1) * log_q + _log2_geometric(-log_q, n)
''',
    "_log2_signed_geometric": '''\
def _log2_signed_geometric(q, n):
    """Take the logarithm of 1 + q + ... + q^(n - 1), where q may be negative."""
    if q == 1 or n == 0:
        return math.log2(n) if n else -math.inf
    if abs(q) <= 1:
        return _log2((q**n - 1) / (q - 1))
    return n * math.log2(abs(q)) + _log2(abs(1 - q**-n) / abs(q - 1))
''',
    "_log2_recurrence": '''\
def _log2_recurrence(n, *coefficients):
    """Take the logarithm of h(n) = c1 h(n - 1) + ... + ck h(n - k), where h(0) = 1."""
    past, shift = [1.0 if n >= 0 else 0.0], 0
    for _ in range(round(n)):
        following = math.fsum(c * h for c, h in zip(coefficients, past))
        past = [following, *past][: len(coefficients)]
        scale = math.frexp(max(past))[1]
        past, shift = [math.ldexp(h, -scale) for h in past], shift + scale
    return shift + math.log2(past[0]) if past[0] else -math.inf
''',
}


def helpers(texts: Iterable[str]) -> list[str]:
    """Give the functions that some texts call, and those that these call.

    >>> [text.split("(")[0] for text in helpers(["return _log2_rising(x, n)"])]
    ['def _log2', 'def _log2_rising']
    """
    text, called = "\n".join(texts), list[str]()
    for name, helper in reversed(HELPERS.items()):
        if re.search(rf"\b{name}\(", text):
            called.append(helper)
            text += helper
    return called[::-1]
