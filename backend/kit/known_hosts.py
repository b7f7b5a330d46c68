"""Requests for another host than ours go no further.

A foreign site may let its own name point to this machine (DNS rebinding): its script is then of one origin
with us, and neither cookies nor preflights stand in its way. What it cannot change is the `Host` header.
"""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` answers this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host_of(authority: str) -> str:
    """The host of `host:port` in lower case; an IPv6 address without its brackets."""
    authority = authority.strip().lower()
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0].rstrip(".")


class KnownHosts:
    """ASGI middleware; answers `refusal` unless the one `Host` header names one of `hosts`, whatever the
    port."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], refusal: Response) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] in ("http", "websocket"):
            named = Headers(scope=scope).getlist("host")
            if len(named) != 1 or host_of(named[0]) not in self._hosts:
                await self._refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
