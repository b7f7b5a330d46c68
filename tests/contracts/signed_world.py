"""The real contracts on titanoboa with members who only sign, and every act that is open to them.

What is signed is made by the command line's client, so that a test of the contracts is one of the client too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import boa
from contracts.compiling import search_paths, source_path
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.crypto import keccak

from indexer.chain.deployment import Deployment
from scripts._chain_client import abi
from scripts._chain_client.bookings import (
    FIRST_COME,
    MANUAL,
    REQUEST,
    Announcement,
    Request,
    ResourceTerms,
)
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS, Chain
from scripts._chain_client.escrow import DAY_S, Core, Rest, Schedule

T0_S, HOUR_S = 1_800_000_000, 3_600
CONTRACTS = ("ReputationLedger", "Bookings", "Escrow", "Payments", "Spaces")
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
        """What a view answers."""
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
            others={name: at[name] for name in ("Payments", "Spaces")},
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

    def request(self, resource: bytes) -> Request:
        """What the requester would ask for."""
        start_s = (T0_S // HOUR_S + 100) * HOUR_S
        return Request(resource, key("requester").address, start_s, 3, DIGEST)

    def requested(self, rule: int = MANUAL) -> Request:
        """A request of the requester's, pending or (first come) granted."""
        request = self.request(self.announced(rule))
        self.act("requester", "Bookings", "request", request.values())
        return request

    def deal(self, token: Any = None, payee: str | None = None) -> tuple[Core, Rest]:
        """Terms between payer and payee."""
        rest = Rest(ladder=((key("arbitrator").address, 5 * DAY_S, 300),))
        schedule = Schedule(T0_S + 5 * DAY_S, T0_S + 6 * DAY_S, service=7)
        core = Core(
            payer=key("payer").address,
            payee=payee or key("payee").address,
            token=str(self.token.address) if token is None else token,
            price=1_000,
            deposit=5_000,
            schedule=schedule.word(),
            booking=DIGEST,
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


# A policy that needs most of the gas it is promised, and then grants
THIRSTY = """
struct Request:
    resource: bytes32
    requester: address
    start: uint256
    quanta: uint256
    units: uint256
    gathering: bytes32
    bundle: bytes32
    salt: bytes32

@external
@view
def decide(id: bytes32, request: Request, owner: address, param: bytes32, data: Bytes[2048]) -> uint256:
    said: bytes32 = id
    for i: uint256 in range(1000):
        said = keccak256(said)
    assert said != empty(bytes32)
    return 1
"""
POLICY, GATED = 2, 1 << 231


def gated(world: World, policy: str) -> tuple[Any, ...]:
    """The request, conditions and data with which a thing is asked for whose policy this is."""
    conditions = (policy, DIGEST, 0, 0, bytes(32))
    made = Announcement(ResourceTerms(7, rule=POLICY).word() | GATED, DIGEST, DIGEST).values()
    resource = bytes(world.act("owner", "Bookings", "announce_gated", made, conditions))
    return world.request(resource).values(), conditions, b"a letter"


def _announce_gated(world: World) -> Call:
    made = Announcement(ResourceTerms(7).word() | GATED, DIGEST, DIGEST).values()
    conditions = (ZERO_ADDRESS, bytes(32), 20, 2**168 - 1, bytes(32))
    return world.signed("owner", "Bookings", "announce_gated", made, conditions, NO_AUTH)


def _return_early(world: World) -> Call:
    request = world.requested(FIRST_COME)
    return world.signed(
        "requester", "Bookings", "return_early", request.values(), request.start_s + HOUR_S, NO_AUTH
    )


def _bundle(world: World) -> Call:
    """Two things or none, asked for in one go."""
    resources = [world.announced(rule) for rule in (MANUAL, FIRST_COME)]
    single = [world.request(resource) for resource in resources]
    chain = bytes(32)
    for one in single:
        chain = keccak(encode(["bytes32", REQUEST], [chain, one.values()]))
    items = [replace(one, bundle=chain).values() for one in single]
    calls = [abi.encode_call("Bookings", "request", (item, NO_AUTH)) for item in items]
    return world.signed("requester", "Bookings", "together", calls)


def _announcement(world: World, salt: int = 9) -> tuple[int, bytes, bytes]:
    return Announcement(ResourceTerms(7, phase_s=900).word(), DIGEST, bytes([salt]) * 32).values()


def _bookings(world: World, role: str, function: str, *more: Any) -> Call:
    return world.signed(role, "Bookings", function, world.requested().values(), *more, NO_AUTH)


def _commit(world: World) -> Call:
    core, _ = world.closed()
    source = world.deployment.addresses["Escrow"].hex()
    return world.signed(
        "payer", "ReputationLedger", "commit", f"0x{source}", core.terms(), 0, DIGEST, NO_AUTH
    )


def _escrow(world: World) -> str:
    return "0x" + world.deployment.addresses["Escrow"].hex()


def _rate_both(world: World) -> Call:
    core, _ = world.closed()
    said = [(5, DIGEST), (4, bytes(32))]
    half = world.signed(
        "payer", "ReputationLedger", "rate_both", _escrow(world), core.terms(), said, [NO_AUTH, OTHERS]
    )
    return world.signed(
        "payee",
        "ReputationLedger",
        "rate_both",
        *half.arguments[:3],
        [half.arguments[3][0], NO_AUTH],
    )


def _rated(world: World, role: str, function: str, *more: Any) -> Call:
    """An act on a rating that was counted."""
    both = _rate_both(world)
    logs = world.submit(both)
    deal = keccak(
        encode(["uint256", "address"], [world.deployment.chain_id, _escrow(world)]) + both.arguments[1]
    )
    weight = next(data for _, topics, data in logs if topics[0] == REVEALED)[-32:]
    entry = (
        key("payer").address,
        key("payee").address,
        7,
        int.from_bytes(weight),
        int(boa.env.evm.patch.timestamp),
    )
    return world.signed(role, "ReputationLedger", function, _escrow(world), deal, 0, entry, *more, NO_AUTH)


def _with(core_and_rest: tuple[Core, Rest]) -> tuple[Any, Any]:
    core, rest = core_and_rest
    return core.values(), rest.values()


def _refund_after(world: World) -> Call:
    core, _ = world.closed()
    source = "0x" + world.deployment.addresses["Escrow"].hex()
    return world.signed("payee", "Payments", "refund_after", source, core.values(), 400, 0, NO_AUTH)


def _spaces(role: str, function: str, make: Callable[[World], tuple[Any, ...]]) -> Callable[[World], Call]:
    return lambda world: world.signed(role, "Spaces", function, *make(world), NO_AUTH)


def _given(world: World) -> tuple[Any, bytes]:
    _, ticket = world.space()
    world.act("owner", "Spaces", "give", ticket, [key("requester").address])
    where = [world.deployment.chain_id, str(world.contracts["Spaces"].address), ticket]
    return ticket, keccak(encode(["uint256", "address", "(bytes32,uint256,bytes32,bytes32)"], where))


def _hosted(world: World) -> tuple[bytes]:
    space, _ = world.space()
    gathering = (space, T0_S + DAY_S, T0_S + 2 * DAY_S, DIGEST, DIGEST)
    return (bytes(world.act("owner", "Spaces", "host", gathering)),)


# "Contract.function" → the world is brought to where the act is possible, and the signed act
ACTS: dict[str, Callable[[World], Call]] = {
    "Bookings.announce": lambda w: w.signed("owner", "Bookings", "announce", _announcement(w), NO_AUTH),
    "Bookings.announce_many": lambda w: w.signed(
        "owner", "Bookings", "announce_many", [_announcement(w, 1), _announcement(w, 2)], NO_AUTH
    ),
    "Bookings.announce_gated": _announce_gated,
    "Bookings.together": _bundle,
    "Bookings.request_with": lambda w: w.signed(
        "requester", "Bookings", "request_with", *gated(w, str(boa.loads(THIRSTY).address)), NO_AUTH
    ),
    "Bookings.return_early": _return_early,
    "Bookings.set_resource_state": lambda w: w.signed(
        "owner", "Bookings", "set_resource_state", w.announced(), 2, NO_AUTH
    ),
    "Bookings.request": lambda w: w.signed(
        "requester", "Bookings", "request", w.request(w.announced()).values(), NO_AUTH
    ),
    "Bookings.request first come": lambda w: w.signed(
        "requester", "Bookings", "request", w.request(w.announced(FIRST_COME)).values(), NO_AUTH
    ),
    "Bookings.confirm": lambda w: _bookings(w, "owner", "confirm"),
    "Bookings.deny": lambda w: _bookings(w, "owner", "deny", DIGEST),
    "Bookings.cancel": lambda w: _bookings(w, "requester", "cancel"),
    "Escrow.open": lambda w: w.signed("payer", "Escrow", "open", *_with(w.deal()), NO_AUTH),
    "Escrow.release": lambda w: w.signed("payer", "Escrow", "release", w.funded()[0].values(), NO_AUTH),
    "Escrow.finish": lambda w: w.signed("payee", "Escrow", "finish", w.funded()[0].values(), NO_AUTH),
    "Escrow.refund": lambda w: w.signed("payee", "Escrow", "refund", w.funded()[0].values(), NO_AUTH),
    "Escrow.claim_damage": lambda w: w.signed(
        "payee", "Escrow", "claim_damage", *_with(w.funded()), 700, DIGEST, NO_AUTH
    ),
    "Escrow.accept_claim": lambda w: w.signed(
        "payer", "Escrow", "accept_claim", w.claimed()[0].values(), NO_AUTH
    ),
    "Escrow.dispute": lambda w: w.signed("payer", "Escrow", "dispute", *_with(w.claimed()), DIGEST, NO_AUTH),
    "Escrow.rule": lambda w: w.signed(
        "arbitrator", "Escrow", "rule", *_with(w.disputed()), 900, 100, DIGEST, NO_AUTH
    ),
    "Payments.pay": lambda w: w.signed(
        "payer", "Payments", "pay", key("payee").address, str(w.token.address), 40, DIGEST, 0, NO_AUTH
    ),
    "Payments.refund_after": _refund_after,
    "ReputationLedger.commit": _commit,
    "ReputationLedger.rate_both": _rate_both,
    "ReputationLedger.respond": lambda w: _rated(w, "payee", "respond", DIGEST),
    "ReputationLedger.retract": lambda w: _rated(w, "payer", "retract"),
    "Spaces.create": _spaces("owner", "create", lambda w: ((bytes(32), bytes(32), DIGEST, DIGEST),)),
    "Spaces.close": _spaces("owner", "close", lambda w: (w.space()[0],)),
    "Spaces.hand_over": _spaces("owner", "hand_over", lambda w: (w.space()[0], key("payer").address)),
    "Spaces.set_gate": _spaces("owner", "set_gate", lambda w: (_given(w)[0][0], _given_id(w))),
    "Spaces.issue": _spaces("owner", "issue", lambda w: ((w.space()[0], 9, DIGEST, bytes(32)),)),
    "Spaces.give": _spaces(
        "owner", "give", lambda w: (w.space()[1], [key("payer").address, key("payee").address])
    ),
    "Spaces.take_back": _spaces("owner", "take_back", lambda w: (_given(w)[0], key("requester").address)),
    "Spaces.renounce": _spaces("requester", "renounce", lambda w: (_given(w)[1],)),
    "Spaces.host": _spaces(
        "owner", "host", lambda w: ((w.space()[0], T0_S + DAY_S, T0_S + 2 * DAY_S, DIGEST, DIGEST),)
    ),
    "Spaces.call_off": _spaces("owner", "call_off", _hosted),
    "Spaces.list_resources": _spaces(
        "owner",
        "list_resources",
        lambda w: (w.space()[0], str(w.contracts["Bookings"].address), [DIGEST, bytes(32)], 0),
    ),
}


def _given_id(world: World) -> bytes:
    space = world.by().read(
        "Spaces", "space_id", key("owner").address, (bytes(32), bytes(32), DIGEST, DIGEST)
    )
    where = [world.deployment.chain_id, str(world.contracts["Spaces"].address), (space, 5, DIGEST, DIGEST)]
    return keccak(encode(["uint256", "address", "(bytes32,uint256,bytes32,bytes32)"], where))
