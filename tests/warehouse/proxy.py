"""An HTTP proxy that stands before the warehouse and does wrong what it is told to, a counted number of times."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Fault:
    """Answer ``status`` with ``reason``, or break the connection before (``reset``) or after (``lost``) forwarding."""

    kind: str
    times: int
    status: int = 503
    reason: str | None = "backendError"
    method: str = ""
    path_part: str = ""


@dataclass
class FaultyProxy:
    """The proxy; ``url`` is where it listens, ``requests`` what it was asked, ``faults`` what it will do wrong."""

    upstream: str
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fail(self, kind: str, times: int, **options: Any) -> None:
        """Do wrong that often from now on."""
        self.faults.append(Fault(kind, times, **options))

    def count(self, method: str, path_part: str) -> int:
        """How many requests of that kind came in."""
        return sum(1 for asked, path in self.requests if asked == method and path_part in path)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any is left."""
        with self._lock:
            self.requests.append((method, path))
            for fault in self.faults:
                if fault.times > 0 and method.startswith(fault.method) and fault.path_part in path:
                    fault.times -= 1
                    return fault
        return None

    def __enter__(self) -> FaultyProxy:
        self._lock = threading.Lock()
        methods = {f"do_{name}": _Handler.handle_any for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}
        handler = type("Handler", (_Handler,), {"proxy": self, **methods})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultyProxy
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        fault = self.proxy.take(self.command, self.path)
        if fault is None:
            self._answer(*self._forward(body))
        elif fault.kind == "status":
            error: dict[str, Any] = {"code": fault.status, "message": "said by the proxy"}
            if fault.reason:
                error["errors"] = [{"reason": fault.reason, "message": "said by the proxy", "domain": "global"}]
            self._answer(fault.status, "application/json", json.dumps({"error": error}).encode())
        else:
            if fault.kind == "lost":
                self._forward(body)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    def _forward(self, body: bytes) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.proxy.upstream).netloc, timeout=60)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "accept-encoding")}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("content-type", "application/json"), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""
