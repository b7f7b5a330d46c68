"""`Spaces` against a plain Python oracle on a real EVM: spaces that nest to the last depth, are forked,
handed over and closed, gates, tickets with and without a capacity, gatherings and what is listed, by members
themselves and by signatures, which are also late, forged, sent again and cancelled.

After each act the reason of a refusal is the oracle's, and so are the words and what `is_open`, `is_member`
and `holds` say; at intervals and at the end of a run of everything there is.
"""

from typing import Any

import boa
from contracts.booking_values import HOUR_S, number
from contracts.space_values import gathering_of, space_of, ticket_of
from contracts.stateful.deployed import Deployed
from contracts.stateful.independent_runs import run_independently
from contracts.stateful.spaces_oracle import HORIZON_S, MAX_DEPTH, NOBODY
from contracts.stateful.spaces_world import KINDS, MEMBERS, SpacesWorld, done
from effort import floor_of, part_of
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

RUNS, STEPS, STEPS_AT_LEAST = part_of(180), 60, floor_of(10_000)
SPACE = "(bytes32,bytes32,bytes32,bytes32)"
TICKET = "(bytes32,uint256,bytes32,bytes32)"
GATHERING = "(bytes32,uint256,uint256,bytes32,bytes32)"
UNKNOWN = number("unknown")
# Every reason that there is
WORDS = [
    f"spaces: {word}"
    for word in (
        "already called off", "already created", "already holds it", "already hosted", "already issued",
        "already over", "capacity too large", "closed", "does not hold it", "empty list",
        "ends before it starts", "no member", "no owner", "no tickets left", "not a member", "not the host",
        "not the owner", "start has passed", "too deep", "too far ahead", "unknown gathering",
        "unknown origin", "unknown parent", "unknown space", "unknown ticket",
    )
] + ["auth: bad signature", "auth: expired", "auth: nonce used"]  # fmt: skip

which = st.integers(0, 10**6)
who = st.integers(0, len(MEMBERS) - 1)
by = st.sampled_from([True] * 6 + [False])
how = st.sampled_from(["direct"] * 8 + ["signed"] * 6 + ["late", "forged"])
inside = st.sampled_from([True, True, False])
some = st.sampled_from([True] * 9 + [False])
salt = st.integers(0, 5)
nonce = st.integers(0, 9)
given = (
    st.lists(who, min_size=1, max_size=3) | st.lists(who, min_size=1, max_size=1) | st.lists(who, max_size=2)
)

ACTS = {
    "create": (st.sampled_from(["in none", "in one", "in one", "in the deepest", "in the unknown"]), which,
               st.sampled_from(["of none"] * 5 + ["of one", "of one", "of the unknown"]), who, salt, how),
    "close": (which, by, some, how),
    "hand_over": (which, by, some, who, st.sampled_from([False] * 8 + [True]), how),
    "set_gate": (which, by, some, st.sampled_from(["one"] * 6 + ["none", "none", "unknown"]), which, how),
    "issue": (which, by, some, st.sampled_from([0, 1, 1, 2, 2, 3, 2**32]), salt, how),
    "give": (which, by, some, given, st.sampled_from([False] * 12 + [True]), how),
    "take_back": (which, by, some, who, by, how),
    "renounce": (which, some, who, by, how),
    "host": (which, some, who, inside, st.sampled_from([1, 2, 3, 0, -1]), st.sampled_from([1, 1, 2, 48, 0]),
             st.sampled_from([False] * 12 + [True]), salt, how),
    "call_off": (which, some, by, how),
    "list_resources": (which, some, who, inside, st.integers(0, 3), nonce, how),
    "cancel_nonce": (who, nonce),
    "send_again": (which,),
    "pass_time": (st.sampled_from([1, HOUR_S, HOUR_S, 5 * HOUR_S]),),
}  # fmt: skip
WEIGHTS = {
    "create": 6, "close": 1, "hand_over": 2, "set_gate": 4, "issue": 4, "give": 7, "take_back": 3,
    "renounce": 3, "host": 4, "call_off": 3, "list_resources": 4, "cancel_nonce": 1, "send_again": 4,
    "pass_time": 2,
}  # fmt: skip
ACT = st.sampled_from([name for name, weight in WEIGHTS.items() for _ in range(weight)]).flatmap(
    lambda name: st.tuples(st.just(name), *ACTS[name])
)


