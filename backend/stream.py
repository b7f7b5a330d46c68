"""The live stream: which blocks were read and what they changed, as server-sent events.

One task looks at the tables for all clients, and only while there is one. Every event is a statement about
the rows as of one block, so a client that missed some asks again instead of counting.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import format_sse_event
from pydantic import BaseModel
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from backend import db
from backend.envelope import AsOf, as_of
from backend.errors import UnavailableError
from backend.kit.fan_out import FanOut, FanOutResponse
from backend.kit.hexadecimal import Address, Hash
from backend.kit.paging import is_place, parse_place, place
from indexer.reads.changes import changes_since
from indexer.reads.freshness import NotReadyError

log = logging.getLogger(__name__)

router = APIRouter(tags=["system"])

HEARTBEAT_S = 15.0
QUEUED_EVENTS = 64  # per client; at one block a second, a minute of not listening

# Number and hash of a block, or None before any
Known = tuple[int, bytes] | None


class ChangedOut(BaseModel):
    """What the blocks changed; of a space also its tickets, gatherings and listings. Members are the parties
    of these requests and deals, who rated or was rated, and who got or lost a ticket."""

    resources: list[Hash]
    requests: list[Hash]
    deals: list[Hash]
    spaces: list[Hash]
    members: list[Address]


class BlockEvent(BaseModel):
    """Data of the event `block`. With `rewound` blocks that were told before may have been replaced, or more
    happened than is told one by one: read everything again."""

    as_of: AsOf
    changed: ChangedOut
    rewound: bool

    @property
    def known(self) -> tuple[int, bytes]:
        """The block it was read at."""
        return self.as_of.block, self.as_of.block_hash

    def wire(self) -> bytes:
        """The event as it is sent; its id is the block."""
        return format_sse_event(event="block", data_str=self.model_dump_json(), id=place(*self.known))


def look(engine: Engine, known: Known) -> BlockEvent:
    """What changed since the block `known`. Raises NotReadyError before the first block."""
    with db.reading(engine) as conn:
        here = as_of(conn)
        nothing = ChangedOut(resources=[], requests=[], deals=[], spaces=[], members=[])
        if known is None or known == (here.block, here.block_hash):
            return BlockEvent(as_of=here, changed=nothing, rewound=False)
        found = changes_since(conn, *known)
    if found is None:
        return BlockEvent(as_of=here, changed=nothing, rewound=True)
    changed = ChangedOut(
        resources=sorted(found.resources),
        requests=sorted(found.requests),
        deals=sorted(found.deals),
        spaces=sorted(found.spaces),
        members=sorted(found.members),
    )
    return BlockEvent(as_of=here, changed=changed, rewound=False)


class BlockStream:
    """The clients of the stream and the task that looks for them every `interval_s`.

    `ending` is asked at every look: once it says true, all streams end, so that a server which waits for its
    connections can stop.
    """

    def __init__(self, engine: Engine, limit: int, interval_s: float) -> None:
        self._engine = engine
        self._interval_s = interval_s
        self._limit = limit
        self._clients = FanOut(limit, QUEUED_EVENTS)
        self._known: Known = None
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()  # who connects sees the same block as the next look starts from
        self.ending: Callable[[], bool] = lambda: False

    async def connect(self, known: Known) -> FanOutResponse:
        """A new client, told at once where the tables stand and what changed since the block it knows.

        Raises:
            UnavailableError: "stream: too many listeners".
            NotReadyError: no block was indexed yet.
        """
        async with self._turn:
            if self._clients.is_full:
                raise UnavailableError("stream: too many listeners", max_listeners=self._limit)
            first = await run_in_threadpool(look, self._engine, known)
            client = self._clients.join()
        client.send(first.wire())
        if self._task is None or self._task.done():
            self._known = first.known
            self._task = asyncio.create_task(self._watch())
        return FanOutResponse(self._clients, client, HEARTBEAT_S)

    async def _watch(self) -> None:
        while len(self._clients) and not self.ending():
            await asyncio.sleep(self._interval_s)
            try:
                await self._tell()
            except NotReadyError:
                continue  # the tables are being made anew
            except Exception:  # whatever it is, the next look may succeed
                log.exception("a look for the stream failed")
        self._clients.end()

    async def _tell(self) -> None:
        async with self._turn:
            event = await run_in_threadpool(look, self._engine, self._known)
            if event.known != self._known:
                self._known = event.known
                self._clients.send(event.wire())

    async def close(self) -> None:
        """End every stream and the task."""
        self._clients.end()
        if self._task is not None:
            self._task.cancel()


# the status is named because the OpenAPI description needs it and cannot find it in the response class
@router.get("/stream", status_code=200, response_class=FanOutResponse, responses={200: {"model": BlockEvent}})
async def stream(
    request: Request, last_event_id: Annotated[str | None, Header(max_length=100)] = None
) -> FanOutResponse:
    """Blocks as they are read, and what they changed: one event `block` at once, then one for every batch.

    Who names the last event it had (`Last-Event-ID`, as browsers do) is told what changed since.
    """
    source: BlockStream = request.app.state.stream
    if last_event_id is not None and not is_place(last_event_id):
        return await source.connect((-1, b""))  # not one of ours: it knows nothing that holds
    return await source.connect(parse_place(last_event_id))
