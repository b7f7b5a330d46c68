"""Announcing resources: who becomes owner, which terms are kept, which refused."""

from typing import Any

import ape
import pytest
from ape.exceptions import ContractLogicError
from contracts.booking_values import FIELDS, announcement, packed
from contracts.signing import EMPTY_AUTH

REFUSED_TERMS = [
    ({"owner": 1}, "bookings: terms name an owner"),
    ({"state": 1}, "bookings: terms carry a state"),
    ({"quantum": 5}, "bookings: unknown quantum"),
    ({"rule": 3}, "bookings: unknown rule"),
    ({"rule": 2}, "bookings: unknown rule"),
    ({"capacity": 0}, "bookings: no capacity"),
    ({"phase": 96}, "bookings: phase too large"),
    ({"horizon_days": 0}, "bookings: no horizon"),
    ({"ttl_hours": 0}, "bookings: no time to live"),
    ({"max_quanta": 0}, "bookings: no maximum length"),
    ({"buffer_quanta": 1, "capacity": 2}, "bookings: buffer needs one unit"),
    ({"gated": 1}, "bookings: gate and terms differ"),
]
KEPT_TERMS = [
    {"quantum": 0, "rule": 0, "phase": 0},
    {"quantum": 4, "rule": 1, "phase": 95},
    {"horizon_days": 1, "ttl_hours": 1, "max_quanta": 1},
    {"horizon_days": 1023, "ttl_hours": 1023, "max_quanta": 4095, "notice_hours": 1023},
    {"service": 0},
    {"capacity": 255},
    {"buffer_quanta": 63},
]


@pytest.mark.parametrize("fields", KEPT_TERMS, ids=str)
def test_announce__any_terms_at_the_edge__are_kept_with_owner_and_state(
    bookings: Any, owner: Any, fields: dict[str, int]
) -> None:
    made = announcement(**fields)
    bookings.announce(made, EMPTY_AUTH, sender=owner)
    word = bookings.resource(bookings.resource_id(owner, made))
    assert word == made["terms"] | int(owner.address, 16) | 1 << FIELDS["state"][0]


@pytest.mark.parametrize(("fields", "reason"), REFUSED_TERMS, ids=str)
def test_announce__terms_not_offered__reverts(
    bookings: Any, owner: Any, fields: dict[str, int], reason: str
) -> None:
    with ape.reverts(reason):
        bookings.announce(announcement(**fields), EMPTY_AUTH, sender=owner)


def test_announce__tells_everything_in_its_event(bookings: Any, owner: Any) -> None:
    made = announcement()
    receipt = bookings.announce(made, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(bookings.ResourceAnnounced)
    assert bytes(event.resource) == bytes(bookings.resource_id(owner, made))
    assert (event.owner, event.actor, event.terms) == (owner, owner, packed())
    assert (bytes(event.digest), bytes(event.salt)) == (made["digest"], made["salt"])


def test_announce__twice__reverts(bookings: Any, owner: Any) -> None:
    bookings.announce(announcement(), EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: already announced"):
        bookings.announce(announcement(), EMPTY_AUTH, sender=owner)


def test_announce__the_same_by_another_owner__is_another_resource(
    bookings: Any, owner: Any, other_owner: Any
) -> None:
    bookings.announce(announcement(), EMPTY_AUTH, sender=owner)
    bookings.announce(announcement(), EMPTY_AUTH, sender=other_owner)
    assert bookings.resource_id(owner, announcement()) != bookings.resource_id(other_owner, announcement())


def test_announce_many__announces_each(bookings: Any, owner: Any) -> None:
    many = [announcement(f"thing {i}") for i in range(5)]
    receipt = bookings.announce_many(many, EMPTY_AUTH, sender=owner)
    assert len(receipt.decode_logs(bookings.ResourceAnnounced)) == 5
    assert all(bookings.resource(bookings.resource_id(owner, one)) for one in many)


def test_announce_many__with_one_known__changes_nothing(bookings: Any, owner: Any) -> None:
    bookings.announce(announcement("known"), EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: already announced"):
        bookings.announce_many([announcement("new"), announcement("known")], EMPTY_AUTH, sender=owner)
    assert bookings.resource(bookings.resource_id(owner, announcement("new"))) == 0


def test_announce_many__five_hundred__are_read_and_one_more_is_not(bookings: Any, owner: Any) -> None:
    known = announcement("known")
    bookings.announce(known, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: already announced"):
        bookings.announce_many([known] * 500, EMPTY_AUTH, sender=owner)
    with pytest.raises(ContractLogicError) as refused:
        bookings.announce_many([known] * 501, EMPTY_AUTH, sender=owner)
    assert "already announced" not in str(refused.value)
