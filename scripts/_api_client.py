"""The public HTTP API as Python: answers in their envelope, errors as `CommandError` with the API's own code.

    api = ApiClient("http://127.0.0.1:8000")
    api.search(what="drill", lat=48.2, lng=16.37).data["results"]

Nothing here knows the chain or a key; signing in takes a function that signs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from scripts._errors import CommandError

TIMEOUT_S = 30.0
INDEXED_WITHIN_S = 30.0
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# A description request takes so many documents at once.
MAX_DOCUMENTS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said, and the block at which it was read (`block`, `block_hash`, `block_time_s`, `head`,
    lags)."""

    data: Any
    as_of: dict[str, Any]
    took_ms: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The envelope again."""
        body = {"data": self.data, "as_of": self.as_of}
        return body if self.took_ms is None else body | {"took_ms": self.took_ms}


class ApiClient:
    """One installation of the API.

    Args:
        url: Its origin, without `/api`.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        direct = httpx.URL(self.url).host in LOOPBACK  # a loopback API must not be looked for behind a proxy
        self._http = httpx.Client(base_url=f"{self.url}/api", timeout=TIMEOUT_S, trust_env=not direct)

    def get(self, path: str, **query: Any) -> Answer:
        """GET a path under /api; query values that are None are left out.

        Raises:
            CommandError: the API's error, or "cli: no api".
        """
        wanted = {name: value for name, value in query.items() if value is not None}
        return self._answer(lambda: self._http.get(path, params=wanted))

    def post(self, path: str, body: Any) -> Answer:
        """POST a JSON value. Raises like `get`."""
        return self._answer(lambda: self._http.post(path, json=body))

    def chain(self) -> Answer:
        """Addresses, chain id and freshness."""
        return self.get("/chain")

    def search(self, **wanted: Any) -> Answer:
        """Ranked offers with the reasons of their rank."""
        return self.get("/search", **wanted)

    def resources(self, **wanted: Any) -> Answer:
        """Resources, by owner or service."""
        return self.get("/resources", **wanted)

    def resource(self, resource: str) -> Answer:
        """One resource with its description."""
        return self.get(f"/resources/{resource}")

    def availability(self, resource: str, from_s: int, to_s: int, units: int = 1) -> Answer:
        """Where in `[from_s, to_s)` so many units are free."""
        return self.get(f"/resources/{resource}/availability", from_s=from_s, to_s=to_s, units=units)

    def requests(self, **wanted: Any) -> Answer:
        """Requests, by resource, requester, owner or state."""
        return self.get("/requests", **wanted)

    def request(self, request: str) -> Answer:
        """One request."""
        return self.get(f"/requests/{request}")

    def deals(self, member: str, open_only: bool = False, limit: int = 50) -> Answer:
        """The deals of a member, in the order they were funded."""
        return self.get("/deals", member=member, open_only=open_only, limit=limit)

    def deal(self, deal: str) -> Answer:
        """One deal with its timeline: who acts next, by when, what happens if nobody does."""
        return self.get(f"/deals/{deal}")

    def reputation(self, member: str) -> Answer:
        """Reputation of a member by source and service."""
        return self.get(f"/members/{member}/reputation")

    def notices(self, member: str) -> Answer:
        """Reminders that were sent to a member."""
        return self.get(f"/members/{member}/notices")

    def put_descriptions(self, documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Store documents, in requests of at most `MAX_DOCUMENTS`; one answer per document, in order."""
        stored: list[dict[str, Any]] = []
        for start in range(0, len(documents), MAX_DOCUMENTS):
            answer = self.post("/descriptions", {"documents": list(documents[start : start + MAX_DOCUMENTS])})
            stored += answer.data["items"]
        return stored

    def sign_in(self, address: str, sign: Callable[[str], str]) -> None:
        """Open a session for an address; `sign` signs a text as EIP-191 says and gives hex.

        Raises:
            CommandError: as `get`, or "cli: foreign sign-in", and then nothing was signed.
        """
        offer = self.post("/session/nonce", {"address": address}).data
        if not _is_sign_in(offer["message"], httpx.URL(self.url), address):
            raise CommandError(
                "cli: foreign sign-in",
                f"{self.url} wants a signature that is not a sign-in there; nothing was signed.",
                "Name the API by its own address; its operator sets it with ALLMENDE_DOMAIN.",
            )
        session = self.post(
            "/session", {"message": offer["message"], "signature": sign(offer["message"])}
        ).data
        self._http.headers["Authorization"] = f"Bearer {session['token']}"

    def wait_for_block(self, block: int, within_s: float = INDEXED_WITHIN_S) -> None:
        """Return when the API answers from this block or a later one.

        Raises:
            CommandError: "cli: index behind".
        """
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                if int(self.chain().as_of["block"]) >= block:
                    return
            except CommandError as error:
                if error.code != "chain: not indexed":
                    raise
            time.sleep(0.03)
        raise CommandError(
            "cli: index behind",
            f"Block {block} is not indexed after {within_s:.0f} s.",
            "Look at `allmende index status`; the transaction itself is on the chain.",
        )

    @property
    def is_signed_in(self) -> bool:
        """Whether `sign_in` opened a session here."""
        return "Authorization" in self._http.headers

    def close(self) -> None:
        """Give up the connections."""
        self._http.close()

    def _answer(self, ask: Callable[[], httpx.Response]) -> Answer:
        try:
            body = ask().json()
            if not isinstance(body, dict) or not (
                {"error"} <= body.keys() or {"data", "as_of"} <= body.keys()
            ):
                raise ValueError("another service answers there")
        except (httpx.HTTPError, ValueError) as error:
            raise CommandError(
                "cli: no api",
                f"The API at {self.url} does not answer ({type(error).__name__}).",
                "Start it with `allmende demo` or `allmende serve`, or name another with --api.",
            ) from None
        if "error" in body:
            error_body = body["error"]
            raise CommandError(
                error_body["code"], error_body["message"], error_body["next_step"], error_body.get("details")
            )
        return Answer(body["data"], body["as_of"], body.get("took_ms"))


def _is_sign_in(text: str, url: httpx.URL, address: str) -> bool:
    """Whether a text signs this address in at this API and nowhere else (EIP-4361). Somebody's API could
    pass on the message of another site, or any other text that a signature gives force to."""
    domain, _, rest = text.partition(" ")
    if not rest.startswith(f"wants you to sign in with your Ethereum account:\n{address}\n"):
        return False
    if domain == url.netloc.decode():
        return True
    # one machine has several names for itself
    return url.host in LOOPBACK and domain.rpartition(":")[0] in LOOPBACK | {"0.0.0.0"}  # noqa: S104
