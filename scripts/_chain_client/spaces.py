"""`Spaces` as Python: spaces, tickets, gatherings and listings. Ids are 32 bytes, times UTC seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.kit.hexadecimal import to_address
from scripts._chain_client.chain import NO_AUTH, ZERO_HASH, Chain, Receipt
from scripts._chain_client.rpc import refused
from scripts._errors import CommandError

SPACE = "(bytes32,bytes32,bytes32,bytes32)"
TICKET = "(bytes32,uint256,bytes32,bytes32)"
GATHERING = "(bytes32,uint256,uint256,bytes32,bytes32)"
# of one `give`, of one `list_resources`
MAX_BATCH = 64
# read only with a signed authorisation
NO_NONCE = 0


@dataclass(frozen=True, slots=True)
class Space:
    """A space: where it lies and what it was copied from (zero for neither), digest of its description,
    salt."""

    digest: bytes
    salt: bytes
    parent: bytes = ZERO_HASH
    forked_from: bytes = ZERO_HASH

    def values(self) -> tuple[bytes, bytes, bytes, bytes]:
        """As the ABI wants them."""
        return self.parent, self.forked_from, self.digest, self.salt


@dataclass(frozen=True, slots=True)
class Ticket:
    """A kind of ticket of a space; `capacity` says how many may hold one at a time, 0 = any number."""

    space: bytes
    capacity: int
    digest: bytes
    salt: bytes

    def values(self) -> tuple[bytes, int, bytes, bytes]:
        """As the ABI wants them."""
        return self.space, self.capacity, self.digest, self.salt


@dataclass(frozen=True, slots=True)
class Gathering:
    """A gathering in a space during `[start_s, end_s)`."""

    space: bytes
    start_s: int
    end_s: int
    digest: bytes
    salt: bytes

    def values(self) -> tuple[bytes, int, int, bytes, bytes]:
        """As the ABI wants them."""
        return self.space, self.start_s, self.end_s, self.digest, self.salt


def space_id(chain: Chain, owner: str, space: Space) -> bytes:
    """keccak256(abi_encode(chain id, contract, owner, space)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Spaces"), owner, space.values()]
    return keccak(encode(["uint256", "address", "address", SPACE], values))


def ticket_id(chain: Chain, ticket: Ticket) -> bytes:
    """keccak256(abi_encode(chain id, contract, ticket)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Spaces"), ticket.values()]
    return keccak(encode(["uint256", "address", TICKET], values))


def gathering_id(chain: Chain, host: str, gathering: Gathering) -> bytes:
    """keccak256(abi_encode(chain id, contract, host, gathering)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Spaces"), host, gathering.values()]
    return keccak(encode(["uint256", "address", "address", GATHERING], values))


def create(chain: Chain, space: Space) -> tuple[bytes, Receipt]:
    """Create a space of the account; its id."""
    receipt = chain.send("Spaces", "create", space.values(), NO_AUTH)
    return receipt.event("Spaces", "SpaceCreated")["space"], receipt


def close(chain: Chain, space: bytes) -> Receipt:
    """As its owner, close a space for good, and with it all that lies in it."""
    return chain.send("Spaces", "close", space, NO_AUTH)


def hand_over(chain: Chain, space: bytes, new_owner: str) -> Receipt:
    """As its owner, make somebody else the owner of a space."""
    return chain.send("Spaces", "hand_over", space, new_owner, NO_AUTH)


def set_gate(chain: Chain, space: bytes, ticket: bytes = ZERO_HASH) -> Receipt:
    """As its owner, say which ticket the members of a space hold; without one everybody is a member."""
    return chain.send("Spaces", "set_gate", space, ticket, NO_AUTH)


def issue(chain: Chain, ticket: Ticket) -> tuple[bytes, Receipt]:
    """As the space's owner, make a kind of ticket; its id."""
    receipt = chain.send("Spaces", "issue", ticket.values(), NO_AUTH)
    return receipt.event("Spaces", "TicketIssued")["ticket"], receipt


def give(chain: Chain, ticket: Ticket, members: Sequence[str]) -> Receipt:
    """As the space's owner, give a ticket to up to 64 members, to all or to none."""
    return chain.send("Spaces", "give", ticket.values(), list(members), NO_AUTH)


def take_back(chain: Chain, ticket: Ticket, member: str) -> Receipt:
    """As the space's owner, take a ticket from a member."""
    return chain.send("Spaces", "take_back", ticket.values(), member, NO_AUTH)


def renounce(chain: Chain, ticket: bytes) -> Receipt:
    """As its holder, give a ticket back."""
    return chain.send("Spaces", "renounce", ticket, NO_AUTH)


def host(chain: Chain, gathering: Gathering) -> tuple[bytes, Receipt]:
    """As a member of the space, invite to a gathering; its id."""
    receipt = chain.send("Spaces", "host", gathering.values(), NO_AUTH)
    return receipt.event("Spaces", "GatheringHosted")["gathering"], receipt


def call_off(chain: Chain, gathering: bytes) -> Receipt:
    """As its host, call a gathering off."""
    return chain.send("Spaces", "call_off", gathering, NO_AUTH)


def list_resources(chain: Chain, space: bytes, resources: Sequence[bytes]) -> list[Receipt]:
    """As a member of the space, show resources of `Bookings` in it, 64 a transaction."""
    bookings = chain.address("Bookings")
    return [
        chain.send(
            "Spaces",
            "list_resources",
            space,
            bookings,
            list(resources[start : start + MAX_BATCH]),
            NO_NONCE,
            NO_AUTH,
        )
        for start in range(0, len(resources), MAX_BATCH)
    ]


def is_open(chain: Chain, space: bytes) -> bool:
    """Whether a space and all those around it are open."""
    return bool(chain.read("Spaces", "is_open", space))


def is_member(chain: Chain, space: bytes, member: str) -> bool:
    """Whether somebody is a member of a space."""
    return bool(chain.read("Spaces", "is_member", space, member))


def holds(chain: Chain, ticket: bytes, member: str) -> bool:
    """Whether a member holds a ticket."""
    return bool(chain.read("Spaces", "holds", ticket, member))


def find_ticket(chain: Chain, ticket: bytes) -> Ticket:
    """The values of a ticket from its log, checked by its id.

    Raises:
        CommandError: "spaces: unknown ticket" or "cli: forged log".
    """
    found = chain.logs("Spaces", "TicketIssued", [ticket])
    if not found:
        raise refused("spaces: unknown ticket")
    event = found[0]
    issued = Ticket(event["space"], event["capacity"], event["digest"], event["salt"])
    if ticket_id(chain, issued) != ticket:
        raise _forged("ticket")
    return issued


def find_gatherings(chain: Chain, space: bytes) -> list[tuple[str, Gathering]]:
    """Host and values of every gathering in a space, from their logs, each checked by its id.

    Raises:
        CommandError: "cli: forged log".
    """
    found = []
    for event in chain.logs("Spaces", "GatheringHosted", [None, space]):
        hosted = Gathering(event["space"], event["start"], event["end"], event["digest"], event["salt"])
        by = to_address(bytes.fromhex(event["host"][2:]))
        if gathering_id(chain, by, hosted) != event["gathering"]:
            raise _forged("gathering")
        found.append((by, hosted))
    return found


def _forged(what: str) -> CommandError:
    return CommandError(
        "cli: forged log", f"The node's log does not hash to this {what}.", "Use another --rpc."
    )
