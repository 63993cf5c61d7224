"""The bucket: the only module of this room that talks to Cloud Storage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gx.publishing.address import BucketAddress
from gx.publishing.errors import in_words
from gx.publishing.objects import MARKER, Listed, Sending, md5_of
from gx.warehouse.retries import Deadline, Patience

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Client

OBJECT_SECONDS = 120.0
"""How long one object, or the listing, may take with all its retries."""

REQUEST_SECONDS = (10.0, 60.0)
"""How long a connection and an answer may take."""

_FIELDS = "items(name,generation,md5Hash,contentType,cacheControl,metadata),nextPageToken"


class Bucket:
    """A place on a bucket. Every method raises PublishingError with one readable sentence.

    It asks for objects only: an account that may list, read and write them below the prefix needs no right to see the
    bucket itself.
    """

    def __init__(self, address: BucketAddress, client: Client) -> None:
        self.address = address
        self._bucket = client.bucket(address.bucket)
        self._client = client
        self._gave_up = threading.Event()

    def listing(self) -> dict[str, Listed]:
        """Everything below the prefix, by name."""
        with in_words(f"{self.address} cannot be listed", self.address):
            blobs = self._client.list_blobs(
                self._bucket,
                prefix=self.address.prefix or None,
                fields=_FIELDS,
                retry=self._retry(),
                timeout=REQUEST_SECONDS,
            )
            return {listed.name: listed for listed in (self._listed(blob) for blob in blobs)}

    def send(self, sending: Sending) -> int:
        """Write an object, if what it replaces is still what was listed; its size in bytes.

        An answer may be lost after the object was written, and the retry is then refused: what counts is whether the
        content is there.
        """
        item = sending.item
        content = item.read()
        blob = self._bucket.blob(self.address.name_of(item.name))
        blob.content_type, blob.cache_control = item.content_type, item.cache_control
        blob.metadata = {MARKER: item.kind}
        with in_words(f"{self.address.url_of(item.name)} cannot be written", self.address):
            from google.api_core.exceptions import PreconditionFailed

            try:
                blob.upload_from_string(
                    content,
                    content_type=item.content_type,
                    if_generation_match=sending.generation,
                    checksum="auto",
                    retry=self._retry(),
                    timeout=REQUEST_SECONDS,
                )
            except PreconditionFailed:
                blob.reload(retry=self._retry(), timeout=REQUEST_SECONDS)
                if blob.md5_hash != md5_of(content):
                    raise
        return len(content)

    def read(self, name: str) -> bytes:
        """An object's content, its checksum verified."""
        blob = self._bucket.blob(self.address.name_of(name))
        gone = "it is no longer there"
        with in_words(f"{self.address.url_of(name)} cannot be read", self.address, gone):
            content: bytes = blob.download_as_bytes(checksum="auto", retry=self._retry(), timeout=REQUEST_SECONDS)
        return content

    def _listed(self, blob: Any) -> Listed:
        return Listed(
            name=blob.name.removeprefix(self.address.prefix),
            generation=blob.generation,
            md5=blob.md5_hash,
            content_type=blob.content_type,
            cache_control=blob.cache_control,
            marker=(blob.metadata or {}).get(MARKER),
        )

    def _retry(self) -> Retry:
        return Patience(Deadline(OBJECT_SECONDS), self._gave_up).retry()


@contextmanager
def open_bucket(address: BucketAddress) -> Iterator[Bucket]:
    """The bucket, with Application Default Credentials, or without any where ``STORAGE_EMULATOR_HOST`` is set.

    Raises:
        PublishingError: there are no credentials.
    """
    with in_words(f"{address} cannot be opened", address):
        from google.cloud.storage import Client

        client = Client(project=None)
    try:
        yield Bucket(address, client)
    finally:
        client.close()
