"""How google.cloud.bigquery clients are made: address, credentials, time limits of one request. The only such place."""

from __future__ import annotations

from typing import Any

from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from gx.warehouse.address import WarehouseAddress

CONNECT_SECONDS = 10.0
LOOPBACK_CONNECT_SECONDS = 2.0
READ_SECONDS = 90.0
"""How long one request may wait for its answer; BigQuery answers a waiting getQueryResults within about 10 s."""


class BoundedAdapter(HTTPAdapter):
    """Gives every request a time limit for connecting and one for reading, whatever its caller thought of."""

    def __init__(self, connect: float, read: float = READ_SECONDS) -> None:
        self._connect, self._read = connect, read
        super().__init__(pool_connections=4, pool_maxsize=64)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send with both limits; a shorter limit of the caller's stays."""
        asked = kwargs.get("timeout")
        read = asked[1] if isinstance(asked, tuple) else asked
        kwargs["timeout"] = (self._connect, self._read if read is None else min(float(read), self._read))
        return super().send(request, *args, **kwargs)


def make_client(address: WarehouseAddress, **options: Any) -> bigquery.Client:
    """A client for that address: Application Default Credentials, or none on this machine.

    Raises google.auth.exceptions.DefaultCredentialsError when there are no credentials.
    """
    credentials, scoped = _credentials(address.on_loopback)
    session = AuthorizedSession(scoped)  # type: ignore[no-untyped-call]
    session.trust_env = not address.on_loopback  # a proxy of the environment knows nothing of this machine's ports
    adapter = BoundedAdapter(LOOPBACK_CONNECT_SECONDS if address.on_loopback else CONNECT_SECONDS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return bigquery.Client(
        project=address.project,
        credentials=credentials,
        _http=session,
        location=address.location,
        client_options={"api_endpoint": address.api_endpoint} if address.api_endpoint else None,
        **options,
    )


def _credentials(anonymous: bool) -> tuple[Credentials, Credentials]:
    if anonymous:
        return AnonymousCredentials(), AnonymousCredentials()  # type: ignore[no-untyped-call]
    import google.auth

    found, _ = google.auth.default(scopes=bigquery.Client.SCOPE)
    return found, found
