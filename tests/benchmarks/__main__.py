"""Run every benchmark: ``python -m tests.benchmarks``."""

from tests.benchmarks import parsing, startup

startup.main()
parsing.main()
