"""The things that the calendar machine plays with: every quantum, phase, rule and gate, as announced on the
chain and as the oracle knows them."""

from dataclasses import dataclass
from typing import Any

import boa
from contracts.booking_values import (
    DAY_S,
    FIELDS,
    HOUR_S,
    QUANTUM_S,
    announcement,
    conditions_of,
    series_of,
)
from contracts.stateful.calendar_oracle import Asked, Thing, Wish
from contracts.stateful.calendar_terms import FIRST_COME, OWNER, POLICY
from contracts.stateful.deployed import EMPTY_AUTH, Deployed, member
from eth_abi.abi import encode
from eth_utils.crypto import keccak

REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
FIELD_NAMES = ("resource", "requester", "start", "quanta", "units", "gathering", "bundle", "salt")
RULES = (OWNER, FIRST_COME, POLICY)
ACCOUNTS = {
    account.address: account
    for account in map(
        member, ("first owner", "second owner", "first requester", "second requester", "stranger")
    )
}
OWNERS, REQUESTERS, STRANGER = list(ACCOUNTS)[:2], list(ACCOUNTS)[2:4], list(ACCOUNTS)[4]
# Monday to Friday from eight to six; and the nights from Friday to Monday, when civil days begin at 23:00 UTC
OFFICE = frozenset(day * 24 + hour for day in range(5) for hour in range(8, 18))
NIGHTS = frozenset(day * 24 + 23 for day in (4, 5, 6, 0))


@dataclass(frozen=True)
class Offer:
    """The fields of a thing's terms (phase in quarter hours) and what it asks for beside them."""

    fields: dict[str, int]
    policy: bool = False
    quota: int = 0
    open_hours: frozenset[int] = frozenset()
    requires: int | None = None


def _terms(
    quantum: int, rule: int, horizon_days: int, ttl_hours: int, max_quanta: int, **more: int
) -> dict[str, int]:
    return {
        "quantum": quantum,
        "rule": rule,
        "horizon_days": horizon_days,
        "ttl_hours": ttl_hours,
        "max_quanta": max_quanta,
        **more,
    }


# What is required stands before what requires it; the owners take turns
OFFERS = [
    Offer(_terms(3, 0, 30, 48, 168)),
    Offer(_terms(3, 1, 30, 1, 24, phase=95)),
    Offer(_terms(0, 1, 5, 1, 4_095, phase=1)),
    Offer(_terms(1, 0, 5, 2, 600, phase=2, notice_hours=1)),
    Offer(_terms(2, 0, 9, 30, 300, phase=1)),
    Offer(_terms(4, 1, 1_023, 9, 60, phase=92)),
    Offer(_terms(3, 0, 30, 48, 99, buffer_quanta=2)),
    Offer(_terms(3, 1, 30, 9, 99, capacity=3)),
    Offer(_terms(0, 0, 5, 9, 4_095, capacity=255)),
    Offer(_terms(3, 2, 60, 9, 24, phase=95), policy=True),
    Offer(_terms(2, 1, 30, 9, 48), policy=True, open_hours=OFFICE),
    Offer(_terms(3, 0, 90, 30, 24, capacity=2), quota=5),
    Offer(_terms(4, 1, 200, 9, 14, phase=92), quota=4, open_hours=NIGHTS),
    Offer(_terms(1, 1, 30, 9, 24), requires=1),
    Offer(_terms(3, 2, 90, 9, 24, capacity=4), policy=True, quota=6, open_hours=OFFICE),
    Offer(_terms(3, 0, 30, 30, 24, notice_hours=1), quota=8, requires=0),
]


class Calendar(Deployed):
    """`Bookings` with every offer announced, and a policy that answers what it is told to."""

    def __init__(self) -> None:
        super().__init__("Bookings")
        self.policy = Deployed("MockPolicy")
        self.things: list[bytes] = []
        self.conditions: dict[bytes, tuple[Any, ...]] = {}
        self.terms: dict[bytes, Thing] = {}
        self.ids: dict[Wish, bytes] = {}
        for position, offer in enumerate(OFFERS):
            self._announce(f"thing {position}", OWNERS[position % 2], offer)

    def values(self, wish: Wish) -> tuple[Any, ...]:
        """The wish as the `Request` of the contract."""
        bundle = wish.bundle or bytes(32)
        if wish.gaps is not None:
            bundle = series_of(list(wish.gaps))
        return (wish.thing, wish.requester, wish.start, wish.quanta, wish.units, bytes(32), bundle, wish.salt)

    def request_id(self, wish: Wish) -> bytes:
        """`keccak256(abi_encode(chain.id, self, Request))`."""
        if wish not in self.ids:
            self.ids[wish] = self.id_of((REQUEST, self.values(wish)))
        return self.ids[wish]

    def message(self, wish: Wish) -> dict[str, Any]:
        """The struct `Request` as it is signed."""
        return dict(zip(FIELD_NAMES, self.values(wish), strict=True))

    def bundled(self, items: list[Wish]) -> bytes:
        """The name of a bundle: the hash chain over its items."""
        link = bytes(32)
        for item in items:
            link = keccak(encode(["bytes32", REQUEST], [link, self.values(item)]))
        return link

    def _announce(self, label: str, owner: str, offer: Offer) -> None:
        gated = offer.policy or offer.quota > 0 or bool(offer.open_hours) or offer.requires is not None
        made = tuple(announcement(label, **offer.fields, gated=int(gated)).values())
        key = self.id_of(("address", owner), ("(uint256,bytes32,bytes32)", made))
        requires = None if offer.requires is None else self.things[offer.requires]
        conditions = conditions_of(
            quota=offer.quota,
            opening=sum(1 << hour for hour in offer.open_hours),
            requires=requires or bytes(32),
        )
        if offer.policy:
            conditions |= {"policy": self.policy.address, "param": key}
        self.conditions[key] = tuple(conditions.values())
        if gated:
            refused = self.act(owner, "announce_gated", made, self.conditions[key], EMPTY_AUTH)
        else:
            refused = self.act(owner, "announce", made, EMPTY_AUTH)
        assert refused is None, refused
        self.things.append(key)
        fields = {name: offer.fields.get(name, 0) for name in FIELDS}
        quantum_s = QUANTUM_S[fields["quantum"]]
        self.terms[key] = Thing(
            owner=owner,
            quantum_s=quantum_s,
            phase_s=fields["phase"] * 900,
            rule=RULES[fields["rule"]],
            notice_s=fields["notice_hours"] * HOUR_S,
            horizon_s=fields["horizon_days"] * DAY_S,
            ttl_s=fields["ttl_hours"] * HOUR_S,
            longest=fields["max_quanta"],
            capacity=fields["capacity"] or 1,
            buffer_s=fields["buffer_quanta"] * quantum_s,
            gated=gated,
            has_policy=offer.policy,
            quota=offer.quota,
            open_hours=offer.open_hours,
            requires=requires,
        )


def word_of(asked: Asked) -> int:
    """The word of a request, packed as `IBookings` says."""
    until = asked.end if asked.shortened or asked.wish.gaps is not None else 0
    return (
        asked.state
        | asked.expires_at << 4
        | asked.was_granted << 44
        | until << 45
        | sum(1 << position for position in asked.given_back) << 85
        | asked.counted << 97
        | (asked.wish.gaps is not None) << 98
    )


def now_s() -> int:
    """Time of the chain."""
    return int(boa.env.timestamp)
