"""Trying calls out on the newest block of a node, without sending anything.

One `eth_simulateV1` (execution-apis; Geth, Nethermind, Besu, Erigon, Reth, anvil): a call that reverts or
burns its gas is a result there, so that it cannot be mistaken for a node that failed, as with `eth_call`.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eth_utils.crypto import keccak

from backend.errors import UnavailableError
from backend.kit.hexadecimal import to_hex
from indexer.chain.errors import InconsistentNodeError, NodeError, WrongChainError
from indexer.chain.rpc import Node

log = logging.getLogger(__name__)

TIMEOUT_S = 4.0
# Asked at once; a thread of the server waits for each.
SLOTS = 8
# Who calls: an address without a key. Not zero, which is the owner of what has been given up.
CALLER = keccak(text="allmende: nobody calls")[-20:]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that nobody signs: to (20 bytes), data, most gas it may use."""

    to: bytes
    data: bytes
    gas: int


class Simulation(Protocol):
    """Where calls are tried out."""

    def run(self, calls: Sequence[Call]) -> list[bytes | None]:
        """What each call returns when they follow one another; None for one that fails. Nothing stays.

        Raises UnavailableError: no answer in time, too many at once.
        """


class NodeSimulation(Node):
    """A node of the chain with this id. One attempt within `TIMEOUT_S`: somebody waits for the answer."""

    def __init__(self, url: str, chain_id: int) -> None:
        super().__init__(url, timeout_s=TIMEOUT_S, attempts=1)
        self._expected_chain_id = chain_id
        self._slots = threading.BoundedSemaphore(SLOTS)

    def run(self, calls: Sequence[Call]) -> list[bytes | None]:
        """As `Simulation`."""
        if not self._slots.acquire(blocking=False):
            raise UnavailableError("session: node busy")
        try:
            return self._simulated(calls)
        except (NodeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            log.warning("contract wallets cannot be asked: %s", error)
            raise UnavailableError("session: node unreachable") from error
        finally:
            self._slots.release()

    def _simulated(self, calls: Sequence[Call]) -> list[bytes | None]:
        asked = [
            {
                "from": to_hex(CALLER),
                "to": to_hex(call.to),
                "input": to_hex(call.data),
                "gas": hex(call.gas),
            }
            for call in calls
        ]
        state = {"blockStateCalls": [{"calls": asked}], "validation": False}
        chain_id, blocks = self._batch([("eth_chainId", ()), ("eth_simulateV1", (state, "latest"))])
        if int(chain_id, 16) != self._expected_chain_id:
            raise WrongChainError(f"the node follows chain {int(chain_id, 16)}")
        answers = [_returned(answer) for answer in blocks[0]["calls"]]
        if len(answers) != len(calls):
            raise InconsistentNodeError("other calls came back than were made")
        return answers


def _returned(answer: dict[str, Any]) -> bytes | None:
    return bytes.fromhex(answer["returnData"][2:]) if int(answer["status"], 16) == 1 else None