class SpacesMachine(SpacesWorld):
    """Everything that owners, members and strangers can do, in any order."""

    @initialize(depth=st.integers(1, MAX_DEPTH), owner=who)
    def nest(self, depth: int, owner: int) -> None:
        """Every run starts with spaces inside each other, and a ticket of the outermost."""
        self.begin()
        for level in range(depth):
            self.create("in the deepest" if level else "in none", 0, "of none", owner, 9, "direct")
        self.issue(0, True, True, 2, 9, "direct")
        self.set_gate(0, True, True, "one", 0, "direct")

    @rule(act=ACT)
    def do(self, act: tuple[Any, ...]) -> None:
        """One act of any kind."""
        name, *values = act
        getattr(self, name)(*values)

    def create(self, where: str, which: int, origin: str, owner: int, salt: int, how: str) -> None:
        known, oracle = list(self.oracle.spaces), self.oracle
        parent: bytes | None = None
        if where == "in the unknown":
            parent = UNKNOWN
        elif known and where == "in the deepest":
            open_ones = [key for key in known if oracle.is_open(key)] or known
            parent = max(open_ones, key=lambda key: len(oracle.lineage(key)))
        elif known and where == "in one":
            parent = known[which % len(known)]
        fork = (
            None if origin == "of none" else UNKNOWN if origin == "of the unknown" else self.one(known, which)
        )
        made = space_of(f"space {salt}", parent=parent or bytes(32), forked_from=fork or bytes(32))
        values, actor = tuple(made.values()), MEMBERS[owner]
        key = self.contract.id_of(("address", actor), (SPACE, values))
        self.play(
            "create",
            actor,
            how,
            made,
            (values,),
            lambda proof: oracle.create(key, actor, proof, parent, fork),
        )

    def close(self, which: int, by: bool, known: bool, how: str) -> None:
        key, actor = self.space(which, by, known)
        self.play(
            "close", actor, how, {"space": key}, (key,),
            lambda proof: self.oracle.close(key, actor, proof), lambda: self.space_word(key),
        )  # fmt: skip

    def hand_over(self, which: int, by: bool, known: bool, to: int, nobody: bool, how: str) -> None:
        key, actor = self.space(which, by, known)
        new = NOBODY if nobody else MEMBERS[to]
        self.play(
            "hand_over", actor, how, {"space": key, "new_owner": new}, (key, new),
            lambda proof: self.oracle.hand_over(key, actor, proof, new), lambda: self.space_word(key),
        )  # fmt: skip

    def set_gate(self, which: int, by: bool, known: bool, gate: str, other: int, how: str) -> None:
        key, actor = self.space(which, by, known)
        ticket = {"one": self.one(list(self.oracle.tickets), other), "none": None, "unknown": UNKNOWN}[gate]
        named = ticket or bytes(32)
        self.play(
            "set_gate", actor, how, {"space": key, "ticket": named}, (key, named),
            lambda proof: self.oracle.set_gate(key, actor, proof, ticket), lambda: self.space_word(key),
        )  # fmt: skip

    def issue(self, which: int, by: bool, known: bool, capacity: int, salt: int, how: str) -> None:
        space, actor = self.space(which, by, known)
        made = ticket_of(space, f"ticket {salt}", capacity)
        values = tuple(made.values())
        key = self.contract.id_of((TICKET, values))
        self.values[key] = values
        self.play(
            "issue", actor, how, made, (values,),
            lambda proof: self.oracle.issue(key, actor, proof, space, capacity),
        )  # fmt: skip

    def give(self, which: int, by: bool, known: bool, members: list[int], nobody: bool, how: str) -> None:
        key, values, actor = self.ticket(which, by, known)
        to = [MEMBERS[member] for member in members] + [NOBODY] * nobody
        self.play(
            "give", actor, how, {"ticket": key, "members": to}, (values, to),
            lambda proof: self.oracle.give(key, actor, proof, to), lambda: self.ticket_word(key),
        )  # fmt: skip

    def take_back(self, which: int, by: bool, known: bool, member: int, holder: bool, how: str) -> None:
        key, values, actor = self.ticket(which, by, known)
        whose = self.holder(key, member, holder)
        self.play(
            "take_back", actor, how, {"ticket": key, "member": whose}, (values, whose),
            lambda proof: self.oracle.take_back(key, actor, proof, whose),
            lambda: self.holding_word(key, whose),
        )  # fmt: skip

    def renounce(self, which: int, known: bool, member: int, holder: bool, how: str) -> None:
        key, _, _ = self.ticket(which, True, known)
        actor = self.holder(key, member, holder)
        self.play(
            "renounce", actor, how, {"ticket": key}, (key,),
            lambda proof: self.oracle.renounce(key, actor, proof), lambda: self.holding_word(key, actor),
        )  # fmt: skip

    def host(
        self, which: int, known: bool, member: int, inside: bool, ahead_h: int, hours: int, too_far: bool,
        salt: int, how: str,
    ) -> None:  # fmt: skip
        space, _ = self.space(which, True, known)
        actor = self.member_of(space, member, inside)
        start = self.now + ahead_h * HOUR_S
        end = self.now + HORIZON_S + hours if too_far else start + hours * HOUR_S
        made = gathering_of(space, start, end, f"gathering {salt}")
        values = tuple(made.values())
        key = self.contract.id_of(("address", actor), (GATHERING, values))
        self.play(
            "host", actor, how, made, (values,),
            lambda proof: self.oracle.host(key, actor, proof, self.now, space, start, end),
        )  # fmt: skip

    def call_off(self, which: int, known: bool, by: bool, how: str) -> None:
        gatherings = list(self.oracle.gatherings)
        key = self.one(gatherings, which) if known else UNKNOWN
        found = self.oracle.gatherings.get(key)
        host = found.host if found else MEMBERS[0]
        actor = host if by else next(member for member in MEMBERS if member != host)
        self.play(
            "call_off", actor, how, {"gathering": key}, (key,),
            lambda proof: self.oracle.call_off(key, actor, proof, self.now), lambda: self.gathering_word(key),
        )  # fmt: skip

    def list_resources(
        self, which: int, known: bool, member: int, inside: bool, how_many: int, nonce: int, how: str
    ) -> None:
        space, _ = self.space(which, True, known)
        actor = self.member_of(space, member, inside)
        resources = [number(f"resource {position}") for position in range(how_many)]
        told = {"space": space, "bookings": MEMBERS[0], "resources": resources, "nonce": nonce}
        used = None if how == "direct" else nonce
        self.play(
            "list_resources", actor, how, told, tuple(told.values()),
            lambda proof: self.oracle.list_resources(actor, proof, space, how_many, used),
        )  # fmt: skip

    def cancel_nonce(self, member: int, nonce: int) -> None:
        actor = MEMBERS[member]
        data = self.contract.data("cancel_nonce", nonce)
        self.send("cancel_nonce", actor, data, lambda: self.oracle.cancel_nonce(actor, nonce))
        used = self.contract.read("nonce_used", "address,uint256", actor, nonce)
        assert used == ((actor, nonce) in self.oracle.nonces)

    def send_again(self, which: int) -> None:
        """A relayer sends something signed once more; mostly something lately."""
        if self.sent:
            lately = self.sent[-6:] if which % 4 else self.sent
            _, sender, data, act = lately[which // 4 % len(lately)]
            self.send("send_again", sender, data, act)

    def pass_time(self, seconds: int) -> None:
        boa.env.timestamp += seconds

    def space(self, which: int, by_owner: bool, known: bool) -> tuple[bytes, str]:
        """One of the spaces, mostly an open one, and who acts."""
        oracle = self.oracle
        open_ones = [key for key in oracle.spaces if oracle.is_open(key)]
        among = open_ones if which % 5 and open_ones else list(oracle.spaces)
        key = self.one(among, which // 5) if known else UNKNOWN
        owner = oracle.spaces[key].owner if key in oracle.spaces else MEMBERS[0]
        return key, owner if by_owner else next(member for member in MEMBERS if member != owner)

    def ticket(self, which: int, by_owner: bool, known: bool) -> tuple[bytes, tuple[Any, ...], str]:
        """One of the tickets, its values, and who acts."""
        key = self.one(list(self.oracle.tickets), which) if known else UNKNOWN
        if key not in self.oracle.tickets:
            values = tuple(ticket_of(self.one(list(self.oracle.spaces), which), "never issued").values())
            return self.contract.id_of((TICKET, values)), values, MEMBERS[0]
        owner = self.oracle.spaces[self.oracle.tickets[key].space].owner
        actor = owner if by_owner else next(member for member in MEMBERS if member != owner)
        return key, self.values[key], actor

    def holder(self, ticket: bytes, member: int, holder: bool) -> str:
        """Somebody who holds a ticket, or anybody."""
        found = self.oracle.tickets.get(ticket)
        holders = sorted(found.holders) if found else []
        return holders[member % len(holders)] if holder and holders else MEMBERS[member]

    def member_of(self, space: bytes, member: int, inside: bool) -> str:
        """A member of a space, or anybody."""
        members = [who for who in MEMBERS if self.oracle.is_member(space, who)]
        return members[member % len(members)] if inside and members else MEMBERS[member]

    @staticmethod
    def one(among: list[bytes], which: int) -> bytes:
        """One of some ids; where there are none, one that is not."""
        return among[which % len(among)] if among else UNKNOWN


def test_spaces__any_sequence_of_acts__agrees_with_the_oracle() -> None:
    done.clear()
    SpacesMachine.contract = Deployed("Spaces")
    run_independently(SpacesMachine, RUNS, STEPS)
    print("\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
    assert done["steps"] >= STEPS_AT_LEAST
    for name in KINDS:
        assert done[f"{name}: done"] >= 10, f"{name} was hardly ever accepted"
        refused = sum(count for what, count in done.items() if what.startswith(f"{name}: "))
        assert refused - done[f"{name}: done"] >= 5, f"{name} was hardly ever refused"
    for word in WORDS:
        assert any(what.endswith(f": {word}") for what in done), f"nobody was ever told {word!r}"
    for view in ("is_open", "is_member", "holds"):
        assert done[f"{view}: True"] >= 100
        assert done[f"{view}: False"] >= 100
