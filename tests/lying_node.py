"""A node that changes what another node says: a fake of the outside world."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# (method, params, result) -> result
Lie = Callable[[str, list[Any], Any], Any]
JSON = {"content-type": "application/json"}
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class BusyError(Exception):
    """Raised by a lie: the node answers 429 instead."""


class UnknownMethodError(Exception):
    """Raised by a lie: the node answers that it does not offer this method."""


@contextmanager
def lying_node(rpc_url: str, lie: Lie) -> Iterator[str]:
    """The address of a node that passes every call on and every result through `lie`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            request = urllib.request.Request(rpc_url, body, JSON)  # noqa: S310 - our own loopback
            with _DIRECT.open(request, timeout=10) as answer:
                reply = json.load(answer)
            calls, replies = json.loads(body), reply
            if isinstance(calls, dict):
                calls, replies = [calls], [reply]
            by_id = {call["id"]: call for call in calls}
            try:
                for item in replies:
                    call = by_id[item["id"]]
                    try:
                        item["result"] = lie(call["method"], call["params"], item.get("result"))
                    except UnknownMethodError:
                        item["error"] = {"code": -32601, "message": "the method does not exist"}
                status, out = 200, json.dumps(reply).encode()
            except BusyError:
                status, out = 429, b"slow down"
            self.send_response(status)
            self.send_header("content-length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
