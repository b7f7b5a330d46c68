"""Asking a node: JSON-RPC over HTTP, in batches, with time-outs and retries. Reads only."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from .errors import InconsistentNodeError, NodeUnreachableError, RpcError

BATCH = 500  # calls in one HTTP request
RECEIPTS_BATCH = 20  # the receipts of a full block are near a megabyte
ATTEMPTS = 4
FIRST_PAUSE_S = 0.1  # doubles with every attempt
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BUSY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Header:
    """What the follower needs of a block; `bloom` is the 2048-bit filter over its logs."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp_s: int
    bloom: int


@dataclass(frozen=True, slots=True)
class Log:
    """A raw log; `topics` are 0 to 4 words of 32 bytes."""

    block_number: int
    log_index: int
    block_hash: bytes
    tx_hash: bytes
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


class Node:
    """One JSON-RPC endpoint. Every call is a read, so it is safe to repeat."""

    def __init__(self, url: str, *, timeout_s: float = 20.0, attempts: int = ATTEMPTS) -> None:
        # A node on this machine is never asked through a proxy, whatever the environment says.
        local = httpx.URL(url).host in LOOPBACK
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=5.0), trust_env=not local)
        self._url = url
        self._attempts = attempts
        self.requests = 0  # HTTP requests sent, for figures
        self.receipts_refused = False  # whether the operator was told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def chain_id(self) -> int:
        """The chain the node follows."""
        return int(self._call("eth_chainId"), 16)

    def head(self) -> Header:
        """The header of the latest block."""
        answer = self._call("eth_getBlockByNumber", "latest", False)
        if answer is None:
            raise InconsistentNodeError("the node has no latest block")
        return _header(answer)

    def final(self) -> int | None:
        """The number of the newest block that the node calls finalized; None where it does not say."""
        try:
            answer = self._call("eth_getBlockByNumber", "finalized", False)
        except RpcError:  # chains without finality have no such block, and each node says so in its own words
            return None
        return None if answer is None else _header(answer).number

    def headers(self, numbers: Iterable[int]) -> dict[int, Header]:
        """Headers by number; numbers the node does not have are left out.

        Raises:
            InconsistentNodeError: a block came back under another number.
        """
        wanted = list(numbers)
        answers = self._batch([("eth_getBlockByNumber", (hex(number), False)) for number in wanted])
        found = {n: _header(answer) for n, answer in zip(wanted, answers, strict=True) if answer is not None}
        for number, header in found.items():
            if header.number != number:
                raise InconsistentNodeError(f"asked for block {number}, was given block {header.number}")
        return found

    def logs(self, addresses: Sequence[bytes], first: int, last: int) -> list[Log]:
        """The logs of these contracts in the blocks first..last, both included, in the node's order."""
        query = {
            "address": ["0x" + address.hex() for address in addresses],
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        return [_log(item) for item in self._call("eth_getLogs", query)]

    def logs_of_block(self, addresses: Sequence[bytes], block_hash: bytes) -> list[Log]:
        """The logs of these contracts in exactly this block."""
        query = {
            "address": ["0x" + address.hex() for address in addresses],
            "blockHash": "0x" + block_hash.hex(),
        }
        return [_log(item) for item in self._call("eth_getLogs", query)]

    def logs_of_blocks(self, addresses: Sequence[bytes], block_hashes: Sequence[bytes]) -> list[list[Log]]:
        """As `logs_of_block`, for many blocks."""
        asked = ["0x" + address.hex() for address in addresses]
        calls = [("eth_getLogs", ({"address": asked, "blockHash": "0x" + h.hex()},)) for h in block_hashes]
        return [[_log(item) for item in answer] for answer in self._batch(calls)]

    def logs_in_receipts(self, block_hashes: Sequence[bytes]) -> list[list[Log]]:
        """All logs of each of these blocks, whoever spoke, as their receipts hold them.

        Raises:
            RpcError: the node does not offer `eth_getBlockReceipts`, or refuses it now.
            InconsistentNodeError: the node does not know a block by its hash.
        """
        calls = [("eth_getBlockReceipts", ("0x" + block_hash.hex(),)) for block_hash in block_hashes]
        found = []
        for block_hash, answer in zip(block_hashes, self._batch(calls, RECEIPTS_BATCH), strict=True):
            if answer is None:
                raise InconsistentNodeError(f"no receipts for the block 0x{block_hash.hex()}")
            found.append([_log(item) for receipt in answer for item in receipt["logs"]])
        return found

    def _call(self, method: str, *params: Any) -> Any:
        return _result(self._post({"jsonrpc": "2.0", "id": 0, "method": method, "params": params}))

    def _batch(self, calls: Sequence[tuple[str, tuple[Any, ...]]], size: int = BATCH) -> list[Any]:
        results: list[Any] = []
        for begin in range(0, len(calls), size):
            part = calls[begin : begin + size]
            answers = self._post(
                [
                    {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
                    for i, (method, params) in enumerate(part)
                ]
            )
            if isinstance(answers, dict):  # a node may answer one error for the whole batch
                _result(answers)
                raise InconsistentNodeError("one answer for a batch of calls")
            by_id = {answer.get("id"): answer for answer in answers}  # nodes may answer in any order
            if set(by_id) != set(range(len(part))):
                raise InconsistentNodeError("a batch came back incomplete")
            results += [_result(by_id[i]) for i in range(len(part))]
        return results

    def _post(self, body: Any) -> Any:
        pause_s = FIRST_PAUSE_S
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(pause_s)
                pause_s *= 2
            try:
                self.requests += 1
                answer = self._client.post(self._url, json=body)
                if answer.status_code in BUSY_STATUS:
                    reason = f"HTTP {answer.status_code}"
                    continue
                answer.raise_for_status()
                return answer.json()
            except httpx.HTTPStatusError as error:
                raise RpcError(error.response.status_code, f"HTTP {error.response.status_code}") from error
            except (httpx.TransportError, ValueError) as error:
                reason = str(error) or type(error).__name__
        raise NodeUnreachableError(f"no answer from {self._url} after {self._attempts} attempts: {reason}")


def _result(answer: Any) -> Any:
    if not isinstance(answer, dict):
        raise InconsistentNodeError("an answer that is no JSON-RPC object")
    error = answer.get("error")
    if error is not None:
        raise RpcError(int(error.get("code", 0)), str(error.get("message", "unnamed error")))
    return answer.get("result")


def _header(block: dict[str, Any]) -> Header:
    return Header(
        number=int(block["number"], 16),
        hash=bytes.fromhex(block["hash"][2:]),
        parent_hash=bytes.fromhex(block["parentHash"][2:]),
        timestamp_s=int(block["timestamp"], 16),
        bloom=int(block["logsBloom"], 16),
    )


def _log(item: dict[str, Any]) -> Log:
    return Log(
        block_number=int(item["blockNumber"], 16),
        log_index=int(item["logIndex"], 16),
        block_hash=bytes.fromhex(item["blockHash"][2:]),
        tx_hash=bytes.fromhex(item["transactionHash"][2:]),
        address=bytes.fromhex(item["address"][2:]),
        topics=tuple([bytes.fromhex(topic[2:]) for topic in item["topics"]]),
        data=bytes.fromhex(item["data"][2:]),
    )
