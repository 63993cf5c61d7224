"""Passing HTTP requests on to the warehouse: what every proxy before it does."""

from __future__ import annotations

import http.client
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit


class ForwardingHandler(BaseHTTPRequestHandler):
    """Reads a request, forwards it, answers. ``patience`` is how long the warehouse may take, in seconds."""

    protocol_version = "HTTP/1.1"
    patience = 60.0

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def forward(self, upstream: str, body: bytes) -> tuple[int, str, bytes]:
        """The status, content type and body of what the warehouse at that URL says to the request."""
        connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=self.patience)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "accept-encoding")}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("content-type", "application/json"), answer.read()
        finally:
            connection.close()

    def answer(self, status: int, content_type: str, body: bytes) -> None:
        """Send the answer."""
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is printed is for somebody else to read."""
