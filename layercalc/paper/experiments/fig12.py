"""Figure 12: the variance after an averaging filter of K elements, against its power (appendix A.1).

100 vectors of 15,000 standard normal numbers are averaged over K = 1..500 of them at a
time. All filters are read off one autocorrelation of the cumulative sums of each vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from layercalc.closed import Closed
from layercalc.model import loads
from layercalc.paper.experiments.outcome import Claim, Experiment, Outcome, Sheet
from layercalc.paper.experiments.shared import LAWS, joined_by_law_set
from layercalc.plot.picture import Curve, Panel, Picture

if TYPE_CHECKING:
    import numpy as np

    Numbers: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]

VECTORS, LENGTH, LARGEST = 100, 15_000, 500
#: Ten draws are looked at, the first is shown: how far the curves are apart is a matter of luck.
SEEDS = range(12, 22)
#: Filters whose curves are looked at apart: beyond, one is over a 150th of a vector, and sums overlap much.
WIDE = 100
#: Curves that are nowhere further apart than this, in parts of them, are almost identical.
ALMOST = 0.1
#: One filter on one channel, whose power is looked up.
SPEC = "param k = 3  input(1, {length}) conv(1, k, padding = {padding})"
#: Marks of a picture are each so many times as far out as the one before.
APART = 1.3
#: Digits of a variance: the squares of long sums cancel in it.
DIGITS = 9
HEADERS = (
    "filter_size", "variance", "expected_variance", "deviation", "power_same_padding", "power_valid_padding",
    "power_scaled_by_first_vector", "variance_over_scaled_power",
)  # fmt: skip
CLAIM_ALIKE = "the variances and the curve of the power are almost identical for a wide range of filter sizes"
CLAIM_VARIANCES = "eq. (8) gives the ratio of the variances behind and before an averaging filter"
CLAIM_DEVIATIONS = "it gives the ratio of the deviations, as the constants of 5.6 to 5.8 are"


@dataclass(frozen=True, slots=True)
class Averaged:
    """The variances for K = 1, 2, ...: averaged over the vectors, and those of the first vector."""

    variances: Numbers
    first: float
    length: int

    @property
    def sizes(self) -> Numbers:
        """The sizes K."""
        import numpy as np

        return np.arange(1.0, len(self.variances) + 1)

    @property
    def expected(self) -> Numbers:
        """The variances of n = length - K + 1 averages around their own mean, which varies too."""
        k, n = self.sizes, self.length - self.sizes + 1
        shared = (k - 1) * k * (2 * k - 1) / 3 + k**2 * (self.length - 2 * k + 2)
        return 1 / k - shared / (n * k) ** 2


def run() -> Outcome:
    """Average the vectors, and compare their variances with the law of a convolution.

    >>> [claim.holds for claim in run().claims if claim.laws == "paper"]
    [True, True, False]
    """
    draws = [averaged(seed) for seed in SEEDS]
    found = draws[0]
    laws = {name: (power(name, "same", found), power(name, "valid", found)) for name in LAWS}
    same, valid = laws[LAWS[0]]
    return Outcome(
        [_sheet(found, same, valid)],
        [_picture(found, same)],
        [claim for name, powers in laws.items() for claim in _claims(name, draws, *powers)],
        [*_formulas()],
    )


def power(laws: str, padding: str, found: Averaged) -> Numbers:
    """Give the power of a filter of each size under a law set."""
    import numpy as np

    closed = _closed(laws, padding, found.length)
    return np.array([closed.substitute({"k": int(size)}).number for size in found.sizes], dtype=float)


def _closed(laws: str, padding: str, length: int = LENGTH) -> Closed:
    return loads(SPEC.format(length=length, padding=padding), k="k", laws=laws).measure("gcip")


def averaged(seed: int, vectors: int = VECTORS, length: int = LENGTH, largest: int = LARGEST) -> Averaged:
    """Average vectors over 1 to `largest` neighbours, only where the filter lies within; take variances."""
    import numpy as np

    random = np.random.Generator(np.random.PCG64(seed))
    drawn = [random.standard_normal(length) for _ in range(vectors)]
    total = np.sum([_variances(vector, largest) for vector in drawn], axis=0)
    return Averaged(total / vectors, float(np.var(drawn[0])), length)


def _variances(vector: Numbers, largest: int) -> Numbers:
    """Give the variance of the averages over 1 to `largest` neighbours.

    A sum over K is the difference of two cumulative sums s that are K apart, so its
    squares add up to the squares of both less twice the autocorrelation of s.
    """
    import numpy as np

    sums = np.concatenate(([0.0], np.cumsum(vector)))
    sums -= sums.mean()  # no difference changes, and the squares are small
    apart = np.arange(1, largest + 1)
    size = 1 << (len(sums) + largest).bit_length()
    spectrum = np.fft.rfft(sums, size)
    correlated = np.fft.irfft(np.abs(spectrum) ** 2, size)[apart]
    added, squared = np.cumsum(sums), np.cumsum(sums**2)
    count = len(sums) - apart
    mean = (added[-1] - added[apart - 1] - added[count - 1]) / count
    square = (squared[-1] - squared[apart - 1] + squared[count - 1] - 2 * correlated) / count
    variances: Numbers = (square - mean**2) / apart**2
    return variances


def _sheet(found: Averaged, same: Numbers, valid: Numbers) -> Sheet:
    scaled = same * found.first
    columns = (
        found.variances, found.expected, found.variances**0.5, same, valid, scaled, found.variances / scaled,
    )  # fmt: skip
    lines = [
        (int(size), *(float(f"{value:.{DIGITS}g}") for value in values))
        for size, *values in zip(found.sizes, *columns, strict=True)
    ]
    return Sheet("fig12", HEADERS, lines)


def _claims(laws: str, draws: Sequence[Averaged], same: Numbers, valid: Numbers) -> Iterator[Claim]:
    scaled = [_apart(found.variances, same * found.first) for found in draws]
    told = f"under {len(draws)} seeds apart by {_ends([far[:WIDE] for far in scaled])} up to {WIDE}"
    told = f"{told}, by {_ends(scaled)} up to {LARGEST}; the figure shows the first, {_most(scaled[0])}"
    yield Claim("A.1", CLAIM_ALIKE, laws, _worst(scaled) < ALMOST, told)
    padded, inner = ([_apart(found.variances, powers) for found in draws] for powers in (same, valid))
    told = f"p = {_text(laws, 'same')} is off by {_ends(padded)}"
    told = f"{told}; without padding, p = {_text(laws, 'valid')} by {_ends(inner)}"
    yield Claim("A.1", CLAIM_VARIANCES, laws, _worst(padded) < ALMOST, told)
    found = draws[0]
    last, far = found.variances[-1] ** 0.5, _apart(found.variances**0.5, same)
    told = f"deviations fall as 1/sqrt(K): {last:.4g} at K = {LARGEST}, where p = {same[-1]:.4g}"
    yield Claim("A.1", CLAIM_DEVIATIONS, laws, bool(far.max() < ALMOST), told)


def _apart(measured: Numbers, law: Numbers) -> Numbers:
    """Tell how far a curve is from a law, in parts of the law."""
    import numpy as np

    return np.abs(measured / law - 1)


def _worst(apart: Sequence[Numbers]) -> float:
    return max(float(far.max()) for far in apart)


def _ends(apart: Sequence[Numbers]) -> str:
    """Tell the least and the greatest of how far draws are apart at most."""
    most = [float(far.max()) for far in apart]
    return f"{min(most):.2%} to {max(most):.2%}"


def _most(apart: Numbers) -> str:
    place = int(apart.argmax())
    return f"{apart[place]:.2%} at most (K = {place + 1})"


def _text(laws: str, padding: str) -> str:
    return _closed(laws, padding).exact().text


def _formulas() -> Iterator[tuple[str, str]]:
    for laws, text in joined_by_law_set({laws: _text(laws, "same") for laws in LAWS}).items():
        yield f"p of a filter of K = k, {laws}", text
    shared = "((K - 1) K (2K - 1)/3 + K^2 (N - 2K + 2)) / (n K)^2"
    yield "variance of n = N - K + 1 averages", f"1/K - {shared}, N = {LENGTH}"


def _picture(found: Averaged, law: Numbers) -> Picture:
    places = _places()
    sizes, scaled = found.sizes, law * found.first
    far = 100 * (found.variances / scaled - 1)
    both = [
        Curve("power p = 1/K, scaled", sizes.tolist(), scaled.tolist()),
        Curve("mean variance", sizes[places].tolist(), found.variances[places].tolist(), "marks"),
        Curve("mean deviation", sizes[places].tolist(), (found.variances[places] ** 0.5).tolist(), "marks"),
    ]
    difference = [
        Curve("mean variance", sizes.tolist(), far.tolist()),
        Curve("expected variance", sizes.tolist(), (100 * (found.expected / scaled - 1)).tolist()),
    ]
    panels = [
        Panel("filter size K", "ratio to the input", both, "Behind an average of K", "log", "log"),
        Panel("filter size K", "difference from p (%)", difference, "Beside the power"),
    ]
    return Picture("fig12", "Power and variance against the size of an averaging filter", panels)


def _places() -> list[int]:
    """Give the places of the sizes that are marked, evenly apart on a logarithmic axis."""
    sizes = [1]
    while (size := max(sizes[-1] + 1, round(sizes[-1] * APART))) <= LARGEST:
        sizes.append(size)
    return [size - 1 for size in sizes]


EXPERIMENT = Experiment("fig12", "Variance behind an averaging filter, against its power", run)
