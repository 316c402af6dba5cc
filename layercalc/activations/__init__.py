"""Derives the power and the complexity of an activation from its formula, and its linear pieces.

From: a formula and a distribution of its input, x ~ N(0, 1) by default. To: the ratio of the
standard deviations of output and input, power, and its inverse, complexity
(eq. 5 and 7 of the paper; its text says variances, its printed values 0.584, 0.628 and
0.208 are ratios of standard deviations). Promises: a formula of powers and exponentials
between rational ends has its ratio in closed form; any other is integrated to 12 digits.
"""

from layercalc.activations.derivation import Derived, derive
from layercalc.activations.inputs import STANDARD, Input, Normal, Uniform, read_input
from layercalc.activations.lines import LinearPieces, lines

__all__ = [
    "STANDARD",
    "Derived",
    "Input",
    "LinearPieces",
    "Normal",
    "Uniform",
    "derive",
    "lines",
    "read_input",
]
