"""Publishing: compare with the bucket, then send what differs, wave by wave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from gx.publishing.bucket import Bucket
from gx.publishing.errors import PublishingError, PublishingRefusedError
from gx.publishing.layout import RUNS, STATE, latest_items, run_index, run_items, state_items
from gx.publishing.objects import Comparison, Item, Listed, Sending, compare

THREADS = 8
"""Objects under way at once."""

_NAMED = 5
"""How many names a message lists."""


@dataclass(frozen=True)
class Publication:
    """What is to be published.

    ``site`` is the folder of the built site. ``runs`` makes the files of a run's own site, by the run's slug; it is
    called only for runs whose site is not on the bucket yet. ``state`` is the folder of results and the rest that pages
    are made from; with ``keep_state`` it is sent too.
    """

    site: Path
    runs: Mapping[str, Callable[[], Mapping[str, str]]]
    state: Path
    keep_state: bool = False


@dataclass(frozen=True)
class Published:
    """What was done, or with a dry run would be: ``names`` of the objects sent in the order of sending, their
    ``bytes``, how many objects were ``unchanged``, and the new permanent ``runs``.
    """

    names: tuple[str, ...]
    bytes: int
    unchanged: int
    runs: tuple[str, ...]


def publish(bucket: Bucket, publication: Publication, dry_run: bool = False) -> Published:
    """Send what the bucket lacks; nothing is deleted, and only objects of ours are overwritten.

    Raises:
        PublishingRefusedError: objects of somebody else are in the way, or the bucket keeps results that are not here.
        PublishingError: the bucket failed; what was sent stays, and a second call sends the rest.
        OSError: a file cannot be read.
    """
    listed = bucket.listing()
    new = [slug for slug in publication.runs if not _is_there(listed, run_index(slug))]
    kept = tuple(f"{RUNS}{slug}/" for slug in publication.runs if slug not in new)
    comparison = compare(_items(publication, new), listed)
    _refuse_foreign(bucket, comparison)
    _refuse_missing(bucket, publication.state, listed)
    order = sorted(comparison.send, key=lambda sending: (sending.item.wave, sending.item.name))
    sent = sum(len(sending.item.read()) for sending in order) if dry_run else _send(bucket, order)
    unchanged = len(comparison.unchanged) + sum(name.startswith(kept) for name in listed)
    return Published(tuple(sending.item.name for sending in order), sent, unchanged, tuple(new))


def _is_there(listed: Mapping[str, Listed], name: str) -> bool:
    """Whether an object of ours has that name."""
    return name in listed and listed[name].marker is not None


def _items(publication: Publication, new: Iterable[str]) -> list[Item]:
    items = [*latest_items(publication.site)]
    for slug in new:
        items += run_items(slug, publication.runs[slug]())
    return [*items, *(state_items(publication.state) if publication.keep_state else ())]


def _refuse_foreign(bucket: Bucket, comparison: Comparison) -> None:
    if comparison.foreign:
        raise PublishingRefusedError(
            f"{_named(comparison.foreign)} below {bucket.address} would be overwritten, but this program did not write "
            "them. Nothing was sent. Choose another prefix."
        )


def _refuse_missing(bucket: Bucket, state: Path, listed: Mapping[str, Listed]) -> None:
    """A machine that lacks results would publish an index without them."""
    kept = (name.removeprefix(STATE) for name in listed if name.startswith(f"{STATE}results/"))
    missing = [name for name in kept if not (state / name).exists()]
    if missing:
        raise PublishingRefusedError(
            f"{bucket.address} keeps {len(missing):,} stored results that are not here, and the index would lose their "
            f"runs. Nothing was sent. First: contracts docs fetch {bucket.address}"
        )


def _send(bucket: Bucket, order: Sequence[Sending]) -> int:
    """Send wave after wave; the bytes sent."""
    total, done = 0, 0
    for _, wave in groupby(order, key=lambda sending: sending.item.wave):
        sent, error = _send_wave(bucket, list(wave))
        total, done = total + sum(sent), done + len(sent)
        if error:
            raise PublishingError(
                f"{error} {done:,} of {len(order):,} objects were sent, and no index names a page that is not there. "
                "The same command again sends the rest."
            ) from error
    return total


def _send_wave(bucket: Bucket, wave: Sequence[Sending]) -> tuple[list[int], PublishingError | None]:
    """The sizes of what was sent, and the first failure; after it nothing new is begun."""
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(bucket.send, sending) for sending in wave]
        wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            future.cancel()
    finished = [future for future in futures if not future.cancelled()]
    return [future.result() for future in finished if not future.exception()], _failure(finished)


def _failure(futures: Iterable[Future[int]]) -> PublishingError | None:
    for error in filter(None, (future.exception() for future in futures)):
        if not isinstance(error, PublishingError):
            raise error
        return error
    return None


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:_NAMED]) + more
