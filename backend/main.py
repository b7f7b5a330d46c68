"""The API as a process: `python -m backend.main` or `serve(settings)`."""

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn
from fastapi import APIRouter

from backend.bootstrap import application
from backend.settings import Settings

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

SHUTDOWN_WITHIN_S = 3  # for answers that are under way; what is left is cut off
NOT_STARTED = 3  # exit code, as uvicorn's own


def serve(
    settings: Settings,
    more_routers: Sequence[APIRouter] = (),
    relayer: "LocalAccount | None" = None,
) -> None:
    """Answer requests until the process is told to stop; `relayer` pays for signed acts. Raises
    UnavailableError while there is nothing to read.
    """
    app = application(settings, more_routers=more_routers, relayer=relayer)
    # What was imported and wired stays until the end: looking through it at every full garbage collection
    # would cost a request 100 ms now and then.
    gc.collect()
    gc.freeze()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port,
            log_level="warning",
            timeout_graceful_shutdown=SHUTDOWN_WITHIN_S,
        )
    )
    # A server that is told to stop waits for its answers, and the stream is one that has no end of its own.
    app.state.stream.ending = lambda: server.should_exit
    with suppress(KeyboardInterrupt):  # raised again by the server after it has stopped
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


if __name__ == "__main__":
    serve(Settings())
