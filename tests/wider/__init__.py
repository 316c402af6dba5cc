"""Makes `specs/zoo/wider.csv`: networks of timm's public weights, imported and measured.

Slow, and run by hand: `python -m tests.wider import ACCURACY CACHE` where torch and timm are
installed, then `python -m tests.wider measure ACCURACY CACHE`, which needs neither; with `--add`,
rows that the file has of networks that are not in CACHE stay. `python -m tests.wider page` writes
the tables of `docs/experiments.md` from it.
"""
