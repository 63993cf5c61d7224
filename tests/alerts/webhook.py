"""A Slack webhook on this machine: it keeps what it is sent and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "T000/B000/very-secret"


@dataclass(frozen=True)
class Answer:
    """One answer; ``seconds`` is how long it keeps the caller waiting, ``trickle`` sends it byte by byte instead."""

    status: int = 200
    body: str = "ok"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    trickle: bool = False


@dataclass
class Webhook:
    """``answers`` are given in turn, the last of them for ever; ``taken`` are the messages that were answered ok.

    Addresses whose names are ``deleted`` answer 404 as Slack does.
    """

    port: int = 0
    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    taken: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    requests: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def address(self, name: str = "critical") -> str:
        """An address of this webhook; the name tells channels apart."""
        return f"http://127.0.0.1:{self.port}/services/{SECRET}/{name}"

    def addresses(self, *names: str) -> dict[str, str]:
        """An address for each severity."""
        return {name: self.address(name) for name in names or ("critical", "warning", "info")}

    def answer(self, body: bytes, path: str) -> Answer:
        """The answer to a request, which is kept if it is taken."""
        self.requests += 1
        if path.rsplit("/", 1)[1] in self.deleted:
            return Answer(404, "no_service")
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if found.status == 200:
            self.taken.append(json.loads(body))
            self.paths.append(path.rsplit("/", 1)[1])
        return found

    @property
    def headlines(self) -> list[str]:
        """The header of each message that was taken."""
        return [message["blocks"][0]["text"]["text"] for message in self.taken]


@contextmanager
def webhook_server() -> Iterator[Webhook]:
    """A webhook that listens until the end of the block."""
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found = webhook.answer(self.rfile.read(int(self.headers["Content-Length"])), self.path)
            webhook.closing.wait(found.seconds)
            self.send_response(found.status)
            for name, value in found.headers:
                self.send_header(name, value)
            body = found.body.encode()
            self.send_header("Content-Length", str(len(body) + (1000 if found.trickle else 0)))
            self.end_headers()
            self.wfile.write(body)
            while found.trickle and not webhook.closing.is_set():
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.05)

        def log_message(self, *arguments: object) -> None:
            """Nothing on standard error."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            """A caller that went away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    webhook.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield webhook
    finally:
        webhook.closing.set()
        server.shutdown()
        server.server_close()
