"""Every action of `Spaces` by signature: others may send it, nobody replays it, nothing can be altered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ape
import pytest
from contracts.booking_values import DAY_S, HOUR_S, number
from contracts.signing import CURVE_ORDER, EMPTY_AUTH
from contracts.space_values import ZERO, gathering_of, space_of, ticket_of

# one action: type, message, the call with everything but the authorisation, the role that signs
ACTIONS = (
    "CreateSpace",
    "CloseSpace",
    "HandOverSpace",
    "SetGate",
    "IssueTicket",
    "GiveTicket",
    "TakeBackTicket",
    "RenounceTicket",
    "HostGathering",
    "CallOffGathering",
    "ListResources",
)


@dataclass
class Signed:
    """An action that can be sent by anybody with the authorisation of `signer`."""

    primary_type: str
    message: dict[str, Any]
    send: Callable[..., Any]
    signer: Any
    altered: Callable[..., Any]
    replayed: str


@pytest.fixture
def signed(
    request: pytest.FixtureRequest,
    spaces: Any,
    bookings: Any,
    gated: bytes,
    ticket: dict[str, Any],
    held: bytes,
    start: int,
    deadline: int,
    owner: Any,
    requester: Any,
    payer: Any,
    other_owner: Any,
) -> Signed:
    """The action of the parameter, ready to be signed."""
    space_word = spaces.space_word(gated)
    made = space_of("signed")
    another_ticket = ticket_of(gated, "signed")
    invited = gathering_of(gated, start, start + HOUR_S, "signed")
    hosted = gathering_of(gated, start, start + HOUR_S, "to be called off")
    spaces.host(hosted, EMPTY_AUTH, sender=requester)
    gathering = bytes(spaces.gathering_id(requester, hosted))
    things = [number("drill"), number("saw")]
    no_longer = "auth: bad signature"

    def act(name: str, *values: Any) -> Callable[..., Any]:
        return lambda auth, sender, **options: getattr(spaces, name)(*values, auth, sender=sender, **options)

    cases: dict[str, tuple[dict[str, Any], Callable[..., Any], Any, Callable[..., Any], str]] = {
        "CreateSpace": (
            {**made},
            act("create", made),
            owner,
            act("create", {**made, "digest": number("other")}),
            "spaces: already created",
        ),
        "CloseSpace": (
            {"space": gated, "word": space_word},
            act("close", gated),
            owner,
            act("close", bytes(spaces.space_id(owner, made))),
            no_longer,
        ),
        "HandOverSpace": (
            {"space": gated, "new_owner": other_owner.address, "word": space_word},
            act("hand_over", gated, other_owner),
            owner,
            act("hand_over", gated, payer),
            no_longer,
        ),
        "SetGate": (
            {"space": gated, "ticket": ZERO, "word": space_word},
            act("set_gate", gated, ZERO),
            owner,
            act("set_gate", gated, held),
            no_longer,
        ),
        "IssueTicket": (
            {**another_ticket},
            act("issue", another_ticket),
            owner,
            act("issue", {**another_ticket, "capacity": 0}),
            "spaces: already issued",
        ),
        "GiveTicket": (
            {"ticket": held, "members": [payer.address], "word": spaces.ticket_word(held)},
            act("give", ticket, [payer]),
            owner,
            act("give", ticket, [other_owner]),
            no_longer,
        ),
        "TakeBackTicket": (
            {"ticket": held, "member": requester.address, "word": spaces.holding_word(held, requester)},
            act("take_back", ticket, requester),
            owner,
            act("take_back", ticket, payer),
            no_longer,
        ),
        "RenounceTicket": (
            {"ticket": held, "word": spaces.holding_word(held, requester)},
            act("renounce", held),
            requester,
            act("renounce", number("other")),
            no_longer,
        ),
        "HostGathering": (
            {**invited},
            act("host", invited),
            requester,
            act("host", {**invited, "end": invited["end"] + 1}),
            "spaces: already hosted",
        ),
        "CallOffGathering": (
            {"gathering": gathering, "word": spaces.gathering_word(gathering)},
            act("call_off", gathering),
            requester,
            act("call_off", number("other")),
            no_longer,
        ),
        "ListResources": (
            {"space": gated, "bookings": bookings.address, "resources": things, "nonce": 7},
            act("list_resources", gated, bookings, things, 7),
            requester,
            act("list_resources", gated, bookings, things[:1], 7),
            "auth: nonce used",
        ),
    }
    # the space whose id `altered` names where a space is signed for
    if request.param == "CloseSpace":
        spaces.create(made, EMPTY_AUTH, sender=owner)
    message, send, signer, altered, replayed = cases[request.param]
    return Signed(request.param, {**message, "deadline": deadline}, send, signer, altered, replayed)


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
def test_action__sent_by_a_relayer__is_the_signers(
    spaces: Any, signed: Signed, sign: Any, relayer: Any
) -> None:
    auth = sign(signed.signer, spaces, signed.primary_type, signed.message)
    (event, *_) = signed.send(auth, relayer).decode_logs()
    assert event.actor == signed.signer.address


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
def test_action__replayed__reverts(spaces: Any, signed: Signed, sign: Any, relayer: Any) -> None:
    auth = sign(signed.signer, spaces, signed.primary_type, signed.message)
    signed.send(auth, relayer)
    with ape.reverts(signed.replayed):
        signed.send(auth, relayer)


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
def test_action__with_other_values_than_signed__reverts(
    spaces: Any, signed: Signed, sign: Any, relayer: Any
) -> None:
    auth = sign(signed.signer, spaces, signed.primary_type, signed.message)
    words = {"CallOffGathering": "spaces: unknown gathering"}
    with ape.reverts(words.get(signed.primary_type, "auth: bad signature")):
        signed.altered(auth, relayer)


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
def test_action__signed_by_another_in_the_right_name__reverts(
    spaces: Any, signed: Signed, sign: Any, stranger: Any
) -> None:
    auth = sign(stranger, spaces, signed.primary_type, signed.message, signer=signed.signer.address)
    with ape.reverts("auth: bad signature"):
        signed.send(auth, stranger)


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
def test_action__signed_by_a_stranger_in_his_own_name__reverts_or_is_his(
    spaces: Any, signed: Signed, sign: Any, stranger: Any, relayer: Any
) -> None:
    refused = {
        "CreateSpace": None,
        "HostGathering": "spaces: not a member",
        "CallOffGathering": "spaces: not the host",
        "ListResources": "spaces: not a member",
        # he signed over the holding of another
        "RenounceTicket": "auth: bad signature",
    }
    auth = sign(stranger, spaces, signed.primary_type, signed.message)
    words = refused.get(signed.primary_type, "spaces: not the owner")
    if words is None:
        signed.send(auth, relayer)
    else:
        with ape.reverts(words):
            signed.send(auth, relayer)


@pytest.mark.parametrize("signed", ["CreateSpace", "SetGate", "GiveTicket", "ListResources"], indirect=True)
@pytest.mark.parametrize(
    "domain",
    [{"chain_id": 1}, {"name": "Allmende Bookings"}, {"verifying_contract": "0x" + "11" * 20}],
    ids=str,
)
def test_action__signed_for_elsewhere__reverts(
    spaces: Any, signed: Signed, sign: Any, relayer: Any, domain: dict[str, Any]
) -> None:
    auth = sign(signed.signer, spaces, signed.primary_type, signed.message, **domain)
    with ape.reverts("auth: bad signature"):
        signed.send(auth, relayer)


@pytest.mark.parametrize("signed", ACTIONS, indirect=True)
@pytest.mark.parametrize(("late_s", "refused"), [(-1, False), (0, True)])
def test_action__around_its_deadline__only_before(
    spaces: Any, signed: Signed, sign: Any, relayer: Any, travel: Any, late_s: int, refused: bool
) -> None:
    auth = sign(signed.signer, spaces, signed.primary_type, signed.message)
    travel(signed.message["deadline"] + late_s)
    if refused:
        with ape.reverts("auth: expired"):
            signed.send(auth, relayer)
    else:
        signed.send(auth, relayer)


@pytest.mark.parametrize("signed", ["CloseSpace", "GiveTicket"], indirect=True)
def test_action__mirrored_signature__reverts(spaces: Any, signed: Signed, sign: Any, relayer: Any) -> None:
    signer, deadline, signature = sign(signed.signer, spaces, signed.primary_type, signed.message)
    s = int.from_bytes(signature[32:64], "big")
    mirrored = signature[:32] + (CURVE_ORDER - s).to_bytes(32, "big") + bytes([55 - signature[64]])
    with ape.reverts("auth: bad signature"):
        signed.send((signer, deadline, mirrored), relayer)


def test_hand_over__signed_once__does_not_act_again_after_the_space_came_back(
    spaces: Any, space: bytes, owner: Any, other_owner: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    message = {
        "space": space,
        "new_owner": other_owner.address,
        "word": spaces.space_word(space),
        "deadline": deadline,
    }
    auth = sign(owner, spaces, "HandOverSpace", message)
    spaces.hand_over(space, other_owner, auth, sender=relayer)
    spaces.hand_over(space, owner, EMPTY_AUTH, sender=other_owner)
    with ape.reverts("auth: bad signature"):
        spaces.hand_over(space, other_owner, auth, sender=relayer)


def test_give__signed_once__does_not_act_again_after_the_ticket_came_back(
    spaces: Any,
    ticket: dict[str, Any],
    ticket_key: bytes,
    owner: Any,
    payer: Any,
    relayer: Any,
    sign: Any,
    deadline: int,
) -> None:
    word = spaces.ticket_word(ticket_key)
    message = {"ticket": ticket_key, "members": [payer.address], "word": word, "deadline": deadline}
    auth = sign(owner, spaces, "GiveTicket", message)
    spaces.give(ticket, [payer], auth, sender=relayer)
    spaces.take_back(ticket, payer, EMPTY_AUTH, sender=owner)
    with ape.reverts("auth: bad signature"):
        spaces.give(ticket, [payer], auth, sender=relayer)


def test_set_gate__signed_once__does_not_act_again_after_the_gate_was_as_before(
    spaces: Any, gated: bytes, held: bytes, owner: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    message = {"space": gated, "ticket": ZERO, "word": spaces.space_word(gated), "deadline": deadline}
    auth = sign(owner, spaces, "SetGate", message)
    spaces.set_gate(gated, ZERO, auth, sender=relayer)
    spaces.set_gate(gated, held, EMPTY_AUTH, sender=owner)
    with ape.reverts("auth: bad signature"):
        spaces.set_gate(gated, ZERO, auth, sender=relayer)


def test_list_resources__with_a_cancelled_nonce__reverts(
    spaces: Any, bookings: Any, space: bytes, owner: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    things = [number("drill")]
    spaces.cancel_nonce(7, sender=owner)
    message = {"space": space, "bookings": bookings.address, "resources": things, "nonce": 7}
    auth = sign(owner, spaces, "ListResources", {**message, "deadline": deadline})
    with ape.reverts("auth: nonce used"):
        spaces.list_resources(space, bookings, things, 7, auth, sender=relayer)


@pytest.fixture
def wallet(container: Any, owner: Any) -> Any:
    """A contract wallet with the owner's key."""
    return container("MockWallet").deploy(owner, sender=owner)


def test_wallet__as_owner_and_member__acts_by_signature(
    spaces: Any, wallet: Any, owner: Any, relayer: Any, sign: Any, deadline: int, now: Any
) -> None:
    made = space_of("of a wallet")
    auth = sign(owner, spaces, "CreateSpace", {**made, "deadline": deadline}, signer=wallet.address)
    spaces.create(made, auth, sender=relayer)
    space = bytes(spaces.space_id(wallet, made))
    assert spaces.space_word(space) & 2**160 - 1 == int(wallet.address, 16)
    invited = gathering_of(space, now() + DAY_S, now() + 2 * DAY_S)
    auth = sign(owner, spaces, "HostGathering", {**invited, "deadline": deadline}, signer=wallet.address)
    spaces.host(invited, auth, sender=relayer)
    word = spaces.gathering_word(spaces.gathering_id(wallet, invited))
    assert word & 2**160 - 1 == int(wallet.address, 16)
