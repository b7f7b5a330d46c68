"""The real contracts on titanoboa with members who only sign.

What is signed is made by the command line's client, so that a test of the contracts is one of the client too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boa
from contracts.compiling import search_paths, source_path
from eth_abi.abi import decode
from eth_account import Account
from eth_utils.crypto import keccak

from indexer.chain.deployment import Deployment
from scripts._chain_client import abi
from scripts._chain_client.bookings import (
    MANUAL,
    Announcement,
    Request,
    ResourceTerms,
)
from scripts._chain_client.chain import NO_AUTH, Chain
from scripts._chain_client.escrow import DAY_S, Core, Rest, Schedule

T0_S, HOUR_S = 1_800_000_000, 3_600
CONTRACTS = ("ReputationLedger", "Bookings", "Escrow", "Payments", "Spaces", "Router")
ROLES = ("owner", "requester", "payer", "payee", "arbitrator", "stranger")
RELAYER = "0x" + "ee" * 20
DIGEST = keccak(text="a document")
ERROR = bytes.fromhex("08c379a0")
REVEALED = int.from_bytes(abi.event_topic("ReputationLedger", "RatingRevealed"))
# Stands for an authorisation that another will give
OTHERS = ("0x" + "01" * 20, 0, b"")


def key(role: str) -> Any:
    """The account of a role."""
    return Account.from_key(keccak(text=f"role: {role}"))


class Contracts(Chain):
    """The client's view of a chain whose contracts are these; nothing is sent."""

    def __init__(self, world: World, role: str | None) -> None:
        self.world = world
        self.deployment = world.deployment
        self.account = None if role is None else key(role)
        self.relay = None

    def now_s(self) -> int:
        """Time of the environment."""
        return int(boa.env.evm.patch.timestamp)

    def read(self, contract: str, name: str, *arguments: Any, at: str | None = None) -> Any:
        """What a view answers; a token is asked for by the ABI of `MockToken`."""
        if contract == "MockToken":
            return getattr(self.world.token, name)(*arguments)
        return getattr(self.world.contracts[contract], name)(*arguments)


class RefusedError(Exception):
    """A call that failed; the words of the contract, or nothing."""

    def __init__(self, output: bytes) -> None:
        self.words = str(decode(["string"], output[4:])[0]) if output[:4] == ERROR else ""
        super().__init__(self.words)


@dataclass(frozen=True)
class Call:
    """A function of a contract with its arguments."""

    contract: str
    function: str
    arguments: tuple[Any, ...]

    @property
    def data(self) -> bytes:
        """Its calldata."""
        return abi.encode_call(self.contract, self.function, self.arguments)

    @property
    def opened(self) -> tuple[Any, ...]:
        """Its arguments; of calls that are made together those of each."""
        if self.function != "together":
            return self.arguments
        return tuple(abi.decode_call(self.contract, inner)[1] for inner in self.arguments[0])

    def but(self, opened: tuple[Any, ...]) -> Call:
        """The same call with other arguments, as `opened` has them."""
        if self.function != "together":
            return Call(self.contract, self.function, opened)
        names = [abi.decode_call(self.contract, inner)[0] for inner in self.arguments[0]]
        calls = [
            abi.encode_call(self.contract, name, values) for name, values in zip(names, opened, strict=True)
        ]
        return Call(self.contract, self.function, (calls,))


