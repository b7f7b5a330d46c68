"""The indexer over HTTP: whether it is there, where it stands and how far behind.

Mounted by the backend's bootstrap.
"""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import Engine

from indexer.reads.freshness import NotReadyError, freshness
from indexer.reads.intake import intake

# So many blocks behind the head are still the ordinary rhythm of polling.
ORDINARY_LAG_BLOCKS = 5


class Health(BaseModel):
    """`ready` means that a block was indexed and that the head is near; numbers are null before the first
    block."""

    ready: bool
    chain_id: int | None = None
    block: int | None = None
    block_time_s: int | None = None
    head: int | None = None
    lag_blocks: int | None = None
    lag_s: int | None = None
    logs: int = 0
    undecodable: int = 0


def health(engine: Engine) -> Health:
    """The state of the store that `engine` has attached as `chain`."""
    with engine.connect() as conn:
        try:
            fresh = freshness(conn)
        except NotReadyError:
            return Health(ready=False)
        counted = intake(conn)
    return Health(
        ready=fresh.lag_blocks <= ORDINARY_LAG_BLOCKS,
        chain_id=fresh.chain_id,
        block=fresh.block,
        block_time_s=fresh.block_time_s,
        head=fresh.head,
        lag_blocks=fresh.lag_blocks,
        lag_s=fresh.lag_s,
        logs=counted.logs,
        undecodable=counted.undecodable,
    )


def router(engine: Engine) -> APIRouter:
    """Routes over an engine with the schema `chain`: `GET /indexer/health`, 503 while not ready."""
    routes = APIRouter(prefix="/indexer", tags=["indexer"])

    @routes.get("/health")
    def indexer_health(response: Response) -> Health:
        found = health(engine)
        if not found.ready:
            response.status_code = 503
        return found

    return routes
