"""Run every benchmark: ``python -m tests.benchmarks``."""

from tests.benchmarks import families, formatting, hover, parsing, startup, zoo

startup.main()
parsing.main()
formatting.main()
families.main()
zoo.main()
hover.main()
