"""The place on a bucket that a command names, ``gs://BUCKET/PREFIX``."""

from __future__ import annotations

import re
from dataclasses import dataclass

ALLOWED = "`gs://BUCKET` or `gs://BUCKET/PREFIX`, for example gs://my-project-contracts/nba"

# https://cloud.google.com/storage/docs/buckets#naming
_BUCKET = re.compile(r"^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$")
_PREFIX = re.compile(r"^[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*$")


class BucketAddressError(ValueError):
    """The address is wrong; the message says why and what is allowed."""


@dataclass(frozen=True)
class BucketAddress:
    """A bucket and the prefix below which everything of ours lies; ``prefix`` is empty or ends with a slash."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"gs://{self.bucket}/{self.prefix}".rstrip("/")

    def name_of(self, name: str) -> str:
        """The object's full name for a name of ours."""
        return self.prefix + name

    def url_of(self, name: str) -> str:
        """The object's ``gs://`` address for a name of ours."""
        return f"gs://{self.bucket}/{self.prefix}{name}"


def parse_bucket_address(text: str) -> BucketAddress:
    """Read an address; slashes at its end do not count.

    Raises:
        BucketAddressError: it is no ``gs://`` address, or a name in it is not allowed.
    """
    scheme, separator, rest = text.strip().partition("://")
    if (scheme, separator) != ("gs", "://"):
        raise BucketAddressError(f"`{text}` is no bucket address. Allowed: {ALLOWED}.")
    bucket, _, prefix = rest.partition("/")
    if not _BUCKET.match(bucket):
        raise BucketAddressError(
            f"`{bucket}` is no bucket name: 3 to 222 lower-case letters, digits, dots, hyphens and underscores. "
            f"Allowed: {ALLOWED}."
        )
    prefix = prefix.rstrip("/")
    if prefix and (not _PREFIX.match(prefix) or {".", ".."} & set(prefix.split("/"))):
        raise BucketAddressError(
            f"`{prefix}` is no prefix: names of letters, digits, dots, hyphens and underscores, one slash between two. "
            f"Allowed: {ALLOWED}."
        )
    return BucketAddress(bucket, f"{prefix}/" if prefix else "")
