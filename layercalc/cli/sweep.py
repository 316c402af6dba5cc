"""`layercalc sweep`: measures over a grid of params."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import MEASURE, measure_names
from layercalc.cli.output import ASSUME, LAWS, SET, say, show_text
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.network import Network
    from layercalc.sweeps.job import Progress
    from layercalc.sweeps.request import Request
    from layercalc.sweeps.sweeper import Sweeper

#: Points built one by one from which on it is told, and the seconds of an hour.
MANY, HOUR = 1_000, 3600
#: The options that say what is swept, shared with commands that look for the best points.
OVER = click.option(
    "--over", multiple=True, required=True, metavar="PARAM=VALUES[,PARAM=VALUES]",
    help="What is swept: depth=8..200..6,width=16..512*2, or a CSV file with a row for each point.",
    shell_complete=candidates.assignments,
)  # fmt: skip
WHERE = click.option(
    "--where", multiple=True, metavar="CONDITION", help='Only these rows: "macs < 10^9 and gcc > 2^400".'
)


@click.command(cls=SpecCommand, short_help="Measure a family over a grid of params.")
@click.argument("spec", shell_complete=candidates.specs)
@OVER
@LAWS
@MEASURE
@WHERE
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write all rows to a .parquet, .csv or .arrow.",
)
@click.option("--part", metavar="I/N", help="Only part I of N, into a file of its own: FILE-I-of-N.")
@click.option("--processes", metavar="N", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option("--scheduler", metavar="ADDRESS", help="The scheduler of a Dask cluster: tcp://host:8786.")
@SET
@ASSUME
@click.pass_context
def sweep(
    ctx: click.Context, spec: str, over: tuple[str, ...], laws: str | None, measures: tuple[str, ...],
    where: tuple[str, ...], out: Path | None, part: str | None, processes: int | None, scheduler: str | None,
    assignments: tuple[str, ...], assume: tuple[str, ...],
) -> None:  # fmt: skip
    """Measure a family over a grid of params.

    Each param of --over takes values as everywhere: 18,34,50, or 8..200..6 in steps of 6,
    or 16..4096*2 in powers of 2. Every combination is a point; of a CSV file, every row.

    Closed forms are evaluated at all points at once. A point that is no network has no
    row, and the points that are left out are counted by the reason. Points at which no
    closed form holds are built one by one, which takes some milliseconds each.

    layercalc sweep resnet --over depth=50..1001..3,width=8..512..8 --out resnet.parquet

    GCIP, GCC and GWC are columns of logarithms to base two: log2_gcc. Params and MACs are
    exact whole numbers; where one may exceed 64 bits, there is a column macs_double beside.
    --where compares a measure itself, `gcc > 2^400`, or its column, `log2_gcc > 400`.

    A run that is stopped goes on where it stopped, by the same command. Without --out the
    rows are shown if they are few, else where each measure is least and greatest.
    """
    from layercalc.errors import fail

    request = request_of(ctx, over, measures, where, assignments, assume)
    if out is not None:
        _write(request, out, part, processes, scheduler)
    elif part or scheduler:
        raise fail(f"--{'part' if part else 'scheduler'} is for a sweep into a file, --out")
    else:
        _show(request)


def request_of(
    ctx: click.Context, over: tuple[str, ...], measures: tuple[str, ...], where: tuple[str, ...],
    assignments: tuple[str, ...], assume: tuple[str, ...],
) -> Request:  # fmt: skip
    """Read what a sweep is asked for."""
    from layercalc.errors import fail
    from layercalc.measures import MEASURES
    from layercalc.resolve.assume_option import read_conditions
    from layercalc.sweeps.over import read_over
    from layercalc.sweeps.request import Request

    program = program_of(ctx)
    grid = read_over(program, over)
    given = given_points(ctx, assignments)
    for name, points in given.items():
        if name in grid.axes:
            raise fail(f"--over: {name} has a value already")
        if len(points) > 1:
            raise fail(f"--{name} takes one value here", hint=f"--over {name}=... sweeps it")
    names = measure_names(measures, [program]) or [*MEASURES]
    return Request(
        program, grid, tuple(dict.fromkeys(names)), {name: points[0] for name, points in given.items()},
        read_conditions(assume), read_conditions(where, "--where"),
    )  # fmt: skip


def _write(
    request: Request, out: Path, part: str | None, processes: int | None, scheduler: str | None
) -> None:
    from layercalc.cli.files import check_place
    from layercalc.report.sweep import counted
    from layercalc.sweeps.job import Share, run

    share = Share.read(part) if part else Share()
    check_place(share.name(out))
    progress: Progress | None = None
    try:
        with _bar() as shown:
            for progress in run(request, out, share, processes, scheduler):
                if not progress.kept and progress.sweeper is not None:
                    forewarn(progress.sweeper)
                shown(progress)
    except (OSError, KeyboardInterrupt):
        if progress is not None:
            kept = f"{progress.kept} of {progress.chunks} chunks are kept"
            click.echo(f"stopped: {kept}; the same command goes on from there", err=True)
        raise
    assert progress is not None
    warn(progress.built, progress.seconds)
    say("\n".join([f"{share.name(out)}:", *counted(progress.points, progress.rows, progress.dropped.told())]))


def _show(request: Request) -> None:
    """Sweep in this process, and show what comes of it."""
    from layercalc.report.sweep import counted, ends_section, heading, rows_section
    from layercalc.sweeps.job import Progress
    from layercalc.sweeps.summary import FIRST, Summary
    from layercalc.sweeps.sweeper import Sweeper

    summary, sweeper = Summary(tuple(request.grid.axes)), Sweeper(request)
    forewarn(sweeper)
    with _bar() as shown:
        for block in request.grid.blocks(sweeper.most):
            summary.add(sweeper.chunk(block))
            shown(Progress(points=summary.points, total=request.grid.size))
    warn(summary.built, summary.seconds)
    notes = counted(summary.points, summary.rows, summary.dropped.told())
    if not summary.rows:
        say("\n".join(notes))
        return
    head = heading(_network(request, summary.first[0]), request.grid.axes)
    if summary.rows <= FIRST:
        show_text([rows_section(head, summary.first, request.grid.axes, notes)])
    else:
        show_text([ends_section(head, summary.ends, [*notes, "--out FILE writes all rows."])])


def _network(request: Request, row: Mapping[str, Any]) -> Network:
    """Build the network of a row, whose values may be rounded, for what all rows share."""
    from layercalc.sweeps.points import network

    exact = {
        name: row[name] if isinstance(row[name], int) else min(several, key=lambda v: abs(v - row[name]))
        for name, several in request.grid.axes.items()
    }
    return network(request, exact)


def forewarn(sweeper: Sweeper) -> None:
    """Warn, before it is begun, of a sweep whose points are all built one by one."""
    if not sweeper.refused or sweeper.grid.size < MANY:
        return
    from layercalc.errors import Diagnostic

    each = sweeper.seconds_each()
    seconds = each * sweeper.grid.size
    whole = f"{seconds:,.0f} seconds" if seconds < HOUR / 4 else f"{seconds / HOUR:,.1f} hours"
    took = f"{1000 * each:.1f} ms each, {whole} of one core in all"
    message = f"no closed form: {sweeper.refused}"
    hint = f"all {sweeper.grid.size:,} points are built one by one, {took}"
    click.echo(str(Diagnostic(message, hint=hint, severity="warning")), err=True)


def warn(built: int, seconds: float) -> None:
    """Warn of points that were built one by one, where they are many."""
    if built >= MANY:
        one = f"{1000 * seconds / built:.1f} ms each" if seconds else "some milliseconds each"
        from layercalc.errors import Diagnostic

        message = f"at {built:,} points no closed form holds: they were built one by one, {one}"
        click.echo(str(Diagnostic(message, severity="warning")), err=True)


@contextmanager
def _bar() -> Iterator[Any]:
    """Show progress on a terminal, with points a second."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich import progress as bars
    from rich.console import Console

    speed_column = bars.TextColumn("{task.fields[speed]}")
    columns = (bars.BarColumn(), bars.TaskProgressColumn(), speed_column, bars.TimeRemainingColumn())
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, speed="")

        def shown(progress: Progress) -> None:
            speed = f"{bar.tasks[0].speed or 0:,.0f} points/s"
            bar.update(task, total=progress.total, completed=progress.points, speed=speed)

        yield shown
