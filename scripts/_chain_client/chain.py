"""One chain, our contracts on it, and the account that acts.

chain = Chain(Rpc(url), deployment, account)
chain.read("Bookings", "resource", resource_id)
receipt = chain.send("Bookings", "request", request, NO_AUTH)
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts._chain_client import abi
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from indexer.chain.deployment import Deployment

ZERO_ADDRESS = "0x" + "00" * 20
ZERO_HASH = bytes(32)
# The empty authorisation: the caller acts.
NO_AUTH = (ZERO_ADDRESS, 0, b"")
RECEIPT_WITHIN_S = 120.0
# How long a signature that somebody else is to send stays good; the chain may be busy for a while
SIGNED_FOR_S = 1_800
# An estimate is exact for the state it saw; the state at inclusion may cost a little more.
GAS_MARGIN_PERCENT = 20
# EIP-7825: no transaction may ask for more.
MAX_TRANSACTION_GAS = 16_777_216


# Hands a signed call over to be sent: contract, function, arguments as JSON by name → hash of the transaction
Relay = Callable[[str, str, dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction that succeeded. `logs` are raw JSON-RPC logs."""

    transaction: str
    block: int
    block_time_s: int
    gas_used: int
    logs: tuple[dict[str, Any], ...]

    def event(self, contract: str, name: str) -> dict[str, Any]:
        """The first event of this name, decoded."""
        return self.events(contract, name)[0]

    def events(self, contract: str, name: str) -> list[dict[str, Any]]:
        """All events of this name, decoded."""
        topic = "0x" + abi.event_topic(contract, name).hex()
        return [abi.decode_event(contract, name, log) for log in self.logs if log["topics"][:1] == [topic]]


