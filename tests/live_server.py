"""The application behind a real server in a thread, and a client that reads its stream event by event."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

UP_WITHIN_S = 20.0
# For clients without a server: the application answers under names of its own only.
HERE = "http://127.0.0.1"


@contextmanager
def live_server(app: FastAPI) -> Iterator[str]:
    """Serve `app` on a free port; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=3)
    )
    app.state.stream.ending = lambda: server.should_exit
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + UP_WITHIN_S
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server did not end"


@dataclass(frozen=True)
class Event:
    """A server-sent event with JSON data."""

    name: str
    id: str
    data: dict[str, Any]

    @property
    def changed(self) -> dict[str, list[str]]:
        """What the blocks changed."""
        found: dict[str, list[str]] = self.data["changed"]
        return found


class Listener:
    """The lines of a stream, as events; comments are counted."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.comments = 0
        self._lines = answer.iter_lines()

    def next(self) -> Event:
        """The next event; StopIteration at the end of the stream, httpx.ReadTimeout where none comes."""
        fields: dict[str, str] = {}
        while line := next(self._lines):
            if line.startswith(":"):
                self.comments += 1
                assert next(self._lines) == ""
                continue
            name, _, value = line.partition(": ")
            fields[name] = value
        return Event(fields["event"], fields["id"], json.loads(fields["data"]))


@contextmanager
def listening(url: str, last: str | None = None, timeout_s: float = 10.0) -> Iterator[Listener]:
    """A client of the stream at `url`; `last` is the id of the last event it knows."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with (
        httpx.Client(trust_env=False, timeout=timeout_s) as client,
        client.stream("GET", f"{url}/api/stream", headers=headers) as answer,
    ):
        yield Listener(answer)
