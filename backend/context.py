"""What a request may use: the wired parts of the installation, and one transaction.

One request, one transaction: `Reading` for everything that changes nothing, `Writing` for what changes `app`.
The commit comes before the answer is sent (`scope="function"`), so a member never hears of something that was
not stored.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from backend import db
from backend.adapters.content_store import ContentStore
from backend.adapters.relayer import Relayer
from backend.adapters.simulation import Simulation
from backend.adapters.wall_clock import WallClock
from backend.settings import Settings
from indexer.chain.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in member: address (20 bytes), sha2-256 of the bearer token, end in wall seconds."""

    address: bytes
    token_hash: bytes
    expires_at_s: int


# (connection, bearer token, wall seconds) -> session; raises NotSignedInError
SessionLookup = Callable[[Connection, str, int], Session]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The wired parts of one installation."""

    settings: Settings
    deployment: Deployment
    engine: Engine
    content: ContentStore
    photos: ContentStore
    simulation: Simulation | None
    relayer: Relayer | None
    wall_now: WallClock
    sessions: SessionLookup


def runtime(request: Request) -> Runtime:
    """The parts that `bootstrap` wired into this application."""
    wired: Runtime = request.app.state.runtime
    return wired


Parts = Annotated[Runtime, Depends(runtime)]


def _reading(parts: Parts) -> Iterator[Connection]:
    with db.reading(parts.engine) as conn:
        yield conn


def _writing(parts: Parts) -> Iterator[Connection]:
    with db.writing(parts.engine) as conn:
        yield conn


Reading = Annotated[Connection, Depends(_reading, scope="function")]
Writing = Annotated[Connection, Depends(_writing, scope="function")]
