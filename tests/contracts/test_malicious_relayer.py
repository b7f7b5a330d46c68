"""Whoever sends a signed act can send it or not, and nothing else: not change it, repeat it, take it
elsewhere, or choose the gas such that it turns out otherwise.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boa
import pytest
from contracts.compiling import source_path
from contracts.signed_acts import ACTS
from contracts.signed_world import (
    DAY_S,
    RELAYER,
    REVEALED,
    Call,
    RefusedError,
    World,
    key,
)

from scripts._chain_client import abi, signed_acts, typed_data
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS
from scripts._chain_client.funding import ERC_3009

PLENTY = 10_000_000
# Calls with one byte changed, for each act
SPOILT = 24


@cache
def deployer(contract: str) -> Any:
    """A contract, compiled once."""
    return boa.load_partial(str(source_path(contract)))


@pytest.fixture(scope="module")
def contracts() -> Iterator[World]:
    with boa.swap_env(boa.Env()):
        yield World()


@pytest.fixture
def world(contracts: World) -> Iterator[World]:
    """Nothing of a test stays."""
    with boa.env.anchor():
        yield contracts


@pytest.fixture(params=sorted(ACTS))
def call(request: pytest.FixtureRequest, world: World) -> Call:
    """A signed act at a moment when it is possible."""
    made: Call = ACTS[request.param](world)
    return made


def leaves(value: Any, place: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """The place of every argument that is no struct and no list."""
    if isinstance(value, tuple | list):
        for at, one in enumerate(value):
            yield from leaves(one, (*place, at))
    else:
        yield place


def altered(value: Any, place: tuple[int, ...]) -> Any:
    """The arguments with one that is another of the same type."""
    if place:
        parts = list(value)
        parts[place[0]] = altered(parts[place[0]], place[1:])
        return tuple(parts)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\1"
    return value[:-1] + ("1" if value[-1] == "0" else "0")


def is_refused(world: World, call: Call) -> bool:
    """Whether a call fails; nothing stays of it."""
    with boa.env.anchor():
        try:
            world.submit(call)
        except RefusedError:
            return True
    return False


def refused(world: World, call: Call, **how: Any) -> str:
    """The words with which a call is refused."""
    with boa.env.anchor(), pytest.raises(RefusedError) as caught:
        world.submit(call, **how)
    return caught.value.words


def test_relayer__sending_what_was_signed__acts_for_the_signer_and_not_for_itself(
    world: World, call: Call
) -> None:
    logs = world.submit(call)
    assert logs
    itself = bytes.fromhex(RELAYER[2:])
    for _, topics, data in logs:
        # a rating names who made it count, which gives that one nothing
        if topics[0] != REVEALED:
            assert itself not in b"".join(topic.to_bytes(32) for topic in topics) + data


def test_relayer__altering_any_argument__is_refused(world: World, call: Call) -> None:
    for place in leaves(call.opened):
        other = call.but(altered(call.opened, place))
        if is_inside_nothing(call.opened, place):
            # nobody looks at it where the signature for the token says it all
            assert taken(world, other) == taken(world, call)
        else:
            assert is_refused(world, other), f"another argument at {place} is taken"


def is_inside_nothing(value: Any, place: tuple[int, ...]) -> bool:
    """Whether a place is in an authorisation that is empty."""
    return value == NO_AUTH or (bool(place) and is_inside_nothing(value[place[0]], place[1:]))


def test_relayer__altering_any_byte__does_nothing_or_the_same_or_acts_for_itself(
    world: World, call: Call
) -> None:
    honest = taken(world, call)
    chance = random.Random(call.function)  # noqa: S311
    for _ in range(SPOILT):
        spoilt = bytearray(call.data)
        spoilt[chance.randrange(len(spoilt))] ^= chance.randrange(1, 256)
        # padding that nobody reads may differ
        assert for_signer(call, taken(world, call, data=bytes(spoilt))) in ([], honest)


def test_relayer__without_the_signature__is_refused_or_acts_for_itself(world: World, call: Call) -> None:
    assert for_signer(call, taken(world, without_funding(with_auths(call, lambda _: NO_AUTH)))) == []


def taken(world: World, call: Call, **how: Any) -> list[Any]:
    """The logs of a call, none where it is refused; nothing stays of it."""
    with boa.env.anchor():
        try:
            return world.submit(call, **how)
        except RefusedError:
            return []


def for_signer(call: Call, logs: list[Any]) -> list[Any]:
    """The logs where any speaks of the signer, else none: the act was somebody else's own."""
    signer = bytes.fromhex(signers_of(call)[0][2:])
    said = b"".join(b"".join(topic.to_bytes(32) for topic in topics) + data for _, topics, data in logs)
    return logs if signer in said else []


def is_auth(value: Any) -> bool:
    """Whether an argument is a filled-in authorisation."""
    return (
        isinstance(value, tuple) and len(value) == 3 and isinstance(value[2], bytes) and len(value[2]) == 65
    )