class World:
    """Contracts, a token of which payer and payee have plenty, and the objects that acts are about."""

    def __init__(self) -> None:
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        boa.env.evm.patch.timestamp = T0_S
        self.contracts = {name: boa.load(str(source_path(name))) for name in CONTRACTS}
        self.token = boa.load(str(source_path("MockToken")), "Demo Euro", "dEUR", 6)
        self.deployment = self._deployed()
        for role in ("payer", "payee"):
            self.token.mint(key(role).address, 10**18)
            for name in ("Escrow", "Payments"):
                self.token.approve(self.contracts[name], 2**255, sender=key(role).address)

    def _deployed(self) -> Deployment:
        at = {name: bytes.fromhex(str(found.address)[2:]) for name, found in self.contracts.items()}
        return Deployment(
            boa.env.evm.patch.chain_id,
            1,
            ledger=at["ReputationLedger"],
            bookings=at["Bookings"],
            escrow=at["Escrow"],
            token=bytes.fromhex(str(self.token.address)[2:]),
            others={name: at[name] for name in ("Payments", "Spaces", "Router")},
        )

    def by(self, role: str | None = None) -> Contracts:
        """The client with a role's key."""
        return Contracts(self, role)

    def submit(self, call: Call, gas: int | None = None, data: bytes | None = None) -> list[Any]:
        """Send a call as the relayer, with other calldata where some is given; the raw logs.

        Raises:
            RefusedError: nothing happened.
        """
        done = boa.env.execute_code(
            to_address=self.contracts[call.contract].address,
            sender=RELAYER,
            data=call.data if data is None else data,
            gas=gas,
        )
        if done.is_error:
            raise RefusedError(done.output)
        return [(bytes(address), topics, data) for address, topics, data in done.get_log_entries()]

    def act(self, role: str, contract: str, function: str, *arguments: Any) -> Any:
        """An act of a role's own."""
        return getattr(self.contracts[contract], function)(*arguments, NO_AUTH, sender=key(role).address)

    def signed(self, role: str, contract: str, function: str, *arguments: Any, for_s: int = HOUR_S) -> Call:
        """A call with everything that a role signs filled in."""
        return Call(contract, function, self.by(role).authorised(contract, function, arguments, for_s))

    def announced(self, rule: int = MANUAL) -> bytes:
        """A thing of the owner's."""
        made = Announcement(ResourceTerms(7, rule=rule, ttl_h=200).word(), DIGEST, bytes([rule]) * 32)
        return bytes(self.act("owner", "Bookings", "announce", made.values()))

    def request(self, resource: bytes, role: str = "requester") -> Request:
        """What the requester would ask for, or who pays for it at once."""
        start_s = (T0_S // HOUR_S + 100) * HOUR_S
        return Request(resource, key(role).address, start_s, 3, DIGEST)

    def requested(self, rule: int = MANUAL) -> Request:
        """A request of the requester's, pending or (first come) granted."""
        request = self.request(self.announced(rule))
        self.act("requester", "Bookings", "request", request.values())
        return request

    def deal(self, token: Any = None, payee: str | None = None, booking: bytes = DIGEST) -> tuple[Core, Rest]:
        """Terms between payer and payee: in two parts, with a right to cancel."""
        rest = Rest(
            ladder=((key("arbitrator").address, 5 * DAY_S, 300),),
            milestones=((400, T0_S + 4 * DAY_S), (600, T0_S + 5 * DAY_S)),
            cancellations=((2 * DAY_S, 9_000), (DAY_S, 5_000)),
        )
        schedule = Schedule(T0_S + 5 * DAY_S, T0_S + 6 * DAY_S, service=7)
        core = Core(
            payer=key("payer").address,
            payee=payee or key("payee").address,
            token=str(self.token.address) if token is None else token,
            price=1_000,
            deposit=5_000,
            schedule=schedule.word(),
            booking=booking,
            rest=rest.digest(),
            salt=DIGEST,
        )
        return core, rest

    def funded(self) -> tuple[Core, Rest]:
        """A deal that is open."""
        core, rest = self.deal()
        self.act("payer", "Escrow", "open", core.values(), rest.values())
        return core, rest

    def claimed(self) -> tuple[Core, Rest]:
        """A deal in which the payee claims damage."""
        core, rest = self.funded()
        self.act("payee", "Escrow", "claim_damage", core.values(), rest.values(), 700, DIGEST)
        return core, rest

    def disputed(self) -> tuple[Core, Rest]:
        """A deal in dispute, price and claim."""
        core, rest = self.claimed()
        self.act("payer", "Escrow", "dispute", core.values(), rest.values(), DIGEST)
        return core, rest

    def closed(self) -> tuple[Core, Rest]:
        """A deal that went well."""
        core, rest = self.funded()
        self.act("payer", "Escrow", "release", core.values())
        self.act("payee", "Escrow", "finish", core.values())
        return core, rest

    def space(self) -> tuple[bytes, tuple[bytes, int, bytes, bytes]]:
        """A space of the owner's, and the values of a ticket for it that is issued."""
        space = bytes(self.act("owner", "Spaces", "create", (bytes(32), bytes(32), DIGEST, DIGEST)))
        ticket = (space, 5, DIGEST, DIGEST)
        self.act("owner", "Spaces", "issue", ticket)
        return space, ticket
