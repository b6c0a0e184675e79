"""`serve`: the review desk, for whoever sits at this machine or knows the token."""

from collections.abc import Sequence

import click

from zonewatch.app import App
from zonewatch.options import global_options


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: a free one.")
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="Answer to this name too (a proxy's)."
)
@click.option("--new-token", is_flag=True, help="Make another token; the one before is void.")
@global_options
def serve(app: App, host: str, port: int, names: Sequence[str], new_token: bool) -> None:
    """Serve the review desk: pages at /, a JSON API at /api, a feed, health and metrics.

    At 127.0.0.1 whoever sits at this machine may read and review in the pages; at any other address the
    desk asks for its token first. The API takes decisions only with `Authorization: Bearer TOKEN`.
    """
    from zonewatch.serving import run

    run(app, host=host, port=port, names=names, new_token=new_token)
