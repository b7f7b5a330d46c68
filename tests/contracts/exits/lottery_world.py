"""Two requests for the same start on the real `Bookings`, with the real `Lottery` as policy.

Chance is an actor too: for each draw both outcomes are tried, by the hash of the block that decides.
"""

from collections.abc import Iterator
from typing import Any

from contracts.booking_values import HOUR_S, PENDING, POLICY
from contracts.exits.booking_terms import START_S, Story, Thing, Wish
from contracts.exits.booking_world import BookingWorld
from contracts.exits.chain import Deployed, block_time
from contracts.exits.search import ANYBODY, Act, View
from contracts.signing import EMPTY_AUTH
from effort import FULL
from eth_abi.abi import encode
from eth_utils.crypto import keccak

LEAD_S = HOUR_S
AHEAD, REMEMBERED = 4, 256
STORY = Story((Thing(fields={"rule": POLICY, "ttl_hours": 3}, policy=0),), (Wish(), Wish(requester="rival")))


class LotteryWorld(BookingWorld):
    """Two have asked; nobody has entered yet."""

    def __init__(self, exact: bool = False) -> None:
        super().__init__("lottery", exact, STORY)
        self.where = (self.bookings.address, self.things[0], START_S, LEAD_S)
        kinds = ["address", "bytes32", "uint256", "uint256"]
        draw = keccak(encode(kinds, self.where))
        hashes = [keccak(text=f"block {number}") for number in range(16)]
        # one hash for which the first of two wins, and one for the second
        self.hashes = [
            next(h for h in hashes if int.from_bytes(keccak(h + draw), "big") % 2 == wins) for wins in (0, 1)
        ]
        for wish, values in zip(self.story.wishes, self.requests, strict=True):
            asked = (values, self.conditions[0], b"", EMPTY_AUTH)
            self.chain.must(self.roles[wish.requester], self.bookings, "request_with", *asked)

    def policy_of(self, index: int) -> Deployed:
        self.lottery = self.chain.deploy("Lottery")
        return self.lottery

    def param(self) -> bytes:
        return LEAD_S.to_bytes(32, "big")

    def acts(self, view: View) -> Iterator[Act]:
        """All of it with full effort; else the rival only waits to be drawn, as others do for him."""
        if not any(asked.state == PENDING for asked in view.detail.asked):
            # the lottery has no say any more
            return (act for act in super().acts(view) if act.to == self.bookings.address)
        if FULL:
            return super().acts(view)
        values = self.requests[1]
        left_out = [
            self.bookings.data(name, values, *more, EMPTY_AUTH)
            for name, more in (("cancel", ()), ("deny", (bytes(32),)), ("confirm", ()))
        ]
        return (act for act in super().acts(view) if act.data not in left_out)

    def acting(self, which: int) -> tuple[str, ...]:
        return self.parties if FULL or which == 0 else ()

    def _moods(self) -> Iterator[Act]:
        for index, values in enumerate(self.requests):
            said = f"request {index + 1}"
            yield self._asks("enter", self.bookings.address, values, LEAD_S, with_=said)
        yield self._asks("fix", *self.where)
        for number, block_hash in enumerate(self.hashes):
            yield self._asks("draw", *self.where, with_=f"chance {number + 1}", block_hash=block_hash)

    def _asks(self, name: str, *values: Any, with_: str = "", block_hash: bytes | None = None) -> Act:
        data = self.lottery.data(name, *values)

        def decide() -> None:
            self.chain.env.evm.patch.prev_hashes = [block_hash] * REMEMBERED

        before = None if block_hash is None else decide
        return Act(ANYBODY, name, self.roles[ANYBODY], self.lottery.address, data, with_, before=before)

    def more(self) -> tuple[Any, ...]:
        """Who entered, and who has won, as long as somebody waits; the block that decides is a clock."""
        if not any(self.chain.ask(self.bookings, "request_state", id_) == PENDING for id_ in self.ids):
            return ()
        roles = [self.roles[wish.requester] for wish in self.story.wishes]
        entered = tuple(self.chain.ask(self.lottery, "entry_of", *self.where, role) for role in roles)
        count, target, won = self.chain.ask(self.lottery, "drawing", *self.where)
        return (entered, count, bool(target), won)

    def view(self) -> View:
        found = super().view()
        _, target, won = self.chain.ask(self.lottery, "drawing", *self.where)
        clocks = dict(found.clocks)
        if any(asked.state == PENDING for asked in found.detail.asked):
            clocks["entries close"] = START_S - LEAD_S
            if target and won == bytes(32):
                clocks["block there"] = block_time(target + 1)
                clocks["block forgotten"] = block_time(target + REMEMBERED + 1)
        return View(found.facts, clocks, found.node, found.done, {}, found.detail)