class Chain:
    """Reads and writes of our contracts.

    Args:
        rpc: The endpoint.
        deployment: Where the contracts live; its chain id must be the endpoint's.
        account: Who signs; None reads only.
        relay: Sends what the account signed and pays the gas; None lets the account pay itself.

    Raises:
        CommandError: "cli: wrong chain".
    """

    def __init__(
        self,
        rpc: Rpc,
        deployment: Deployment,
        account: LocalAccount | None = None,
        relay: Relay | None = None,
    ) -> None:
        self.rpc = rpc
        self.deployment = deployment
        self.account = account
        self.relay = relay
        found = int(rpc.call("eth_chainId"), 16)
        if found != deployment.chain_id:
            raise CommandError(
                "cli: wrong chain",
                f"The contracts are on chain {deployment.chain_id}, {rpc.url} is chain {found}.",
                "Name the right chain with --rpc, or the right folder with --home.",
            )

    @property
    def me(self) -> str:
        """The checksummed address that acts.

        Raises:
            CommandError: "cli: who acts".
        """
        if self.account is None:
            raise _nobody_acts()
        return str(self.account.address)

    def address(self, contract: str) -> str:
        """The address of a contract of ours."""
        found = self.deployment.addresses.get(contract)
        if found is None:
            raise CommandError(
                "cli: no such contract", f"There is no {contract} here.", "Look at `allmende doctor`."
            )
        return "0x" + found.hex()

    def now_s(self) -> int:
        """Time of the newest block, UTC seconds."""
        return int(self.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def read(self, contract: str, name: str, *arguments: Any, at: str | None = None) -> Any:
        """Call a view: one value, or a tuple of several. `at` is another address that speaks the same ABI."""
        call = {
            "to": at or self.address(contract),
            "data": "0x" + abi.encode_call(contract, name, arguments).hex(),
        }
        answer = bytes.fromhex(self.rpc.call("eth_call", call, "latest")[2:])
        values = abi.decode_answer(contract, name, len(arguments), answer)
        return values[0] if len(values) == 1 else values

    def send(
        self, contract: str, name: str, *arguments: Any, value: int = 0, at: str | None = None
    ) -> Receipt:
        """Sign and send one call and wait until it is in a block. A call that would revert is never sent.
        With a relay the act is signed, and sent by somebody else.

        Raises:
            CommandError: the contract's own code, "cli: who acts", or "cli: not mined"; with a relay also its
                own codes, and "cli: not signable".
        """
        if self.relay is not None:
            if value or at is not None:
                raise _pays_itself()
            signed = self.authorised(contract, name, arguments)
            return self.wait(self.relay(contract, name, abi.as_json(contract, name, signed)))
        call = {
            "from": self.me,
            "to": at or self.address(contract),
            "data": "0x" + abi.encode_call(contract, name, arguments).hex(),
            "value": hex(value),
        }
        estimate = int(self.rpc.call("eth_estimateGas", call), 16)
        gas = min(estimate * (100 + GAS_MARGIN_PERCENT) // 100, max(estimate, MAX_TRANSACTION_GAS))
        return self.wait(self.submit(call, gas))

    def authorised(
        self, contract: str, name: str, arguments: Sequence[Any], for_s: int = SIGNED_FOR_S
    ) -> tuple[Any, ...]:
        """The arguments of a call with an authorisation by the account in the place of every empty one, and
        a fresh nonce where one is needed. A call that takes none stays as it is.

        Raises:
            CommandError: "cli: who acts", or "cli: not signable".
        """
        from scripts._chain_client import signed_acts

        parts = abi.inputs(contract, name, len(arguments))
        filled = list(arguments)
        if (contract, name) in signed_acts.TOGETHER:
            return ([self._authorised_inside(contract, data, for_s) for data in filled[0]],)
        for at, part in enumerate(parts):
            if part["name"] == "nonce" and not filled[at]:
                filled[at] = secrets.randbits(256)
        for at, part in enumerate(parts):
            if not abi.is_auth(part) or signed_acts.is_spared(contract, name, part["name"], filled):
                continue
            asked = signed_acts.asked_for(contract, name, part["name"], filled)
            many = part["type"].endswith("]")
            auths = [
                self.sign_act(*asked, for_s) if given == NO_AUTH else given
                for given in (filled[at] if many else [filled[at]])
            ]
            filled[at] = auths if many else auths[0]
        return tuple(filled)

    def _authorised_inside(self, contract: str, data: bytes, for_s: int) -> bytes:
        function, arguments = abi.decode_call(contract, data)
        return abi.encode_call(contract, function, self.authorised(contract, function, arguments, for_s))

    def sign_act(
        self, contract: str, name: str, arguments: Sequence[Any], for_s: int = SIGNED_FOR_S
    ) -> tuple[str, int, bytes]:
        """The account's authorisation of a call, whose own authorisation is not read.

        Raises:
            CommandError: "cli: who acts", or "cli: not signable".
        """
        from scripts._chain_client import signed_acts, typed_data

        if self.account is None:
            raise _nobody_acts()
        primary, message = signed_acts.message_of(self, contract, name, arguments)
        deadline = self.now_s() + for_s
        full = typed_data.full_message(
            typed_data.types_of(contract),
            primary,
            typed_data.domain(contract, self.deployment.chain_id, self.address(contract)),
            {**message, "deadline": deadline},
        )
        return self.me, deadline, typed_data.sign(self.account, full)

    def simulate(self, contract: str, name: str, *arguments: Any) -> None:
        """Ask whether a call of the account would be taken now; nothing is sent.

        Raises:
            CommandError: the contract's own code.
        """
        data = "0x" + abi.encode_call(contract, name, arguments).hex()
        self.rpc.call("eth_call", {"from": self.me, "to": self.address(contract), "data": data}, "latest")

    def sign_typed(self, full: dict[str, Any]) -> bytes:
        """The account's 65 bytes under an EIP-712 document.

        Raises:
            CommandError: "cli: who acts".
        """
        from scripts._chain_client import typed_data

        if self.account is None:
            raise _nobody_acts()
        return typed_data.sign(self.account, full)

    def sign_text(self, text: str) -> str:
        """The account's signature of a text as EIP-191 says, hex; for signing in.

        Raises:
            CommandError: "cli: who acts".
        """
        from eth_account.messages import encode_defunct

        if self.account is None:
            raise _nobody_acts()
        signature = self.account.sign_message(encode_defunct(text=text)).signature
        return "0x" + signature.hex().removeprefix("0x")

    def submit(self, call: dict[str, Any], gas: int) -> str:
        """Sign and send a prepared call; the transaction hash."""
        if self.account is None:
            raise _nobody_acts()
        from eth_utils.address import to_checksum_address

        base_fee = int(self.rpc.call("eth_getBlockByNumber", "latest", False)["baseFeePerGas"], 16)
        tip = 1_000_000_000
        signed = self.account.sign_transaction(
            {
                "type": 2,
                "chainId": self.deployment.chain_id,
                "nonce": int(self.rpc.call("eth_getTransactionCount", self.me, "pending"), 16),
                "to": to_checksum_address(call["to"]),
                "data": call["data"],
                "value": int(call["value"], 16),
                "gas": gas,
                "maxFeePerGas": 2 * base_fee + tip,
                "maxPriorityFeePerGas": tip,
            }
        )
        return str(self.rpc.call("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex()))

    def wait(self, transaction: str) -> Receipt:
        """The receipt of a sent transaction.

        Raises:
            CommandError: "chain: reverted" when it failed after all, "cli: not mined" when it took too long.
        """
        deadline = time.monotonic() + RECEIPT_WITHIN_S
        pause_s = 0.005
        while time.monotonic() < deadline:
            found = self.rpc.call("eth_getTransactionReceipt", transaction)
            if found is not None:
                return self._receipt(found)
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 1.0)
        raise CommandError("cli: not mined", f"{transaction} is in no block yet.", "Look again later.")

    def logs(self, contract: str, event: str, topics: Sequence[bytes | None]) -> list[dict[str, Any]]:
        """All decoded logs of an event since the deployment whose indexed values match (None matches any)."""
        return [abi.decode_event(contract, event, log) for log in self.raw_logs(contract, event, topics)]

    def raw_logs(
        self, contract: str, event: str, topics: Sequence[bytes | None], block: str | None = None
    ) -> list[dict[str, Any]]:
        """The same as the node gives them, with their blocks; of one block where its number is given, hex."""
        wanted = [abi.event_topic(contract, event), *topics]
        query = {
            "address": self.address(contract),
            "fromBlock": block or hex(self.deployment.start_block),
            "toBlock": block or "latest",
            "topics": [None if topic is None else "0x" + topic.hex() for topic in wanted],
        }
        found: list[dict[str, Any]] = self.rpc.call("eth_getLogs", query)
        return found

    def _receipt(self, found: dict[str, Any]) -> Receipt:
        if int(found["status"], 16) != 1:
            raise CommandError(
                "chain: reverted",
                f"Transaction {found['transactionHash']} failed in its block: the state had changed.",
                "Look at the deal or the calendar again, then repeat.",
            )
        block = self.rpc.call("eth_getBlockByHash", found["blockHash"], False)
        return Receipt(
            transaction=found["transactionHash"],
            block=int(found["blockNumber"], 16),
            block_time_s=int(block["timestamp"], 16),
            gas_used=int(found["gasUsed"], 16),
            logs=tuple(found["logs"]),
        )


def _nobody_acts() -> CommandError:
    return CommandError("cli: who acts", "This needs to know who acts.", "Add --as NAME or --keystore FILE.")


def _pays_itself() -> CommandError:
    return CommandError(
        "cli: not signable",
        "This sends coin or speaks to a contract that takes no signatures, so nobody else can send it.",
        "Do this step yourself, without --relay.",
    )
