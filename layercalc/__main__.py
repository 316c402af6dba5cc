"""`python -m layercalc` is `layercalc`: the command line, which `Ctrl-C` ends quietly at any moment."""

from __future__ import annotations

import gc
import os
import signal

INTERRUPTED = 130


def run() -> None:
    """Run the command line; until it is imported, and when it is done, `Ctrl-C` ends it at once."""
    signal.signal(signal.SIGINT, _end)
    gc.disable()  # what is imported is no garbage
    from layercalc.cli import main

    gc.enable()
    main()


def _end(number: int, frame: object) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    run()
