"""The only place where real things are wired: settings to files, slices to routes, effects to their
delivery.
"""

from fastapi import APIRouter, FastAPI

from backend import api, db, migrations, system
from backend.adapters.content_store import LocalContentStore
from backend.adapters.wall_clock import WallClock, system_clock
from backend.booking import routes as booking_routes
from backend.context import Runtime
from backend.errors import UnavailableError
from backend.identity import routes as identity_routes
from backend.identity import service as identity
from backend.matching import routes as matching_routes
from backend.matching.service import Matching
from backend.settings import Settings
from indexer.chain import deployment


def routers() -> list[APIRouter]:
    """The routes of every slice."""
    return [system.router, identity_routes.router, booking_routes.router, matching_routes.router]


def runtime(settings: Settings, wall_now: WallClock = system_clock) -> Runtime:
    """The wired parts of an installation, its `app` tables brought to the newest revision.

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
        wall_now=wall_now,
        sessions=identity.find_session,
    )


def application(settings: Settings, wall_now: WallClock = system_clock) -> FastAPI:
    """The whole HTTP application."""
    parts = runtime(settings, wall_now)
    app = api.application(parts, routers())
    # Who was rated in a finished deal of these two contracts counts as rated.
    sources = (parts.deployment.escrow, parts.deployment.bookings)
    app.state.matching = Matching.of(settings.matching_weights, sources)
    return app
