"""Run every benchmark: ``python -m tests.benchmarks``."""

from tests.benchmarks import families, hover, parsing, startup, zoo

startup.main()
parsing.main()
families.main()
zoo.main()
hover.main()
