"""The built page as files, and for every path that only the page knows its one HTML file.

It answers what no route of the API took. It knows nothing of what it serves but the folder.
"""

from collections.abc import Callable
from pathlib import Path

from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

API = "/api"
INDEX = "index.html"
# The build names these by their content, so a name never gets another one.
HASHED = "/assets/"
FOR_EVER = "public, max-age=31536000, immutable"
GZIP_LEVEL = 6
NOT_BUILT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Allmende</title>'
    "<p>The page is not built. Run <code>make web</code>, then load this again.</p>"
    '<p>The API is there without it: <a href="/api/docs">/api/docs</a>.</p></html>'
)

# The answer for a registered code
Refusal = Callable[[str], Response]


def page(folder: Path, refusal: Refusal) -> ASGIApp:
    """An application that serves the build in `folder`, text compressed for those who accept it.

    The folder need not exist yet; a build that comes later is served without a new start.
    """
    return GZipMiddleware(_Page(folder, refusal), compresslevel=GZIP_LEVEL)


def is_api(path: str) -> bool:
    """Whether a path belongs to the API, which never answers with the page."""
    return path == API or path.startswith(f"{API}/")


class _Page:
    """Files, else the page, else a refusal."""

    def __init__(self, folder: Path, refusal: Refusal) -> None:
        self._files = StaticFiles(directory=folder, check_dir=False)
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        response = await self._answer(scope)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        path: str = scope["path"]
        if is_api(path):
            return self._refusal("request: unknown route")
        if scope["method"] not in ("GET", "HEAD"):
            refused = self._refusal("request: unknown method")
            refused.headers["Allow"] = "GET, HEAD"
            return refused
        if "." in path.rpartition("/")[2]:
            found = await self._file(self._files.get_path(scope), scope)
            if found is None:
                return self._refusal("request: unknown route")
            if path.startswith(HASHED):
                found.headers["Cache-Control"] = FOR_EVER
            return found
        return await self._file(INDEX, scope) or HTMLResponse(NOT_BUILT, status_code=503)

    async def _file(self, name: str, scope: Scope) -> Response | None:
        try:
            return await self._files.get_response(name, scope)
        except HTTPException:  # there is none, or it is not ours to show
            return None
