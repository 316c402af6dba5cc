"""Figure 13: output against input variance of activations (sections 5.6 to 5.9, appendix A.1).

Curves are derived from the formulas of the law set, for normal and uniform inputs of seven
deviations; marks are sampled. The softmax is taken of a vector of the length that its constant
in the law set belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layercalc.inspect.ratios import Ratio, ratios
from layercalc.network import Scalar
from layercalc.paper.experiments.outcome import Claim, Experiment, Outcome, Sheet
from layercalc.paper.experiments.responses import DISTRIBUTIONS, SHOWN, Response, responses, softmax_sample
from layercalc.plot.picture import Curve, Panel, Picture

LAWS = "paper"
HEADERS = (
    "distribution", "activation", "input_deviation", "input_variance", "output_deviation", "output_variance",
    "power", "sampled_power",
)  # fmt: skip
#: The sections of the constants, and how the paper names them.
PRINTED = {"relu": ("5.6", "ReLU"), "tanh": ("5.7", "TanH"), "sigmoid": ("5.8", "sigmoid")}
#: How far "around 0.5" may be; in parts, what is approximately the same, an inverse, and a sample alike.
AROUND, APPROXIMATELY, INVERSE, ALIKE = 0.1, 0.1, 0.002, 0.02
#: How many times its least a ratio has to be at most to depend highly on the input.
HIGHLY = 2
#: Characters of a closed form that is told.
LONGEST = 90


@dataclass(frozen=True, slots=True)
class ActivationStudy:
    """The activations of the law set for x ~ N(0, 1), and their responses."""

    standard: dict[str, Ratio]
    responses: Sequence[Response]
    length: int

    def along(self, name: str, distribution: str) -> list[Response]:
        """List the responses of an activation to one distribution, by deviation."""
        return [r for r in self.responses if (r.name, r.distribution) == (name, distribution)]

    def at_one(self, name: str, distribution: str) -> float:
        """Give the derived ratio at a deviation of 1."""
        (found,) = [r for r in self.along(name, distribution) if r.deviation == 1]
        return found.derived or 0.0

    @property
    def lengths(self) -> tuple[float, float]:
        """The vector lengths that the constant of softmax belongs to."""
        return self.standard["softmax"].lengths or (0.0, 0.0)


def run() -> Outcome:
    """Derive and sample the activations."""
    standard = {ratio.name: ratio for ratio in ratios(laws=LAWS)}
    length = round((standard["softmax"].lengths or (0, 0))[0])
    found = ActivationStudy(standard, responses(LAWS, length), length)
    return Outcome(
        [_sheet(found)],
        [_picture(found)],
        [*_claims(found)],
        [*_formulas(found)],
        ["the paper tells neither how many values were drawn nor how long the vector of its softmax was"],
    )


def _sheet(found: ActivationStudy) -> Sheet:
    lines = []
    for r in found.responses:
        output = None if r.derived is None else r.derived * r.deviation
        square = None if output is None else output**2
        facts = (r.distribution, r.name, r.deviation, r.deviation**2)
        lines.append((*facts, output, square, r.derived, r.sampled))
    return Sheet("fig13", HEADERS, lines)


def _claims(found: ActivationStudy) -> Iterator[Claim]:
    yield _variances(found)
    yield _inverses(found)
    yield _around_half(found)
    yield _variants(found)
    for name in PRINTED:
        yield _constant(found, name)
        yield _one_value(found, name)
    yield _softmax(found)
    yield _probabilities(found)
    yield _sampled(found)


def _claim(section: str, text: str, holds: bool | None, found: str) -> Claim:
    return Claim(section, text, LAWS, holds, found)


def _around_half(found: ActivationStudy) -> Claim:
    normal, uniform = (found.at_one("relu", distribution) for distribution in DISTRIBUTIONS)
    holds = all(abs(value - 0.5) <= AROUND for value in (normal, uniform))
    told = f"deviations {normal:.4f} and {uniform:.4f}, variances {normal**2:.4f} and {uniform**2:.4f}"
    return _claim("5.6", "the power of ReLU is around 0.5 for normal and uniform data alike", holds, told)


def _constant(found: ActivationStudy, name: str) -> Claim:
    section, label = PRINTED[name]
    ratio = found.standard[name]
    derived, uniform = ratio.derived, found.at_one(name, "uniform")
    told = (
        f"for N(0, 1) deviations {_six(derived.power)}, whose inverse is {_six(derived.complexity)},"
        f" variances {_six(derived.square)}; uniform, of deviation 1: {uniform:.6g} and {uniform**2:.6g}"
    )
    text = (
        f"the data give {label} a power of {_six(ratio.power)}, and a complexity of {_six(ratio.complexity)}"
    )
    return _claim(section, text, ratio.reading != "", told)


def _one_value(found: ActivationStudy, name: str) -> Claim:
    section, label = PRINTED[name]
    normal, uniform = (found.along(name, distribution) for distribution in DISTRIBUTIONS)
    told = f"deviations {_ends(normal)} for normal inputs, {_ends(uniform)} for uniform ones"
    varies = max(r.derived or 0 for r in normal) / min(r.derived or 0 for r in normal)
    if name == "tanh":
        return _claim(section, f"{label} depends highly on the input values", varies >= HIGHLY, told)
    return _claim(
        section, f"one power tells {label} at every deviation of the input", varies < 1 + ALIKE, told
    )


def _ends(found: Sequence[Response]) -> str:
    first, last = found[0], found[-1]
    return f"{first.derived:.4g} at {first.deviation:g} to {last.derived:.4g} at {last.deviation:g}"


def _variants(found: ActivationStudy) -> Claim:
    relu = found.standard["relu"]
    alike = {name: r.derived.power for name, r in found.standard.items() if r.power == relu.power}
    printed = float(alike.pop("relu"))
    near = [name for name, power in alike.items() if abs(float(power) / printed - 1) <= APPROXIMATELY]
    far = [f"{name} {_six(power)}" for name, power in alike.items() if name not in near]
    told = f"within {APPROXIMATELY:.0%} of it: {', '.join(near)}; not so: {', '.join(far)}"
    text = "the power of variants of ReLU is approximately that of ReLU"
    return _claim("5.6", text, not far, told)


def _softmax(found: ActivationStudy) -> Claim:
    ratio, power = found.standard["softmax"], _six(found.standard["softmax"].power)
    deviations, variances = found.lengths
    (one,) = [r for r in found.along("softmax", "normal") if r.deviation == 1]
    told = (
        f"no length is printed; for N elements, N large, it is {ratio.derived.exactly}: {power} is"
        f" N = {deviations:,.1f} of deviations, N = {variances:,.1f} of variances;"
        f" a sample of {found.length:,} has {one.sampled:.4g}"
    )
    text = f"the data give softmax a power of {power}, and a complexity of {_six(ratio.complexity)}"
    return _claim("5.9", text, None, told)


def _probabilities(found: ActivationStudy) -> Claim:
    least, largest, total = softmax_sample(found.length)
    holds = least > 0 and largest < 1 and abs(total - 1) < 1e-9
    told = f"{found.length:,} normal values give {least:.3g} to {largest:.3g}, whose sum is {total:.9g}"
    return _claim("5.9", "the outputs of softmax lie between 0 and 1, and add up to 1", holds, told)


def _variances(found: ActivationStudy) -> Claim:
    shown = [found.standard[name] for name in PRINTED]
    told = [f"{PRINTED[r.name][1]} {_six(r.derived.square)} for {_six(r.power)}" for r in shown]
    told.append("the printed constants are ratios of deviations")
    holds = all(r.reading == "variances" for r in shown)
    return _claim(
        "5.1", "the power of an activation is a ratio of variances, eq. (5)", holds, ", ".join(told)
    )


def _inverses(found: ActivationStudy) -> Claim:
    shown = [found.standard[name] for name in SHOWN]
    products = {r.name: float(r.power or 0) * float(r.complexity or 0) for r in shown}
    holds = all(abs(product - 1) <= INVERSE for product in products.values())
    told = ", ".join(f"{name} {product:.5f}" for name, product in products.items())
    return _claim("5.1", "complexity is the inverse of power, eq. (7)", holds, f"p c is {told}")


def _sampled(found: ActivationStudy) -> Claim:
    apart = {
        name: max(abs(r.sampled / r.derived - 1) for r in found.responses if r.name == name and r.derived)
        for name in SHOWN
    }
    holds = all(most <= ALIKE for name, most in apart.items() if name in PRINTED)
    most = ", ".join(f"{name} {part:.2%}" for name, part in apart.items())
    told = f"deviations of {found.length:,} values differ by at most {most}, where its N is hardly large"
    return _claim("A.1", "the variances of sampled data are those that follow from the formulas", holds, told)


def _six(value: Scalar | None) -> str:
    return f"{float(value or 0):.6g}"


def _formulas(found: ActivationStudy) -> Iterator[tuple[str, str]]:
    for ratio in found.standard.values():
        text = ratio.derived.exactly
        if 0 < len(text) <= LONGEST:
            number = "" if ratio.derived.normalised else f" = {_six(ratio.derived.power)}"
            yield f"power of {ratio.call}, x ~ N(0, 1)", f"{text}{number}"


def _picture(found: ActivationStudy) -> Picture:
    scalars = [name for name in SHOWN if name in PRINTED]
    panels = [
        *(_panel(found, distribution, scalars, squares=True) for distribution in DISTRIBUTIONS),
        *(_panel(found, distribution, scalars, squares=False) for distribution in DISTRIBUTIONS),
        *(_panel(found, distribution, ["softmax"], squares=True) for distribution in DISTRIBUTIONS),
    ]
    return Picture("fig13", "Output against input of activations, derived and sampled", panels)


def _panel(found: ActivationStudy, distribution: str, names: Sequence[str], squares: bool) -> Panel:
    """Draw output variances, or the ratios of deviations."""
    curves = [curve for name in names for curve in _curves(found.along(name, distribution), name, squares)]
    title = f"{distribution} input"
    if "softmax" in names:
        title = f"{title}, {found.length:,} elements"
    if squares:
        return Panel("input variance", "output variance", curves, title, "log", "log")
    return Panel("input deviation", "output / input deviation", curves, title, "log", "linear")


def _curves(found: Sequence[Response], name: str, squares: bool) -> Iterator[Curve]:
    derived = [(r.deviation, r.derived) for r in found if r.derived is not None]
    sampled = [(r.deviation, r.sampled) for r in found]
    yield Curve(name, *_axes(derived, squares))
    yield Curve(f"{name}, sampled", *_axes(sampled, squares), "marks")


def _axes(points: Sequence[tuple[float, float]], squares: bool) -> tuple[list[float], list[float]]:
    if squares:
        return [deviation**2 for deviation, _ in points], [(ratio * at) ** 2 for at, ratio in points]
    return [deviation for deviation, _ in points], [ratio for _, ratio in points]


EXPERIMENT = Experiment("fig13", "Output against input variance of activations", run)
