"""An HTTP proxy that stands before the warehouse and does wrong what it is told to, a counted number of times."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

from scripts.benchmarks.forwarding import ForwardingHandler


@dataclass
class Fault:
    """What is done wrong, to requests of that method whose path and body hold these parts.

    ``status`` answers with a status and reason; ``reset`` breaks the connection before forwarding and ``lost`` after;
    ``slow`` lets ``seconds`` pass before the first byte; ``job`` lets the job that the request made end with
    ``reason``; ``answer`` answers ``status`` with the JSON of ``message``.
    """

    kind: str
    times: int
    status: int = 503
    reason: str | None = "backendError"
    method: str = ""
    path_part: str = ""
    body_part: str = ""
    seconds: float = 0.0
    message: str = "said by the proxy"


@dataclass
class FaultyProxy:
    """The proxy; ``url`` is where it listens, ``requests`` what it was asked, ``faults`` what it will do wrong."""

    upstream: str
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ended: dict[str, Fault] = field(default_factory=dict)
    """The jobs that the proxy lets end badly, by their id."""

    def fail(self, kind: str, times: int, **options: Any) -> None:
        """Do wrong that often from now on."""
        self.faults.append(Fault(kind, times, **options))

    def count(self, method: str, path_part: str) -> int:
        """How many requests of that kind came in."""
        return sum(1 for asked, path in self.requests if asked == method and path_part in path)

    def take(self, method: str, path: str, body: bytes = b"") -> Fault | None:
        """The fault for this request, if any is left."""
        with self._lock:
            self.requests.append((method, path))
            for fault in self.faults:
                asked = method.startswith(fault.method) and fault.path_part in path
                if fault.times > 0 and asked and fault.body_part.encode() in body:
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


class _Handler(ForwardingHandler):
    proxy: FaultyProxy

    def handle_any(self) -> None:
        body = self.body()
        fault = self.proxy.take(self.command, self.path, body)
        if fault is None or fault.kind == "job":
            self.answer(*self._job_ended(fault, *self.forward(self.proxy.upstream, body)))
        elif fault.kind == "slow":
            time.sleep(fault.seconds)
            with contextlib.suppress(ConnectionError):
                self.answer(*self.forward(self.proxy.upstream, body))
        elif fault.kind == "status":
            self.answer(fault.status, "application/json", json.dumps({"error": _error(fault)}).encode())
        elif fault.kind == "answer":
            self.answer(fault.status, "application/json", fault.message.encode())
        else:
            if fault.kind == "lost":
                self.forward(self.proxy.upstream, body)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    def _job_ended(self, fault: Fault | None, status: int, kind: str, content: bytes) -> tuple[int, str, bytes]:
        """The answer, with its job ended badly if the fault says so or an earlier one said it of this job."""
        if "/jobs" not in self.path or (fault is None and not self.proxy.ended):
            return status, kind, content
        resource = json.loads(content)
        job_id = resource["jobReference"]["jobId"]
        if fault is not None:
            self.proxy.ended[job_id] = fault
        if fault := self.proxy.ended.get(job_id):
            resource["status"] = {"state": "DONE", "errorResult": {"reason": fault.reason, "message": fault.message}}
        return status, kind, json.dumps(resource).encode()


def _error(fault: Fault) -> dict[str, Any]:
    error: dict[str, Any] = {"code": fault.status, "message": fault.message}
    if fault.reason:
        error["errors"] = [{"reason": fault.reason, "message": fault.message, "domain": "global"}]
    return error
