"""Acting by signature: every action takes one, and every way in which a signature can be wrong is refused."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    CANCELLED,
    DENIED,
    GRANTED,
    HOUR_S,
    announcement,
    announcement_message,
    number,
)
from contracts.compiling import source_path, typed_data
from contracts.signing import EMPTY_AUTH, reachable
from eth_utils import keccak

SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
NO_1271_GAS = 250_000


@pytest.fixture
def deadline(start: int) -> int:
    """A deadline long before the booking starts and the request expires."""
    return start - 48 * HOUR_S


@pytest.fixture
def confirmation(bookings: Any, pending: dict[str, Any], deadline: int) -> dict[str, Any]:
    """What an owner signs to confirm the pending request."""
    word = bookings.request_word(bookings.request_id(pending))
    return {"request": pending, "word": word, "deadline": deadline}


@pytest.fixture
def wallet(container: Callable[[str], Any], owner: Any) -> Any:
    """A contract wallet whose key is the owner's."""
    return container("MockWallet").deploy(owner, sender=owner)


@pytest.fixture
def wallets_request(bookings: Any, wallet: Any, owner: Any, requester: Any, start: int) -> dict[str, Any]:
    """A pending request for a resource that the wallet owns."""
    made = announcement("wallet's")
    data = bookings.announce.encode_input(made, EMPTY_AUTH)
    wallet.execute(bookings.address, data, 0, sender=owner)
    resource = bytes(bookings.resource_id(wallet.address, made))
    asked = {
        "resource": resource,
        "requester": requester.address,
        "start": start,
        "quanta": 1,
        "units": 1,
        "gathering": bytes(32),
        "bundle": bytes(32),
        "salt": number("wallet's"),
    }
    bookings.request(asked, EMPTY_AUTH, sender=requester)
    return asked


@pytest.fixture
def wallets_auth(
    bookings: Any, wallet: Any, wallets_request: dict[str, Any], owner: Any, sign: Any, deadline: int
) -> tuple[str, int, bytes]:
    """The wallet's authorisation to confirm, signed by its key."""
    word = bookings.request_word(bookings.request_id(wallets_request))
    message = {"request": wallets_request, "word": word, "deadline": deadline}
    auth: tuple[str, int, bytes] = sign(owner, bookings, "Confirm", message, signer=wallet.address)
    return auth


