"""Small bookings: an hour to answer, two hours to the start, and what is asked for lasts an hour or two."""

from dataclasses import dataclass, field
from typing import Any

from contracts.booking_values import FIRST_COME, HOUR_S, MANUAL, POLICY, series_of
from contracts.exits.chain import GENESIS_S
from effort import FULL

START_S = GENESIS_S + 2 * HOUR_S
NOBODY = "0x" + "00" * 20
# how `MockPolicy` misbehaves
ANSWERS, REVERTS, BURNS = 0, 1, 2


@dataclass(frozen=True)
class Thing:
    """A resource: whose it is and what differs from an hourly one that its owner decides about."""

    owner: str = "owner"
    fields: dict[str, int] = field(default_factory=dict)
    # how its policy behaves, where it has one
    policy: int | None = None


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    thing: int = 0
    requester: str = "requester"
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """Things and wishes; `bundled`: the wishes are one bundle; `moody`: the owner pauses and retires it."""

    things: tuple[Thing, ...]
    wishes: tuple[Wish, ...]
    bundled: bool = False
    moody: bool = False


TWO_HOURS = {"quanta": 2}
DAILY = series_of([24, 24])
STORIES: dict[str, Story] = {
    "owner decides": Story((Thing(fields={"rule": MANUAL}),), (Wish(fields=TWO_HOURS),), moody=True),
    "first come": Story((Thing(fields={"rule": FIRST_COME}),), (Wish(fields=TWO_HOURS),)),
    "policy pending for ever": Story((Thing(fields={"rule": POLICY}, policy=REVERTS),), (Wish(),)),
    "policy that answers late": Story((Thing(fields={"rule": POLICY}, policy=ANSWERS),), (Wish(),)),
    "series": Story((Thing(),), (Wish(fields={"quanta": 1, "bundle": DAILY}),)),
    "two want the same": Story((Thing(),), (Wish(), Wish(requester="rival"))),
    "three units, three wanted": Story(
        (Thing(fields={"capacity": 3}),), (Wish(fields={"units": 2}), Wish(requester="rival"))
    ),
    "bundle of two owners": Story(
        (Thing(), Thing(owner="other owner", fields={"rule": FIRST_COME})),
        (Wish(), Wish(thing=1)),
        bundled=True,
    ),
    "policy that burns its gas": Story(
        (Thing(fields={"rule": POLICY}, policy=BURNS),), (Wish(),), moody=True
    ),
    "two want the same of a moody owner": Story(
        (Thing(),), (Wish(fields=TWO_HOURS), Wish(requester="rival")), moody=True
    ),
    "moody bundle": Story(
        (Thing(), Thing(owner="other owner", fields={"rule": FIRST_COME})),
        (Wish(fields=TWO_HOURS), Wish(thing=1)),
        bundled=True,
        moody=True,
    ),
    "moody series": Story((Thing(),), (Wish(fields={"quanta": 2, "bundle": DAILY}),), moody=True),
}
IN_EVERY_RUN = 8
CHOSEN = list(STORIES) if FULL else list(STORIES)[:IN_EVERY_RUN]
