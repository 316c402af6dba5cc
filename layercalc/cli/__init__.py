"""The command line: arguments, exit codes, printing; no mathematics.

A command is imported when it is called, and imports what it needs when it runs, so that
`--help`, `fmt` and `laws` never wait for sympy. A mistake in a spec or a value is a diagnostic on
stderr and exit status 2; an interrupted run ends quietly with 130, a closed pipe
quietly with 1.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from io import RawIOBase, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import click

from layercalc.cli.candidates import VARIABLE
from layercalc.cli.colour import tell
from layercalc.display import LAYOUT, visible
from layercalc.errors import SpecError, fail

UNWRITTEN = 1
MISTAKE = 2
INTERRUPTED = 130
#: Objects that are made before garbage is looked for: a run makes fewer, and what it drops is small.
GARBAGE = 1_000_000
#: The extra of this package that brings a library.
EXTRAS = {
    "matplotlib": "plots", "numpy": "plots", "scipy": "plots", "vl_convert": "pictures",
    "pyarrow": "sweep", "distributed": "dask", "moocore": "search", "optuna": "optuna",
    "lsprotocol": "lsp", "pygls": "lsp", "torch": "torch", "onnx": "onnx",
}  # fmt: skip

#: The commands by name: the module of each, and its name there.
COMMANDS = {
    "eval": ("evaluation", "eval_"),
    "scale": ("scale", "scale"),
    "compare": ("compare", "compare"),
    "sweep": ("sweep", "sweep"),
    "solve": ("solve", "solve"),
    "predict": ("predict", "predict"),
    "search": ("search", "search"),
    "layers": ("inspection", "layers"),
    "explain": ("explain", "explain"),
    "plot": ("plot", "plot"),
    "draw": ("draw", "draw"),
    "activations": ("activations", "activations"),
    "zoo": ("zoo", "zoo"),
    "reproduce": ("reproduce", "reproduce"),
    "import": ("importing", "import_"),
    "lift": ("lifting", "lift"),
    "check": ("check", "check"),
    "fmt": ("fmt", "fmt"),
    "show": ("inspection", "show"),
    "specs": ("catalogue", "specs"),
    "laws": ("catalogue", "laws"),
    "lsp": ("lsp", "lsp"),
    "playground": ("playground", "playground"),
    "completion": ("completion", "completion"),
}


class _Commands(Mapping[str, click.Command]):
    """The commands; the module of one is imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Program(click.Group):
    """The root command: it turns mistakes and interruptions into exit codes."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run with a less frequent garbage collector, which would take a tenth of the time."""
        atexit.register(gc.freeze)  # all memory goes at the end: none of it is looked through first
        threshold = gc.get_threshold()
        gc.set_threshold(GARBAGE, *threshold[1:])
        try:
            if asked := os.environ.get(VARIABLE):
                from layercalc.cli.shells import answer

                answer(self, asked)
                return None
            return super().main(*args, **extra)
        except OSError as error:  # a closed pipe is click's matter
            place = f" {error.filename}" if error.filename else ""
            click.echo(visible(f"error: cannot write{place}: {error.strerror}"), err=True)
            _write_no_more()
            sys.exit(UNWRITTEN)
        finally:
            gc.set_threshold(*threshold)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _shown_as_text():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> object:
        if sys.stdout is None:  # what Python makes of `>&-`
            sys.stdout = TextIOWrapper(_Closed(), write_through=True)
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            with _interruptible(), _shown_as_text():
                return super().invoke(ctx)
        except SpecError as error:
            tell(error)
            raise click.exceptions.Exit(MISTAKE) from None
        except ModuleNotFoundError as error:
            tell(_missing(error))
            raise click.exceptions.Exit(MISTAKE) from None
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None


class _Closed(RawIOBase):
    """A standard output that was closed before the start: to write there is an error."""

    def writable(self) -> bool:
        """Let a text stream be put on it."""
        return True

    def write(self, data: object) -> int:
        """Refuse, as the system does."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


@contextmanager
def _shown_as_text() -> Iterator[None]:
    """Let a message on the arguments show what a terminal would obey."""
    try:
        yield
    except click.ClickException as error:
        message = StringIO()
        error.show(message)
        click.echo(visible(message.getvalue(), LAYOUT), err=True, nl=False)
        raise click.exceptions.Exit(error.exit_code) from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Raise `KeyboardInterrupt` while a command runs, so that it tidies up, whatever comes before and behind.

    Only the main thread may say so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if before is not None:  # whoever set it was no Python
            signal.signal(signal.SIGINT, before)


def _missing(error: ModuleNotFoundError) -> SpecError:
    """Say which extra to install for a missing library; any other missing module is a bug."""
    library = (error.name or "").partition(".")[0]
    if library not in EXTRAS:
        raise error
    hint = f"in a checkout of layercalc: pip install '.[{EXTRAS[library]}]'"
    return fail(f"this command needs {library}, which is not installed", hint=hint)


def _write_no_more() -> None:
    """Discard what is still buffered for stdout, which Python would try to write again when it exits."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


@click.group(
    "layercalc",
    cls=_Program,
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="layercalc")
def main() -> None:
    """Measure neural-network architectures before anyone trains them.

    A SPEC is the path of an .arch file, the name of a shipped one (see `layercalc
    specs`), or - for standard input. The closed forms of a family of networks:

    layercalc eval resnet --depth n
    """
