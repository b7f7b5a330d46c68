"""The account that pays for relayed calls, and the node it sends through.

The key belongs to the operator, comes from a keystore file and signs transactions to our own contracts only;
it holds gas money and no right in any contract.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import HexStr

from backend.errors import UnavailableError
from backend.kit.hexadecimal import to_address, to_hex
from indexer.chain.errors import InconsistentNodeError, NodeError, RpcError, WrongChainError
from indexer.chain.rpc import Node

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

log = logging.getLogger(__name__)

TIMEOUT_S = 6.0
# Tried out at once; a thread of the server waits for each.
SLOTS = 8
# One transaction is numbered, written down and sent at a time.
SEND_WITHIN_S = 20.0
ERROR_SELECTOR = bytes.fromhex("08c379a0")  # Error(string)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The newest block's time (UTC seconds), its base fee and the usual tip, and what we hold (wei)."""

    now_s: int
    base_fee_wei: int
    tip_wei: int
    balance_wei: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was tried out and failed; `words` are the contract's own, or None."""

    words: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A transaction that is in a block: whether it went well, and what it cost (wei)."""

    well: bool
    cost_wei: int


class Relayer:
    """The paying account on the chain with this id. Its calls raise UnavailableError where the node gives no
    usable answer in time ("relay: node unreachable") or too many are under way ("relay: busy").
    """

    def __init__(self, url: str, chain_id: int, account: "LocalAccount") -> None:
        self._node = _SendingNode(url, chain_id)
        self._chain_id = chain_id
        self._account = account
        self._slots = threading.BoundedSemaphore(SLOTS)
        self._sending = threading.Lock()
        self.address = bytes.fromhex(account.address[2:])
        self.balance_wei: int | None = None  # as last seen

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A place among those who ask the node."""
        if not self._slots.acquire(blocking=False):
            raise UnavailableError("relay: busy")
        try:
            yield
        finally:
            self._slots.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The right to number and send the next transaction."""
        if not self._sending.acquire(timeout=SEND_WITHIN_S):
            raise UnavailableError("relay: busy")
        try:
            yield
        finally:
            self._sending.release()

    def outlook(self) -> Outlook:
        """What a transaction would meet now."""
        with _usable():
            block, tip, balance = self._node.ask(
                ("eth_getBlockByNumber", ("latest", False)),
                ("eth_maxPriorityFeePerGas", ()),
                ("eth_getBalance", (to_hex(self.address), "latest")),
            )
            self.balance_wei = int(balance, 16)
            return Outlook(
                int(block["timestamp"], 16), int(block["baseFeePerGas"], 16), int(tip, 16), self.balance_wei
            )

    def try_out(self, to: bytes, data: bytes, gas: int) -> Refusal | None:
        """Make the call on the newest block with so much gas and keep nothing; None where it goes well."""
        state = {"blockStateCalls": [{"calls": [self._call(to, data, gas)]}], "validation": False}
        with _usable():
            (blocks,) = self._node.ask(("eth_simulateV1", (state, "latest")))
            (answer,) = blocks[0]["calls"]
            if int(answer["status"], 16) == 1:
                return None
            return Refusal(_words(answer))

    def estimate(self, to: bytes, data: bytes, most_gas: int) -> int | None:
        """The least gas with which the call goes well now, or None where `most_gas` is not enough."""
        with _usable():
            try:
                (answer,) = self._node.ask(("eth_estimateGas", (self._call(to, data, most_gas),)))
            except RpcError:
                return None
            return int(answer, 16)

    def next_nonce(self) -> int:
        """The number of the next transaction, as the node knows it."""
        with _usable():
            (count,) = self._node.ask(("eth_getTransactionCount", (to_hex(self.address), "pending")))
            return int(count, 16)

    def sign(
        self, to: bytes, data: bytes, nonce: int, gas: int, max_fee_wei: int, tip_wei: int
    ) -> tuple[bytes, bytes]:
        """A transaction without value: its hash, and the bytes to send."""
        signed = self._account.sign_transaction(
            {
                "type": 2,
                "chainId": self._chain_id,
                "nonce": nonce,
                "to": HexStr(to_address(to)),
                "data": data,
                "value": 0,
                "gas": gas,
                "maxFeePerGas": max_fee_wei,
                "maxPriorityFeePerGas": tip_wei,
            }
        )
        return bytes(signed.hash), bytes(signed.raw_transaction)

    def send(self, raw: bytes) -> bool:
        """Hand a signed transaction to the node, once or again; False where the node does not take it."""
        try:
            self._node.ask(("eth_sendRawTransaction", (to_hex(raw),)))
        except RpcError as error:
            known = "known" in str(error).lower() or "imported" in str(error).lower()
            if not known:
                log.warning("a relayed transaction was not taken: %s", error)
            return known
        except NodeError as error:  # it may have been taken all the same
            log.warning("whether a relayed transaction was taken is unknown: %s", error)
        return True

    def settled(self, hashes: Sequence[bytes]) -> tuple[int, list[Settled | None]]:
        """How many transactions of ours are in blocks, and for each hash what became of it, None for one that
        is in no block.
        """
        with _usable():
            # the count first: a transaction that it counts has its receipt by the time that is asked for
            count, *receipts = self._node.ask(
                ("eth_getTransactionCount", (to_hex(self.address), "latest")),
                *(("eth_getTransactionReceipt", (to_hex(one),)) for one in hashes),
            )
            return int(count, 16), [None if one is None else _settled(one) for one in receipts]

    def _call(self, to: bytes, data: bytes, gas: int) -> dict[str, str]:
        return {"from": to_hex(self.address), "to": to_hex(to), "input": to_hex(data), "gas": hex(gas)}


class _SendingNode(Node):
    """A node of the chain with this id. One attempt: somebody waits for the answer."""

    def __init__(self, url: str, chain_id: int) -> None:
        super().__init__(url, timeout_s=TIMEOUT_S, attempts=1)
        self._expected_chain_id = chain_id

    def ask(self, *calls: tuple[str, tuple[Any, ...]]) -> list[Any]:
        """The answers of a batch from the right chain. Raises NodeError."""
        chain_id, *answers = self._batch([("eth_chainId", ()), *calls])
        if int(chain_id, 16) != self._expected_chain_id:
            raise WrongChainError(f"the node follows chain {int(chain_id, 16)}")
        if len(answers) != len(calls):
            raise InconsistentNodeError("other answers came back than were asked for")
        return answers


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except (NodeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        log.warning("the node cannot be used for relaying: %s", error)
        raise UnavailableError("relay: node unreachable") from error


def _words(answer: dict[str, Any]) -> str | None:
    """The text of an `Error(string)`, or None for any other failure."""
    data = bytes.fromhex(answer["returnData"][2:])
    if data[:4] != ERROR_SELECTOR:
        return None
    try:
        return str(decode(["string"], data[4:])[0])
    except (DecodingError, OverflowError, ValueError):
        return None


def _settled(receipt: dict[str, Any]) -> Settled:
    cost_wei = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    # a rollup asks for the data it publishes elsewhere on top
    return Settled(int(receipt["status"], 16) == 1, cost_wei + int(receipt.get("l1Fee") or "0x0", 16))
