"""The HTTP application without its parts: errors in one form, a body limit, and the paths under /api.

Whatever goes wrong leaves as `{"error": {code, message, next_step, details?}}` with a code of the registry.
"""

import logging
from collections.abc import Callable, Mapping

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from backend.context import Runtime
from backend.envelope import ErrorBody, ErrorEnvelope
from backend.errors import ERRORS, AllmendeError
from backend.kit.body_limit import BodyLimit
from backend.kit.known_hosts import KnownHosts
from backend.kit.openapi_page import page
from backend.kit.security_headers import API_HEADERS, SecurityHeaders
from indexer.reads.freshness import NotReadyError

log = logging.getLogger(__name__)

# Arrays and objects open at once; our documents need six.
MAX_DEPTH = 32
# What the framework itself refuses, in our words.
_FRAMEWORK_CODES = {
    400: "request: not json",
    404: "request: unknown route",
    405: "request: unknown method",
    413: "request: body too large",
}


def application(
    parts: Runtime,
    routers: list[APIRouter],
    headers: Callable[[str], Mapping[str, str]],
    lifespan: Callable[..., object] | None = None,
) -> FastAPI:
    """A FastAPI application over wired parts with the given routers under /api; `headers` gives those of a
    path."""
    app = paths_only(routers, lifespan)
    app.state.runtime = parts
    limit = parts.settings.max_body_bytes
    app.add_middleware(
        BodyLimit,
        max_bytes=limit,
        refusal=error_response("request: body too large", {"max_bytes": limit}),
        max_depth=MAX_DEPTH,
        too_deep=error_response("request: nested too deeply", {"max_depth": MAX_DEPTH}),
    )
    if (hosts := parts.settings.known_hosts) is not None:
        app.add_middleware(KnownHosts, hosts=hosts, refusal=error_response("request: unknown host"))
    app.add_middleware(SecurityHeaders, choose=headers)  # the outermost: what is refused has them too
    app.add_exception_handler(AllmendeError, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(NotReadyError, _not_ready)
    app.add_exception_handler(OperationalError, _database)
    app.add_exception_handler(Exception, _internal)

    @app.get("/api/docs", include_in_schema=False)
    def paths() -> HTMLResponse:
        """Every path on one page."""
        return HTMLResponse(page(app.openapi(), "/api/openapi.json"))

    return app


def paths_only(routers: list[APIRouter], lifespan: Callable[..., object] | None = None) -> FastAPI:
    """The routers under /api and nothing behind them: what an OpenAPI description needs."""
    app = FastAPI(
        title="Allmende",
        version="0.1.0",
        docs_url=None,  # the framework's page loads scripts from a third party; ours does not
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,  # type: ignore[arg-type]
        responses={422: {"model": ErrorEnvelope}, "default": {"model": ErrorEnvelope}},
    )
    for router in routers:
        app.include_router(router, prefix="/api")
    return app


def error_response(code: str, details: dict[str, object] | None = None) -> JSONResponse:
    """The answer for a registered code."""
    spec = ERRORS[code]
    body = ErrorEnvelope(
        error=ErrorBody(code=code, message=spec.message, next_step=spec.next_step, details=details or None)
    )
    headers = {"WWW-Authenticate": "Bearer"} if spec.status == 401 else None
    return JSONResponse(body.model_dump(exclude_none=True), status_code=spec.status, headers=headers)


async def _refusal(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, AllmendeError):
        raise TypeError from error
    return error_response(error.code, error.details)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Field errors by place and reason; what was sent is not echoed."""
    if not isinstance(error, RequestValidationError):
        raise TypeError from error
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return error_response("request: not json")
    fields: list[dict[str, str]] = [
        {"field": ".".join(str(part) for part in item["loc"]), "reason": item["msg"]} for item in found[:50]
    ]
    unknown = [field for field, item in zip(fields, found, strict=False) if item["type"] == "extra_forbidden"]
    if unknown:
        return error_response("request: unknown field", {"fields": unknown})
    return error_response("request: invalid", {"fields": fields})


async def _framework(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise TypeError from error
    return error_response(_FRAMEWORK_CODES.get(error.status_code, "server: internal"))


async def _not_ready(request: Request, error: Exception) -> JSONResponse:
    return error_response("chain: not indexed")


async def _database(request: Request, error: Exception) -> JSONResponse:
    """Chain tables that another version made are about to be made anew by the indexer of this one."""
    if "no such column" in str(error.args):
        return error_response("chain: not indexed")
    return await _internal(request, error)


async def _internal(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected error at %s", request.url.path, exc_info=error)
    answer = error_response("server: internal")
    answer.headers.update(API_HEADERS)  # it is sent from outside of every middleware
    return answer
