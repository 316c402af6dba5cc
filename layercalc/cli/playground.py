"""`layercalc playground`: the page on which specs are written in a browser."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Serve a page on which specs are written in a browser.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep the page in this folder, for any static host.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N",
    help="Serve it here; 0 takes a port that is free.",
)  # fmt: skip
def playground(out: Path | None, port: int) -> None:
    """Build the playground and serve it on this machine, until it is interrupted.

    On its page a network is written on the left, and its closed forms, diagram, growth and
    mistakes stand on the right while one types. Python runs in the browser: the page asks
    nothing of anybody, and a folder that --out keeps is served by any static host.

    It is built by Node.js, with the packages that the lock file of docs/playground names.
    """
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from layercalc.playground.building import HOST, build, served

    with ExitStack() as kept:
        page = out or Path(kept.enter_context(TemporaryDirectory(prefix="layercalc-page-"))) / "page"
        server = kept.enter_context(served(page, port))  # a port in use is told before the work begins
        build(page, lambda told: click.echo(f"{told} ...", err=True))
        size = sum(path.stat().st_size for path in page.rglob("*") if path.is_file())
        click.echo(
            f"the playground is at http://{HOST}:{server.server_port}/ ({size / 1e6:.1f} MB); Ctrl-C ends it"
        )
        server.serve_forever()
