"""``contracts docs``: build the pages from stored results, open them, serve them on this machine."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from gx.exit_codes import ExitCode
from gx.paths import Paths, project_paths

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Data Docs: the pages that show what runs found.",
)


@app.command()
def build() -> None:
    """Build the pages anew from the results store and print the index's path."""
    typer.echo(_build(project_paths()))


@app.command("open")
def open_pages() -> None:
    """Print the index's path, and show it in a browser when there is a display."""
    paths = project_paths()
    index = paths.docs / "index.html"
    if not index.exists():
        _build(paths)
    typer.echo(index)
    if has_display():
        typer.launch(index.as_uri())


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)] = 8080,
) -> None:
    """Serve the pages on this machine only (127.0.0.1) until Ctrl-C."""
    paths = project_paths()
    if not (paths.docs / "index.html").exists():
        _build(paths)
    try:
        server = make_server(paths.docs, port)
    except OSError as error:
        typer.echo(f"Port {port} cannot be used ({error.strerror}); another one: --port 0 takes a free port.", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
    with server:
        typer.echo(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("Stopped.")


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the folder that only this machine reaches.

    Raises:
        OSError: the port is taken or not allowed.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line for every file would bury the address."""


def has_display() -> bool:
    """Whether a browser could show itself: always on macOS and Windows, with an X or Wayland session elsewhere."""
    import os
    import sys

    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _build(paths: Paths) -> Path:
    from gx.data_docs.build import build_site
    from gx.data_docs.builder import project_catalogue
    from gx.data_docs.load import documents_in

    try:
        return build_site(documents_in(paths.results), paths.docs, project_catalogue(paths.root))
    except OSError as error:
        typer.echo(f"The pages cannot be written to {paths.docs}: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