def auths_of(call: Call) -> list[tuple[str, int, bytes]]:
    """The authorisations in a call, in their order."""

    def inside(value: Any) -> Iterator[Any]:
        if is_auth(value):
            yield value
        elif isinstance(value, tuple | list):
            for one in value:
                yield from inside(one)

    return list(inside(call.opened))


def funding_of(call: Call) -> tuple[Any, ...] | None:
    """The signature for the token in a call, where it has one."""
    named = abi.named(call.contract, call.function, call.arguments)
    return tuple(named["how"].values()) if "how" in named else None


def payer_of(call: Call) -> str:
    """Who pays in a call that opens a deal."""
    payer: str = abi.named(call.contract, call.function, call.arguments)["core"]["payer"]
    return payer


def signers_of(call: Call) -> list[str]:
    """Whose signatures a call carries."""
    how = funding_of(call)
    by_token = [payer_of(call)] if how is not None and how[0] == ERC_3009 else []
    return by_token + [one[0] for one in auths_of(call)]


def without_funding(call: Call) -> Call:
    """The call without a signature for the token."""
    how = funding_of(call)
    if how is None:
        return call
    return call.but(tuple((0, 0, 0, bytes(32), bytes(32)) if one == how else one for one in call.arguments))


def with_auths(call: Call, change: Callable[[tuple[str, int, bytes]], tuple[str, int, bytes]]) -> Call:
    """The call with other authorisations."""

    def other(value: Any) -> Any:
        if is_auth(value):
            return change(value)
        return tuple(other(one) for one in value) if isinstance(value, tuple | list) else value

    return call.but(other(call.opened))


def test_relayer__naming_another_signer__is_refused(world: World, call: Call) -> None:
    thief = boa.env.generate_address("thief")
    if not auths_of(call):
        at = [part["name"] for part in abi.inputs(call.contract, call.function)].index("core")
        stolen = (*call.arguments[:at], (str(thief), *call.arguments[at][1:]), *call.arguments[at + 1 :])
        assert refused(world, call.but(stolen)) == "escrow: not the payer"
        return
    assert refused(world, with_auths(call, lambda one: (str(thief), *one[1:]))) == "auth: bad signature"


def test_relayer__sending_again__is_refused(world: World, call: Call) -> None:
    world.submit(call)
    assert refused(world, call)


def test_relayer__on_another_chain__is_refused(world: World, call: Call) -> None:
    boa.env.evm.patch.chain_id += 1  # as everything else it is undone by the anchor
    words = refused(world, call)
    # ids hold the chain as well, so some objects are not even known there
    assert words.split(": ")[1] in {
        "bad signature", "unknown request", "unknown resource", "unknown ticket", "unknown", "not the owner",
        "not granted", "deal not closed", "not the payer",
    }  # fmt: skip


def test_relayer__at_another_contract_of_the_kind__is_refused(world: World, call: Call) -> None:
    # an address of its own each time: boa remembers what was written at one beyond the anchor
    twin = deployer(call.contract).deploy(override_address=boa.env.generate_address())
    before = world.contracts[call.contract]
    honest = taken(world, call)
    try:
        world.contracts[call.contract] = twin
        if call.contract == "Router":
            # it has no rights: what was signed is for the contracts behind it, whoever passes it on
            assert taken(world, call) == honest
        else:
            assert refused(world, call)
    finally:
        world.contracts[call.contract] = before


def test_relayer__keeping_an_act_back__cannot_send_it_after_the_deadline(world: World, call: Call) -> None:
    how = funding_of(call)
    deadline = min([one[1] for one in auths_of(call)] + ([how[1]] if how else []))
    boa.env.evm.patch.timestamp = deadline - 1
    with boa.env.anchor():
        world.submit(call)
    boa.env.evm.patch.timestamp = deadline
    by_token = how is not None and how[0] == ERC_3009
    assert refused(world, call) == ("token: transfer reverted" if by_token else "auth: expired")


def test_relayer__keeping_an_act_back__is_too_late_once_the_member_acts_himself(
    world: World, call: Call
) -> None:
    signer = signers_of(call)[0]
    if call.function == "rate_both":
        # neither side can do it alone, but what it signed is worthless once its side has committed otherwise
        world.contracts["ReputationLedger"].commit(*call.arguments[:2], 0, b"\1" * 32, NO_AUTH, sender=signer)
        assert refused(world, call) == "reputation: already committed"
        return
    if call.function == "split":
        # neither side can do it alone, but nothing that either does leaves the word as it was
        world.contracts["Escrow"].release(call.arguments[0], NO_AUTH, sender=signer)
        assert refused(world, call) == "auth: bad signature"
        return
    if call.contract == "Router" or call.function == "open_funded":
        named = abi.named(call.contract, call.function, call.arguments)
        escrow = world.contracts["Escrow"]
        world.token.approve(escrow, 2**255, sender=signer)
        terms = [tuple(named["core"].values()), rest_of(named["rest"])]
        escrow.open(*terms, NO_AUTH, sender=signer)
        assert refused(world, call) == "escrow: already opened"
        return
    if any(part["name"] == "nonce" for part in abi.inputs(call.contract, call.function)):
        place = [part["name"] for part in abi.inputs(call.contract, call.function)].index("nonce")
        world.contracts[call.contract].cancel_nonce(call.arguments[place], sender=signer)
        assert refused(world, call) == "auth: nonce used"
        return
    own = with_auths(call, lambda _: NO_AUTH)
    getattr(world.contracts[call.contract], call.function)(*own.arguments, sender=signer)
    assert refused(world, call)


