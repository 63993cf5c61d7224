"""A language server as an editor drives it: messages over standard input and output, each with its length before it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

PATIENCE_SECONDS = 60.0


class LanguageServer:
    """A running server that has opened a folder; ``close`` ends it."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.asked = 0
        self.opened = 0
        threading.Thread(target=self._listen, daemon=True).start()
        abilities = {"textDocument": {"hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}}}
        start = {"processId": None, "rootUri": folder.as_uri(), "capabilities": abilities}
        self.request("initialize", start)
        self._send({"method": "initialized", "params": {}})
        settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})

    def open(self, file: Path, text: str) -> str:
        """Open this text as if it lay beside the file, under an address of its own: no older answer is taken for it."""
        self.opened += 1
        uri = file.with_name(f"{file.stem}-{self.opened}.yaml").as_uri()
        about = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": about}})
        return uri

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """What the server answers about a place; both count from 0."""
        place = {"line": line, "character": character}
        return self.request(method, {"textDocument": {"uri": uri}, "position": place})

    def problems(self, uri: str) -> list[dict[str, Any]]:
        """The diagnostics of a file, as soon as the server has told them."""
        while uri not in self.diagnostics:
            self._take(self.messages.get(timeout=PATIENCE_SECONDS))
        return self.diagnostics[uri]

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """Ask, and wait for the answer to this question."""
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self.messages.get(timeout=PATIENCE_SECONDS)
            if message.get("id") == self.asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()

    def _take(self, message: dict[str, Any]) -> None:
        """Keep diagnostics; answer the server's own questions with nothing, so that it goes on."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            items = message.get("params", {}).get("items", [])
            self._send({"id": message["id"], "result": [None] * len(items)})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._stream(self.process.stdin)
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _listen(self) -> None:
        stream = self._stream(self.process.stdout)
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                line = stream.readline()
            self.messages.put(json.loads(stream.read(length)))

    def _stream(self, stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream
