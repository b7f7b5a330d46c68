"""The policies that are shipped, as Python: what `Conditions.param` says of a resource, and the data that
whoever asks presents. All are bytes as the contracts take them.

    param = policies.members_only(space)
    data = policies.attestation(policies.GRANT, until_s, signature)

Who votes or attests signs `vote_message` or `attest_message` with `Chain.sign_typed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client import typed_data
from scripts._chain_client.bookings import Request
from scripts._chain_client.chain import ZERO_HASH, Chain, Receipt
from scripts._chain_client.escrow import CORE, Core, Schedule
from scripts._errors import CommandError

# What a policy answers
GRANT, PENDING, DENY = 1, 2, 3
# For `MembersOnly`, `TicketHolder`, `MinimumReputation` and `Lottery` nothing is presented
NO_DATA = b""
MAX_MEMBERS = 16
DEMAND = "(address,address,uint256,uint256,uint256,uint256,bytes32)"
GROUP = ["uint256", "address[]"]
# Fields of a deal's schedule that an owner leaves open: deliver_by, return_by, service
OPEN_FIELDS = (2**40 - 1) | (2**40 - 1) << 72 | (2**24 - 1) << 208


def members_only(space: bytes) -> bytes:
    """`MembersOnly`: param for the members of a space."""
    return space


def ticket_holder(ticket: bytes) -> bytes:
    """`TicketHolder`: param for who holds a ticket."""
    return ticket


def minimum_reputation(source: str, service: int, mean_thousandths: int, count: int) -> bytes:
    """`MinimumReputation`: param for members with at least so many ratings in a service (24-bit id) from the
    deals of a source, and at least such a mean (4_500 = 4.5).

    Raises:
        CommandError: "cli: impossible terms".
    """
    for name, value, bits in (
        ("mean", mean_thousandths, 16),
        ("count", count, 16),
        ("service", service, 24),
    ):
        if not 0 <= value < 1 << bits:
            raise _impossible(name, f"between 0 and {(1 << bits) - 1}")
    word = mean_thousandths | count << 16 | service << 32 | int(source, 16) << 56
    return word.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Demand:
    """`EscrowFunded`: what an owner asks for before a booking is granted.

    Args:
        escrow, token: Which contracts, hex; the zero address is the chain's coin.
        price, deposit: For the booking, smallest units; `price_each` on top for each quantum of each unit.
        windows: The schedule whose windows and silent shares a deal must have (`windows_of`).
        rest: keccak256 of the deal's milestones, cancellations and arbitrators, or zero for none.
    """

    escrow: str
    token: str
    price: int
    deposit: int
    windows: int
    price_each: int = 0
    rest: bytes = ZERO_HASH

    def values(self) -> tuple[str, str, int, int, int, int, bytes]:
        """As the ABI wants them."""
        return (
            self.escrow,
            self.token,
            self.price,
            self.price_each,
            self.deposit,
            self.windows,
            self.rest,
        )

    def param(self) -> bytes:
        """The resource's param."""
        return keccak(encode([DEMAND], [self.values()]))


def windows_of(schedule: Schedule) -> int:
    """A schedule without dates and service: object_s, claim_s, answer_s and the silent shares in place."""
    return schedule.word() & ~OPEN_FIELDS


def funded(demand: Demand, core: Core) -> bytes:
    """`EscrowFunded`: data that shows the deal for a request."""
    return encode([DEMAND, CORE], [demand.values(), core.values()])


@dataclass(frozen=True, slots=True)
class Group:
    """`GroupSignatures`: how many of which members have to agree. They are kept in the order the contract
    wants; a member's seat is his place in it."""

    k: int
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(set(self.members), key=lambda member: int(member, 16)))
        if len(ordered) != len(self.members) or len(ordered) > MAX_MEMBERS:
            raise _impossible("group", f"at most {MAX_MEMBERS} different members")
        if not 1 <= self.k <= len(ordered):
            raise _impossible("number of votes", f"between 1 and {len(ordered)}")
        object.__setattr__(self, "members", ordered)

    def param(self) -> bytes:
        """The resource's param."""
        return keccak(encode(GROUP, [self.k, list(self.members)]))

    def votes(self, signatures: Mapping[str, bytes], grant: bool = True) -> bytes:
        """Data with the votes of members for or against a request: member → signature.

        Raises:
            CommandError: "cli: impossible terms" for a vote of somebody else.
        """
        seats = {member.lower(): seat for seat, member in enumerate(self.members)}
        if not {member.lower() for member in signatures} <= seats.keys():
            raise _impossible("vote", "that of a member of the group")
        signed = sorted((seats[member.lower()], signature) for member, signature in signatures.items())
        listed = b"".join(
            bytes([seat]) + len(signature).to_bytes(2, "big") + signature for seat, signature in signed
        )
        return encode([*GROUP, "bool", "bytes"], [self.k, list(self.members), grant, listed])


def vote_message(chain: Chain, request: bytes, grant: bool) -> dict[str, Any]:
    """What a member of a group signs, as a wallet is shown it."""
    return _message(chain, "GroupSignatures", "Vote", {"request": request, "grant": grant})


def attested_by_key(attester: str) -> bytes:
    """`AttestedByKey`: param that names the attester."""
    return bytes(12) + bytes.fromhex(attester[2:])


def attest_message(chain: Chain, request: bytes, decision: int, deadline_s: int) -> dict[str, Any]:
    """What the attester signs, as a wallet is shown it; the decision is `GRANT` or `DENY`."""
    message = {"request": request, "decision": decision, "deadline": deadline_s}
    return _message(chain, "AttestedByKey", "Attest", message)


def attestation(decision: int, deadline_s: int, signature: bytes) -> bytes:
    """`AttestedByKey`: data with the attester's decision."""
    return encode(["uint256", "uint256", "bytes"], [decision, deadline_s, signature])


def lottery(lead_s: int) -> bytes:
    """`Lottery`: param that closes entries so many seconds before the start."""
    return lead_s.to_bytes(32, "big")


def enter(chain: Chain, request: Request, lead_s: int) -> Receipt:
    """Enter a pending request into its lottery; anybody may."""
    return chain.send("Lottery", "enter", chain.address("Bookings"), request.values(), lead_s)


def fix(chain: Chain, resource: bytes, start_s: int, lead_s: int) -> int:
    """Fix the block whose hash decides a lottery, once its entries are closed; its number."""
    receipt = chain.send("Lottery", "fix", chain.address("Bookings"), resource, start_s, lead_s)
    return int(receipt.event("Lottery", "LotteryFixed")["target"])


def draw(chain: Chain, resource: bytes, start_s: int, lead_s: int) -> bytes:
    """Draw the winner of a lottery once the fixed block is there; the winning request."""
    receipt = chain.send("Lottery", "draw", chain.address("Bookings"), resource, start_s, lead_s)
    won: bytes = receipt.event("Lottery", "LotteryDrawn")["request"]
    return won


def _message(chain: Chain, policy: str, primary: str, message: dict[str, Any]) -> dict[str, Any]:
    where = typed_data.domain(policy, chain.deployment.chain_id, chain.address(policy))
    return typed_data.full_message(typed_data.types_of(policy), primary, where, message)


def _impossible(field: str, allowed: str) -> CommandError:
    return CommandError("cli: impossible terms", f"The {field} does not fit.", f"It must be {allowed}.")