def rest_of(named: dict[str, Any]) -> tuple[Any, ...]:
    """The lists of a deal as values."""
    return tuple([tuple(one.values()) for one in entries] for entries in named.values())


def test_relayer__somebody_faster_with_the_same_act__is_the_signers_act_all_the_same(
    world: World, call: Call
) -> None:
    with boa.env.anchor():
        honest = world.submit(call)
    faster = boa.env.execute_code(
        to_address=world.contracts[call.contract].address,
        sender=boa.env.generate_address("faster"),
        data=call.data,
    )
    said = [(bytes(one[0]), one[1], one[2]) for one in faster.get_log_entries()]
    assert [log for log in said if log[1][0] != REVEALED] == [log for log in honest if log[1][0] != REVEALED]
    assert len(said) == len(honest)


def test_relayer__choosing_any_gas__does_all_of_it_or_nothing(world: World, call: Call) -> None:
    honest = taken(world, call)
    for gas in limits(world, call):
        assert taken(world, call, gas=gas) in ([], honest), f"something else happens with {gas} gas"


def limits(world: World, call: Call, count: int = 14) -> list[int]:
    """Gas limits from too little for anything to more than enough."""
    enough = 20_000
    while not taken(world, call, gas=enough):
        enough += 20_000
    return [enough * step // (count - 4) for step in range(4, count)] + [PLENTY]


@pytest.fixture
def wallet(world: World) -> Any:
    """A contract wallet whose key is the owner's."""
    return boa.load(str(source_path("MockWallet")), key("owner").address)


def of_wallet(call: Call, wallet: Any) -> Call:
    """The same act in the name of a wallet with the same key."""
    return with_auths(call, lambda one: (str(wallet.address), *one[1:]))


def test_relayer__choosing_any_gas_for_a_contract_wallet__cannot_make_its_signature_bad(
    world: World, wallet: Any
) -> None:
    call = of_wallet(ACTS["Bookings.announce"](world), wallet)
    honest = taken(world, call)
    assert honest
    for gas in limits(world, call, 40):
        assert taken(world, call, gas=gas) in ([], honest)
        if not taken(world, call, gas=gas):
            assert refused(world, call, gas=gas) in ("", "auth: more gas needed")


def test_relayer__choosing_any_gas_for_a_payout__cannot_defer_it(world: World) -> None:
    """In native coin a receiver runs code with what gas is left: less than it is promised is refused."""
    receiver = boa.load(str(source_path("MockWallet")), key("payee").address)
    core, rest = world.deal(token=ZERO_ADDRESS, payee=str(receiver.address))
    payer = key("payer").address
    boa.env.set_balance(payer, 10**18)
    escrow = world.contracts["Escrow"]
    escrow.open(core.values(), rest.values(), NO_AUTH, sender=payer, value=6_000)
    call = world.signed("payer", "Escrow", "release", core.values(), NO_AUTH)
    honest = taken(world, call)
    assert honest
    with boa.env.anchor():
        world.submit(call)
        assert escrow.claimable(receiver.address, ZERO_ADDRESS) == 0
    for gas in limits(world, call, 40):
        assert taken(world, call, gas=gas) in ([], honest), f"something else happens with {gas} gas"


def test_signature__of_another_act_of_the_same_member__is_worthless(world: World) -> None:
    """The type is signed too: to release is not to accept a claim."""
    core, _ = world.claimed()
    release = world.signed("payer", "Escrow", "release", core.values(), NO_AUTH)
    other = Call("Escrow", "accept_claim", release.arguments)
    assert refused(world, other) == "auth: bad signature"


def test_signature__with_a_later_deadline_written_in__is_worthless(world: World) -> None:
    call = ACTS["Bookings.confirm"](world)
    request, (signer, deadline, signature) = call.arguments
    later = Call(call.contract, call.function, (request, (signer, deadline + DAY_S, signature)))
    assert refused(world, later) == "auth: bad signature"


def test_every_act_here__signs_a_type_of_the_files() -> None:
    for name in ACTS:
        contract, function = name.split(" ")[0].split(".")
        passed_on = signed_acts.PASSED_ON.get((contract, function))
        for signed in [contract] if passed_on is None else [other for other, _, _ in passed_on.values()]:
            assert typed_data.types_of(signed)