def test_announce__signed__belongs_to_the_signer(
    bookings: Any, owner: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    made = announcement(quantum=4, phase=92, notice_hours=3, rule=1)
    message = {"announcement": announcement_message(made), "deadline": deadline}
    bookings.announce(made, sign(owner, bookings, "Announce", message), sender=relayer)
    assert bookings.resource(bookings.resource_id(owner, made))
    assert not bookings.resource(bookings.resource_id(relayer, made))


@pytest.mark.parametrize(
    "shown",
    [
        {"quantum_s": 3_600},
        {"rule": 0},
        {"phase_s": 0},
        {"horizon_days": 61},
        {"ttl_hours": 49},
        {"notice_hours": 4},
        {"max_quanta": 167},
        {"service": 1},
        {"digest": number("other")},
        {"salt": number("other")},
    ],
    ids=str,
)
def test_announce__signed_with_another_field__reverts(
    bookings: Any, owner: Any, relayer: Any, sign: Any, deadline: int, shown: dict[str, Any]
) -> None:
    made = announcement(quantum=4, phase=92, notice_hours=3, rule=1)
    message = {"announcement": {**announcement_message(made), **shown}, "deadline": deadline}
    with ape.reverts("auth: bad signature"):
        bookings.announce(made, sign(owner, bookings, "Announce", message), sender=relayer)


@pytest.mark.parametrize("count", [1, 3])
def test_announce_many__signed__belongs_to_the_signer(
    bookings: Any, owner: Any, relayer: Any, sign: Any, deadline: int, count: int
) -> None:
    many = [announcement(f"thing {i}") for i in range(count)]
    message = {"announcements": [announcement_message(one) for one in many], "deadline": deadline}
    auth = sign(owner, bookings, "AnnounceMany", message)
    with ape.reverts("auth: bad signature"):
        bookings.announce_many([*many, announcement("smuggled in")], auth, sender=relayer)
    bookings.announce_many(many, auth, sender=relayer)
    assert all(bookings.resource(bookings.resource_id(owner, one)) for one in many)
    with ape.reverts("bookings: already announced"):
        bookings.announce_many(many, auth, sender=relayer)


def test_request__signed__is_the_signers_and_only_once(
    bookings: Any, wanted: Any, requester: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    auth = sign(requester, bookings, "Book", {"request": wanted, "deadline": deadline})
    receipt = bookings.request(wanted, auth, sender=relayer)
    (event,) = receipt.decode_logs(bookings.BookingRequested)
    assert (event.requester, event.actor) == (requester, requester)
    with ape.reverts("bookings: already requested"):
        bookings.request(wanted, auth, sender=relayer)


def test_request__signed_by_another__reverts(
    bookings: Any, wanted: Any, stranger: Any, sign: Any, deadline: int
) -> None:
    auth = sign(stranger, bookings, "Book", {"request": wanted, "deadline": deadline})
    with ape.reverts("bookings: not the requester"):
        bookings.request(wanted, auth, sender=stranger)


def test_confirm__signed__is_the_owners(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    receipt = bookings.confirm(pending, sign(owner, bookings, "Confirm", confirmation), sender=relayer)
    (event,) = receipt.decode_logs(bookings.BookingGranted)
    assert event.actor == owner
    assert bookings.request_state(bookings.request_id(pending)) == GRANTED


def test_deny__signed__is_the_owners_and_binds_the_reason(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    auth = sign(owner, bookings, "Deny", {**confirmation, "reason": number("why")})
    with ape.reverts("auth: bad signature"):
        bookings.deny(pending, number("another reason"), auth, sender=relayer)
    bookings.deny(pending, number("why"), auth, sender=relayer)
    assert bookings.request_state(bookings.request_id(pending)) == DENIED


def test_cancel__signed__is_the_requesters(
    bookings: Any, pending: Any, confirmation: Any, requester: Any, relayer: Any, sign: Any
) -> None:
    bookings.cancel(pending, sign(requester, bookings, "Cancel", confirmation), sender=relayer)
    assert bookings.request_state(bookings.request_id(pending)) == CANCELLED


def test_cancel__signed_before_the_grant__is_worthless_after_it(
    bookings: Any, pending: Any, confirmation: Any, requester: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    auth = sign(requester, bookings, "Cancel", confirmation)
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    with ape.reverts("auth: bad signature"):
        bookings.cancel(pending, auth, sender=relayer)


def test_confirm__replayed_once_the_word_moved_on__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    auth = sign(owner, bookings, "Confirm", confirmation)
    bookings.confirm(pending, auth, sender=relayer)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, auth, sender=relayer)


def test_confirm__signed_by_stranger_in_his_own_name__reverts(
    bookings: Any, pending: Any, confirmation: Any, stranger: Any, sign: Any
) -> None:
    with ape.reverts("bookings: not the owner"):
        bookings.confirm(pending, sign(stranger, bookings, "Confirm", confirmation), sender=stranger)


def test_confirm__signed_by_stranger_in_the_owners_name__reverts(
    bookings: Any, pending: Any, confirmation: Any, stranger: Any, owner: Any, sign: Any
) -> None:
    auth = sign(stranger, bookings, "Confirm", confirmation, signer=owner.address)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, auth, sender=stranger)


@pytest.mark.parametrize(
    "domain",
    [
        {"chain_id": 1},
        {"name": "Allmende Escrow"},
        {"verifying_contract": "0x" + "11" * 20},
    ],
    ids=str,
)
def test_confirm__signed_for_elsewhere__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, sign: Any, domain: dict[str, Any]
) -> None:
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, sign(owner, bookings, "Confirm", confirmation, **domain), sender=owner)


def test_confirm__signed_for_another_action__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, sign: Any
) -> None:
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, sign(owner, bookings, "Cancel", confirmation), sender=owner)


@pytest.mark.parametrize(("late_s", "refused"), [(-1, False), (0, True), (1, True)])
def test_confirm__signed_around_the_deadline__only_before(
    bookings: Any,
    pending: Any,
    confirmation: Any,
    owner: Any,
    relayer: Any,
    sign: Any,
    travel: Any,
    late_s: int,
    refused: bool,
) -> None:
    auth = sign(owner, bookings, "Confirm", confirmation)
    travel(confirmation["deadline"] + late_s)
    if refused:
        with ape.reverts("auth: expired"):
            bookings.confirm(pending, auth, sender=relayer)
    else:
        bookings.confirm(pending, auth, sender=relayer)


