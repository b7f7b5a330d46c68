"""What a browser is told about every answer: what its page may load, run and open.

Sources: Content Security Policy Level 3, Fetch (nosniff, CORP), Referrer Policy, Permissions Policy, HTML
(COOP).
"""

from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Features of a browser that nothing of ours asks for.
_CLOSED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # "use my position" asks when a member presses it
    "Permissions-Policy": ", ".join([*(f"{feature}=()" for feature in _CLOSED), "geolocation=(self)"]),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The page runs and loads what this server sends, and talks to this server alone; `blob:` shows a photo that
# was chosen and not sent yet. No inline script or style, no frame around it, no form that leaves, and no text
# that becomes HTML or script (Trusted Types).
PAGE_HEADERS = _EVERYWHERE | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cache-Control": "no-cache",
}

# Answers of the API are data: whoever opens one in a window sees text, and no cache keeps it.
API_HEADERS = _EVERYWHERE | {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """ASGI middleware; adds the headers that `choose` gives for a path, unless the answer has its own."""

    def __init__(self, app: ASGIApp, choose: Callable[[str], Mapping[str, str]]) -> None:
        self._app = app
        self._choose = choose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = self._choose(scope["path"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in wanted.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
