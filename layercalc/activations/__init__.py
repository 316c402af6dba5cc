"""What follows from the formula of an activation: power and complexity, and its lines.

From: a formula and a distribution of its input, x ~ N(0, 1) where none is told. To: the
ratio of the standard deviations behind and before it, power, and its inverse, complexity
(eq. 5 and 7 of the paper; its text says variances, its printed values 0.584, 0.628 and
0.208 are ratios of standard deviations). Promises: a formula of powers and exponentials
between rational ends has its ratio in closed form; any other is summed to 12 digits.
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
