"""The API as a process: `python -m backend.main` or `serve(settings)`."""

import gc

import uvicorn

from backend.bootstrap import application
from backend.settings import Settings


def serve(settings: Settings) -> None:
    """Answer requests until the process is told to stop. Raises UnavailableError while there is nothing to
    read.
    """
    app = application(settings)
    # What was imported and wired stays until the end: looking through it at every full garbage collection
    # would cost a request 100 ms now and then.
    gc.collect()
    gc.freeze()
    uvicorn.run(app, host=settings.api_host, port=settings.api_port, log_level="warning")


if __name__ == "__main__":
    serve(Settings())
