"""The only place where real things are wired: settings to files, slices to routes, effects to their
delivery.
"""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import create_engine

from backend import api, db, migrations, stream, system, web
from backend.adapters.content_store import LocalContentStore
from backend.adapters.relayer import Relayer
from backend.adapters.simulation import NodeSimulation
from backend.adapters.wall_clock import WallClock, system_clock
from backend.booking import photo_routes, space_routes
from backend.booking import routes as booking_routes
from backend.booking.photos import MAX_PHOTO_BYTES
from backend.context import Runtime
from backend.errors import UnavailableError
from backend.escrow import routes as escrow_routes
from backend.escrow import service as escrow
from backend.identity import routes as identity_routes
from backend.identity import service as identity
from backend.kit.security_headers import API_HEADERS, PAGE_HEADERS
from backend.matching import routes as matching_routes
from backend.matching.service import Matching
from backend.relay import routes as relay_routes
from backend.relay import service as relay
from backend.reputation import routes as reputation_routes
from backend.settings import Settings
from backend.stream import BlockStream
from backend.worker import Worker
from indexer import api as indexer_api
from indexer.chain import deployment
from indexer.reads.freshness import NotReadyError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def routers() -> list[APIRouter]:
    """The routes of every slice."""
    return [
        system.router,
        stream.router,
        identity_routes.router,
        booking_routes.router,
        photo_routes.router,
        space_routes.router,
        matching_routes.router,
        escrow_routes.router,
        reputation_routes.router,
        relay_routes.router,
    ]


def runtime(
    settings: Settings, wall_now: WallClock = system_clock, relayer: "LocalAccount | None" = None
) -> Runtime:
    """The wired parts of an installation, its `app` tables brought to the newest revision. `relayer` pays for
    signed acts, through the node of the settings.

    Raises UnavailableError while there is no deployment or the indexer has not made its file.
    """
    try:
        deployed = deployment.load(settings.deployment_file)
    except FileNotFoundError as error:
        raise UnavailableError("chain: no deployment", path=str(settings.deployment_file)) from error
    engine = db.open_engine(settings.chain_file, settings.app_file)
    with db.writing(engine) as conn:
        migrations.upgrade(conn)
    return Runtime(
        settings=settings,
        deployment=deployed,
        engine=engine,
        content=LocalContentStore(settings.content_folder, settings.max_document_bytes),
        photos=LocalContentStore(settings.content_folder, MAX_PHOTO_BYTES),
        simulation=NodeSimulation(settings.rpc_url, deployed.chain_id) if settings.rpc_url else None,
        relayer=None if relayer is None else Relayer(settings.rpc_url, deployed.chain_id, relayer),
        wall_now=wall_now,
        sessions=identity.find_session,
    )


def description(more_routers: Sequence[APIRouter] = ()) -> dict[str, Any]:
    """The OpenAPI document of the whole application. Needs no installation: nothing is read or written."""
    nowhere = create_engine("sqlite://")
    return api.paths_only([*routers(), indexer_api.router(nowhere), *more_routers]).openapi()


def application(
    settings: Settings,
    wall_now: WallClock = system_clock,
    more_routers: Sequence[APIRouter] = (),
    relayer: "LocalAccount | None" = None,
) -> FastAPI:
    """The whole HTTP application; its worker runs while it serves. `more_routers` are those of whoever runs
    it for a purpose that the backend does not know; `relayer` is the account that pays for signed acts."""
    parts = runtime(settings, wall_now, relayer)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        workers = [
            Worker(lambda: remind(parts), settings.worker_interval_s),
            # apart, because the node may be slow
            Worker(lambda: relay.settle(parts), settings.worker_interval_s),
        ]
        for worker in workers:
            worker.start()
        threading.Thread(target=identity.warm_up, name="warm-up", daemon=True).start()
        try:
            yield
        finally:
            await app.state.stream.close()
            for worker in workers:
                worker.stop()
            parts.engine.dispose()

    every = [*routers(), indexer_api.router(parts.engine), *more_routers]
    app = api.application(parts, every, headers, lifespan)
    app.router.default = web.page(settings.page_folder, api.error_response)
    # Who was rated in a finished deal of these two contracts counts as rated.
    sources = (parts.deployment.escrow, parts.deployment.bookings)
    app.state.matching = Matching.of(settings.matching_weights, sources)
    app.state.stream = BlockStream(parts.engine, settings.max_stream_clients, settings.stream_interval_s)
    return app


def headers(path: str) -> dict[str, str]:
    """What browsers are told about an answer at this path."""
    return API_HEADERS if web.is_api(path) else PAGE_HEADERS


def remind(parts: Runtime) -> None:
    """One round of the worker: store the reminders of a new block, then deliver what is stored."""
    try:
        with db.writing(parts.engine) as conn:
            escrow.remember(conn, parts.deployment.escrow, parts.wall_now())
    except NotReadyError:
        return  # nothing was indexed yet
    with db.writing(parts.engine) as conn:
        escrow.deliver(conn, parts.wall_now(), escrow.deliver_in_app)
