"""``contracts docs``: build the pages from stored results, open them, serve them here, publish them on a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.exit_codes import ExitCode
from gx.paths import Paths, project_paths

if TYPE_CHECKING:
    from gx.data_docs.catalogue import Catalogue
    from gx.data_docs.results import Listed
    from gx.publishing.bucket import Bucket
    from gx.publishing.publish import Publication, Published

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
    typer.echo(_build(project_paths(), anew=True))


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


Address = Annotated[str, typer.Argument(metavar="gs://BUCKET/PREFIX", help="Where on which bucket.")]


@app.command()
def publish(
    address: Address,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send nothing.")] = False,
    state: Annotated[
        bool, typer.Option("--state", help="Also keep the stored results there, for `docs fetch` elsewhere.")
    ] = False,
) -> None:
    """Build the pages and send what changed to a bucket: `latest/`, and `runs/RUN/`, which are never overwritten.

    Exit codes: 0 published, 3 the bucket failed (the same command sends the rest), 64 wrong address or nothing sent
    because it would do harm.
    """
    paths = project_paths()
    with _bucket(address) as bucket:
        from gx.publishing.fetch import fetch as fetch_state
        from gx.publishing.publish import publish as send

        if state and not dry_run:
            fetch_state(bucket, paths.state, below="results/")  # another machine's runs belong in the index too
        done = send(bucket, _publication(paths, keep_state=state), dry_run)
        for line in _published_lines(done, bucket, dry_run):
            typer.echo(line)


@app.command()
def fetch(address: Address) -> None:
    """Bring the results that `docs publish --state` kept on a bucket; files that are here already stay as they are.

    Exit codes: 0 all are here, 3 the bucket failed (the same command brings the rest), 64 wrong address.
    """
    with _bucket(address) as bucket:
        from gx.publishing.fetch import fetch as fetch_state

        brought = fetch_state(bucket, project_paths().state)
        typer.echo(f"{brought.files:,} files fetched ({brought.bytes:,} bytes), {brought.present:,} were here.")


@contextmanager
def _bucket(address: str) -> Iterator[Bucket]:
    """The bucket of that address; says what went wrong and exits 3 or 64."""
    from gx.publishing.address import BucketAddressError, parse_bucket_address
    from gx.publishing.errors import PublishingError, PublishingRefusedError

    try:
        parsed = parse_bucket_address(address)
        from gx.publishing.bucket import open_bucket

        with open_bucket(parsed) as bucket:
            yield bucket
    except (BucketAddressError, PublishingRefusedError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(ExitCode.USAGE) from None
    except PublishingError as error:
        typer.echo(error, err=True)
        raise typer.Exit(ExitCode.NOT_EVALUATED) from None


def _publication(paths: Paths, keep_state: bool) -> Publication:
    """The site as it stands, and a site of its own for each run that it shows."""
    from gx.data_docs.builder import project_catalogue
    from gx.data_docs.results import list_runs
    from gx.data_docs.text import slug
    from gx.publishing.publish import Publication

    _build(paths)
    catalogue = project_catalogue(paths.root)
    found = {slug(run_id): listed for run_id, listed in list_runs(paths.results).items()}
    shown = {name: listed for name, listed in found.items() if (paths.docs / "runs" / f"{name}.html").exists()}
    makers = {name: partial(_run_site, listed, catalogue) for name, listed in shown.items()}
    return Publication(paths.docs, makers, paths.state, keep_state)


def _run_site(listed: Listed, catalogue: Catalogue) -> dict[str, str]:
    """The files of a site of that run alone."""
    from gx.data_docs.build import site_files
    from gx.data_docs.stored import read_runs

    return site_files(read_runs(listed.documents()), catalogue)


def _published_lines(done: Published, bucket: Bucket, dry_run: bool) -> Iterator[str]:
    from gx.publishing.layout import LATEST, run_index

    if dry_run:
        yield from (f"would send {bucket.address.url_of(name)}" for name in done.names)
    verb = "would be sent" if dry_run else "sent"
    yield f"{len(done.names):,} objects {verb} ({done.bytes:,} bytes), {done.unchanged:,} unchanged."
    yield from (f"Run: {bucket.address.url_of(run_index(run))}" for run in done.runs)
    yield f"Latest: {bucket.address.url_of(LATEST)}index.html"


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


def _build(paths: Paths, anew: bool = False) -> Path:
    from gx.data_docs.build import build_stored
    from gx.data_docs.builder import project_catalogue

    try:
        return build_stored(paths.results, paths.docs, project_catalogue(paths.root), anew=anew)
    except OSError as error:
        typer.echo(f"The pages cannot be written to {paths.docs}: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