def test_confirm__with_a_prolonged_deadline__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    signer, deadline, signature = sign(owner, bookings, "Confirm", confirmation)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, (signer, deadline + 1, signature), sender=relayer)


def test_confirm__mirrored_signature__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any
) -> None:
    signer, deadline, signature = sign(owner, bookings, "Confirm", confirmation)
    s = int.from_bytes(signature[32:64], "big")
    mirrored = signature[:32] + (SECP256K1_N - s).to_bytes(32, "big") + bytes([55 - signature[64]])
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, (signer, deadline, mirrored), sender=relayer)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda signature: signature[:64],
        lambda signature: signature + b"\0",
        lambda _: bytes(65),
        lambda signature: signature[:64] + b"\x02",
    ],
)
def test_confirm__unreadable_signature__reverts(
    bookings: Any, pending: Any, confirmation: Any, owner: Any, relayer: Any, sign: Any, spoil: Any
) -> None:
    signer, deadline, signature = sign(owner, bookings, "Confirm", confirmation)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(pending, (signer, deadline, spoil(signature)), sender=relayer)


def test_confirm__by_a_contract_wallet__is_the_wallets(
    bookings: Any, wallet: Any, wallets_request: Any, wallets_auth: Any, relayer: Any
) -> None:
    receipt = bookings.confirm(wallets_request, wallets_auth, sender=relayer)
    (event,) = receipt.decode_logs(bookings.BookingGranted)
    assert event.actor == wallet.address


def test_confirm__by_a_contract_wallet_with_a_strangers_key__reverts(
    bookings: Any, wallet: Any, wallets_request: Any, stranger: Any, sign: Any, deadline: int, relayer: Any
) -> None:
    word = bookings.request_word(bookings.request_id(wallets_request))
    message = {"request": wallets_request, "word": word, "deadline": deadline}
    auth = sign(stranger, bookings, "Confirm", message, signer=wallet.address)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(wallets_request, auth, sender=relayer)


@pytest.mark.parametrize("mode", [1, 2, 3, 4], ids=["reverts", "burns gas", "return bomb", "wrong answer"])
def test_confirm__by_a_misbehaving_wallet__reverts_within_bounds(
    bookings: Any, wallet: Any, wallets_request: Any, wallets_auth: Any, owner: Any, relayer: Any, mode: int
) -> None:
    wallet.set_mode(mode, 0, sender=owner)
    with ape.reverts("auth: bad signature"):
        bookings.confirm(wallets_request, wallets_auth, sender=relayer, gas=500_000)


def test_confirm__relayed_with_too_little_gas_for_the_wallet__reverts(
    bookings: Any, wallets_request: Any, wallets_auth: Any, relayer: Any
) -> None:
    with ape.reverts("auth: more gas needed"):
        bookings.confirm(wallets_request, wallets_auth, sender=relayer, gas=NO_1271_GAS)


@pytest.mark.parametrize(
    ("primary_type", "constant"),
    [
        ("Announcement", "ANNOUNCEMENT"),
        ("Request", "REQUEST"),
        ("Announce", "ANNOUNCE"),
        ("AnnounceMany", "ANNOUNCE_MANY"),
        ("Book", "BOOK"),
        ("Confirm", "CONFIRM"),
        ("Deny", "DENY"),
        ("Cancel", "CANCEL"),
    ],
)
def test_typed_data__every_type__is_the_one_in_the_source(primary_type: str, constant: str) -> None:
    types = typed_data("Bookings")
    first, *others = reachable(types, primary_type).items()
    text = "".join(
        f"{name}({','.join(field['type'] + ' ' + field['name'] for field in fields)})"
        for name, fields in [first, *sorted(others)]
    )
    source = source_path("signed_actions").read_text()
    assert f'{constant}_TYPEHASH: constant(bytes32) = keccak256(\n    "{text}"\n)' in source
    assert len(keccak(text.encode())) == 32


def test_domain__is_published(bookings: Any, chain: Any) -> None:
    fields, name, version, chain_id, contract, salt, extensions = bookings.eip712Domain()
    assert (bytes(fields), name, version) == (b"\x0f", "Allmende Bookings", "1")
    assert (chain_id, contract, bytes(salt), extensions) == (
        chain.chain_id,
        bookings.address,
        bytes(32),
        [],
    )
