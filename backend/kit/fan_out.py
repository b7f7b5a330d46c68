"""One source, many listeners: each has a bounded queue, and who does not keep up is cut off.

Everything here runs in one event loop.
"""

from collections.abc import AsyncIterator

import anyio
from fastapi.sse import KEEPALIVE_COMMENT
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class Listener:
    """Events on their way to one client, already in their wire form."""

    def __init__(self, size: int) -> None:
        self._put, self._take = anyio.create_memory_object_stream[bytes](size)
        self.life = anyio.CancelScope()

    def send(self, event: bytes) -> None:
        """Queue an event; a listener whose queue is full is cut off and may connect again."""
        try:
            self._put.send_nowait(event)
        except anyio.WouldBlock:
            self.life.cancel()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # it has just left or was ended

    def end(self) -> None:
        """Send what is queued, then no more."""
        self._put.close()

    def close(self) -> None:
        """Drop what is queued; there is nobody any more."""
        self._put.close()
        self._take.close()

    async def events(self, heartbeat_s: float) -> AsyncIterator[bytes]:
        """The queued events as they come, and a comment after every `heartbeat_s` without one."""
        with self._take:
            while True:
                event = KEEPALIVE_COMMENT
                with anyio.move_on_after(heartbeat_s):
                    try:
                        event = await self._take.receive()
                    except anyio.EndOfStream:
                        return
                yield event


class FanOut:
    """The listeners of one source; at most `limit`, with queues of `size` events."""

    def __init__(self, limit: int, size: int) -> None:
        self._limit = limit
        self._size = size
        self._listeners: set[Listener] = set()

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def is_full(self) -> bool:
        """Whether nobody else can be taken."""
        return len(self._listeners) >= self._limit

    def join(self) -> Listener:
        """A new listener; it leaves with `leave`."""
        listener = Listener(self._size)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener. Safe to call twice."""
        listener.close()
        self._listeners.discard(listener)

    def send(self, event: bytes) -> None:
        """Queue an event for everybody."""
        for listener in self._listeners:
            listener.send(event)

    def end(self) -> None:
        """End every stream behind what is queued."""
        for listener in self._listeners:
            listener.end()


class FanOutResponse(StreamingResponse):
    """Server-sent events for one listener, until it goes away, is cut off, or the source ends."""

    # not the framework's response of this type, which takes an endpoint for a generator
    media_type = "text/event-stream"

    def __init__(self, fan_out: FanOut, listener: Listener, heartbeat_s: float) -> None:
        # a proxy that collects before it passes on would make the stream useless
        super().__init__(
            listener.events(heartbeat_s), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        self._fan_out = fan_out
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream; whatever ends it, the listener leaves."""
        try:
            with self._listener.life:
                await super().__call__(scope, receive, send)
        finally:
            self._fan_out.leave(self._listener)
