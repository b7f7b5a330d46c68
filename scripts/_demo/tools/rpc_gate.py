"""The demo's chain for its page, which asks no other origin: reads and signed transactions, nothing else.

Answers are JSON-RPC 2.0 whatever happens. A method that moves time, forges blocks or signs with the node's
own accounts is refused with -32601.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

MAX_BATCH = 50
MAX_BYTES = 256 * 1024
TIMEOUT_S = 30.0
INVALID_REQUEST, UNKNOWN_METHOD, INTERNAL = -32600, -32601, -32603
ALLOWED = frozenset(
    {
        "eth_blobBaseFee",
        "eth_blockNumber",
        "eth_call",
        "eth_chainId",
        "eth_createAccessList",
        "eth_estimateGas",
        "eth_feeHistory",
        "eth_gasPrice",
        "eth_getBalance",
        "eth_getBlockByHash",
        "eth_getBlockByNumber",
        "eth_getBlockReceipts",
        "eth_getBlockTransactionCountByHash",
        "eth_getBlockTransactionCountByNumber",
        "eth_getCode",
        "eth_getLogs",
        "eth_getProof",
        "eth_getStorageAt",
        "eth_getTransactionByBlockHashAndIndex",
        "eth_getTransactionByBlockNumberAndIndex",
        "eth_getTransactionByHash",
        "eth_getTransactionCount",
        "eth_getTransactionReceipt",
        "eth_maxPriorityFeePerGas",
        "eth_sendRawTransaction",
        "eth_syncing",
        "net_version",
        "web3_clientVersion",
    }
)


class RpcGate:
    """Passes on what is allowed.

    Args:
        url: Where the node answers JSON-RPC.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # the demo's chain is on this machine and must not be looked for behind a proxy
        self._http = httpx.Client(timeout=TIMEOUT_S, trust_env=False)

    def answer(self, body: Any) -> tuple[int, Any]:
        """HTTP status and JSON-RPC answer of one call or a batch; 503 where the node does not answer."""
        if not isinstance(body, list):
            status, [reply] = self._answers([body])
            return status, reply
        if not 0 < len(body) <= MAX_BATCH:
            return 200, _error(None, INVALID_REQUEST, f"a batch has 1 to {MAX_BATCH} calls")
        return self._answers(body)

    def _answers(self, calls: list[Any]) -> tuple[int, list[Any]]:
        replies: list[Any] = [_refusal(call) for call in calls]
        # numbered anew, because nothing keeps a caller from using an id twice
        passed = [
            {"jsonrpc": "2.0", "id": place, "method": call["method"], "params": call.get("params", [])}
            for place, call in enumerate(calls)
            if replies[place] is None
        ]
        status = 200
        if passed:
            try:
                found = {reply["id"]: reply for reply in self._http.post(self._url, json=passed).json()}
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                status, found = 503, {}
            for call in passed:
                place, asked = call["id"], calls[call["id"]]["id"]
                reply = found.get(place) or _error(asked, INTERNAL, "the chain of the demo does not answer")
                replies[place] = reply | {"id": asked}
        return status, replies


def _refusal(call: Any) -> dict[str, Any] | None:
    """Why a call is not passed on, or None."""
    if not isinstance(call, dict):
        return _error(None, INVALID_REQUEST, "a call is an object")
    number, method = call.get("id"), call.get("method")
    if isinstance(number, bool) or not isinstance(number, int | str) or not _is_text(number):
        return _error(None, INVALID_REQUEST, "a call has an id, a number or a text")
    params = call.get("params", [])
    if not isinstance(method, str) or not isinstance(params, list) or not _is_text(params):
        return _error(number, INVALID_REQUEST, "a call has a method and a list of params")
    if method not in ALLOWED:
        return _error(
            number, UNKNOWN_METHOD, "this method is not for the page; read, or send a signed transaction"
        )
    return None


def _is_text(value: Any) -> bool:
    """Whether it can be written as JSON again: half of a surrogate pair and NaN can be read, but not sent."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def _error(number: int | str | None, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
