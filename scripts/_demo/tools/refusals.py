"""Refusals of the demo's tools, in the same form as every other error of the API.

demo: wrong content type   415   not application/json, so that no foreign site can call without asking first
demo: index behind         503   the clock was moved, but the indexer has not read the block yet
demo: no answer            503   the process that could stop or start the indexer does not react
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from backend.errors import ERRORS
from scripts._errors import CommandError

_STATUS = {"demo: wrong content type": 415}
_UNAVAILABLE = 503


class ToolRoute(APIRoute):
    """A route whose `CommandError` becomes an error envelope."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler around the framework's own."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except CommandError as error:
                return JSONResponse(error.as_json(), status_code=_status(error.code))

        return answered


async def json_only(request: Request) -> None:
    """Refuse a body that a form of another site could have sent.

    Raises:
        CommandError: "demo: wrong content type".
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise CommandError(
            "demo: wrong content type",
            "The demo's tools take JSON only.",
            "Send it with Content-Type: application/json.",
        )


def index_behind(block: int) -> CommandError:
    """Time went on, but the tables have not seen it."""
    return CommandError(
        "demo: index behind", f"Block {block} is not indexed yet.", "Wait a moment, then look again."
    )


def no_answer() -> CommandError:
    """Nobody fulfils the wish."""
    return CommandError(
        "demo: no answer", "The demo does not react.", "Look at the terminal in which it was started."
    )


def _status(code: str) -> int:
    if code in ERRORS:
        return ERRORS[code].status
    return _STATUS.get(code, _UNAVAILABLE)
