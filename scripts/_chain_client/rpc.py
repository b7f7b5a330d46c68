"""JSON-RPC over HTTP, with time-outs, and reverts as errors that carry the contract's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from backend.errors import ERRORS
from scripts._errors import CommandError

TIMEOUT_S = 30.0
ERROR_SELECTOR = "0x08c379a0"  # Error(string)
_UNKNOWN = "The contract refused."


class Rpc:
    """One endpoint of a chain.

    Args:
        url: Where it answers JSON-RPC.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        # a loopback chain must not be looked for behind a proxy of the environment
        self._http = httpx.Client(timeout=TIMEOUT_S, trust_env=not _is_loopback(url))

    def call(self, method: str, *params: Any) -> Any:
        """The result of one method.

        Raises:
            CommandError: "cli: no chain" when nobody answers, the revert's own code when a contract refused,
                "cli: chain refused" for anything else.
        """
        reply = self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        if "error" in reply:
            raise _refusal(method, reply["error"])
        return reply["result"]

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of several methods in one round trip, in their order.

        Raises:
            CommandError: as `call`, for the first that failed.
        """
        body = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
            for number, (method, params) in enumerate(calls)
        ]
        if not body:
            return []
        answered = self._post(body)
        if isinstance(answered, dict):  # the batch as a whole was refused
            raise _refusal("batch", answered.get("error", {}))
        replies = sorted(answered, key=lambda reply: int(reply["id"]))
        for (method, _), reply in zip(calls, replies, strict=True):
            if "error" in reply:
                raise _refusal(method, reply["error"])
        return [reply["result"] for reply in replies]

    def close(self) -> None:
        """Give up the connection."""
        self._http.close()

    def _post(self, body: Any) -> Any:
        try:
            reply = self._http.post(self.url, json=body).json()
            first = reply[0] if isinstance(reply, list) and reply else reply
            if not isinstance(first, dict) or "jsonrpc" not in first:
                raise ValueError("another service answers there")
            return reply
        except (httpx.HTTPError, ValueError) as error:
            raise CommandError(
                "cli: no chain",
                f"The chain at {self.url} does not answer ({type(error).__name__}).",
                "Start one with `allmende demo`, or name another with --rpc.",
            ) from None


def refused(code: str) -> CommandError:
    """The error of a revert word, with the sentence and the next step of the one registry."""
    entry = ERRORS.get(code)
    if entry is None:
        return CommandError(code, _UNKNOWN, "Look at the contract's words in the code.")
    return CommandError(code, entry.message, entry.next_step)


def _refusal(method: str, error: dict[str, Any]) -> CommandError:
    words = str(error.get("message", ""))
    code = revert_word(error.get("data"))
    if code is None and "revert" in words:
        # an empty revert: a checked calculation, a token that returns nothing, a wrong selector
        return CommandError(
            "chain: reverted", "The chain refused without a word.", "Check amounts and addresses."
        )
    if code is not None:
        return refused(code)
    if "insufficient funds" in words.lower():
        return CommandError(
            "cli: no gas money",
            "The account cannot pay the transaction.",
            "Send it some of the chain's coin.",
        )
    return CommandError("cli: chain refused", f"{method}: {words}", "Check the chain and the arguments.")


def revert_word(data: Any) -> str | None:
    """The text of an `Error(string)` revert, or None."""
    if isinstance(data, dict):  # some nodes wrap it
        data = data.get("data")
    if not isinstance(data, str) or not data.startswith(ERROR_SELECTOR):
        return None
    try:
        return str(decode(["string"], bytes.fromhex(data[10:]))[0])
    except (DecodingError, ValueError):
        return None


def _is_loopback(url: str) -> bool:
    return httpx.URL(url).host in {"127.0.0.1", "localhost", "::1"}
