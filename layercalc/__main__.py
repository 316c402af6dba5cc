"""`python -m layercalc` is `layercalc`."""

from layercalc.cli import main

main()
