"""What the parts of a random life on a chain share: people, chance, and what those sign who do not send."""

import random
from dataclasses import dataclass
from typing import Any

from anvil_chain import AnvilChain

from scripts._chain_client import typed_data

DAY_S = 86_400
HOUR_S = 3600
ZERO = "0x" + "00" * 20
NONE = bytes(32)


@dataclass
class Life:
    """A chain with people on it; `seed` makes the same life again."""

    chain: AnvilChain
    seed: int

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a repeatable scenario, no secret
        self.people = self.chain.members[1:6]
        self.arbitrator, self.second_arbitrator = self.chain.members[6:8]

    def word(self) -> bytes:
        """Any 32 bytes."""
        return self.random.randbytes(32)

    def chance(self, share: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.random.random() < share

    def travel(self, seconds: int) -> None:
        """Time passes."""
        self.chain.travel(seconds)

    def signed(self, contract: str, kind: str, who: str, message: dict[str, Any]) -> tuple[str, int, bytes]:
        """What a member signs for a contract, good for a day."""
        deadline = self.chain.now_s + DAY_S
        address = self.chain.web3.to_checksum_address(self.chain.deployment.addresses[contract])
        document = typed_data.full_message(
            typed_data.types_of(contract),
            kind,
            typed_data.domain(contract, self.chain.deployment.chain_id, address),
            _told({**message, "deadline": deadline}),
        )
        signature = self.chain.anvil.rpc("eth_signTypedData_v4", who, document)
        return who, deadline, bytes.fromhex(signature[2:])


def _told(value: Any) -> Any:
    """Numbers as text: JSON knows no greater ones."""
    if isinstance(value, dict):
        return {name: _told(part) for name, part in value.items()}
    return str(value) if isinstance(value, int) else value


def hexed(value: bytes) -> str:
    """Bytes as JSON says them."""
    return "0x" + value.hex()
