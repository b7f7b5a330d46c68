"""The API as a process: `python -m backend.main` or `serve(settings)`."""

import uvicorn

from backend.bootstrap import application
from backend.settings import Settings


def serve(settings: Settings) -> None:
    """Answer requests until the process is told to stop. Raises UnavailableError while there is nothing to
    read.
    """
    uvicorn.run(application(settings), host=settings.api_host, port=settings.api_port, log_level="warning")


if __name__ == "__main__":
    serve(Settings())
