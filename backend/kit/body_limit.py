"""No body too long or nested too deeply reaches the application.

Length is judged by what is announced and by counting what arrives; depth before anything parses it. A picture
has no depth: what is sent as one is never parsed as JSON.
"""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.kit.json_depth import is_deeper


class BodyLimit:
    """ASGI middleware; reads the body before the application runs, or sends `refusal` or `too_deep`."""

    def __init__(
        self, app: ASGIApp, max_bytes: int, refusal: Response, max_depth: int, too_deep: Response
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._refusal = refusal
        self._max_depth = max_depth
        self._too_deep = too_deep
        # the rest of the body stays unread, so the connection cannot be used again
        refusal.headers["connection"] = "close"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body in one message, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._max_bytes:
            await self._refusal(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":  # the client went away
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                await self._refusal(scope, receive, send)
                return
        if not _is_picture(scope) and is_deeper(bytes(body), self._max_depth):
            await self._too_deep(scope, receive, send)
            return
        whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            if whole is not None:
                first, whole = whole, None
                return first
            return await receive()

        await self._app(scope, replay, send)


def _is_picture(scope: Scope) -> bool:
    """Whether every content type that is given (there may be two, for those who try) says image."""
    types = [value for name, value in scope["headers"] if name == b"content-type"]
    return bool(types) and all(value.lower().startswith(b"image/") for value in types)
