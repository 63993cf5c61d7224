"""A proxy before the warehouse that counts the jobs that pass, and the bytes of their results."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from scripts.benchmarks.forwarding import ForwardingHandler


@dataclass
class CountingProxy:
    """Forwards every request to ``upstream``; ``url`` is where it listens.

    ``jobs`` are the jobs that were inserted, dry runs apart; ``requests`` all requests; ``result_bytes`` the bodies of
    the answers that carry rows, uncompressed.
    """

    upstream: str
    jobs: int = 0
    requests: int = 0
    result_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """What ``CONTRACTS_WAREHOUSE`` must say for commands to go through here."""
        return f"bigquery://embedded?location=US&api_endpoint={self.url}"

    def note(self, method: str, path: str, asked: bytes, answer: bytes) -> None:
        """Count one request and its answer."""
        plain = urlsplit(path).path
        inserts = method == "POST" and plain.endswith(("/jobs", "/queries"))
        with self._lock:
            self.requests += 1
            if inserts and not _is_dry(asked):
                self.jobs += 1
            if "/queries" in plain:
                self.result_bytes += len(answer)

    def __enter__(self) -> CountingProxy:
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _is_dry(body: bytes) -> bool:
    asked = json.loads(body or b"{}")
    return bool(asked.get("dryRun") or asked.get("configuration", {}).get("dryRun"))


class _Handler(ForwardingHandler):
    proxy: CountingProxy
    patience = 120.0

    def handle_any(self) -> None:
        body = self.body()
        status, kind, answer = self.forward(self.proxy.upstream, body)
        self.proxy.note(self.command, self.path, body, answer)
        self.answer(status, kind, answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - names that http.server looks for
