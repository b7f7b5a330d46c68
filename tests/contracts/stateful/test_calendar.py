"""The calendar against a plain Python oracle, for at least 10,000 operations on a real EVM.

Resources of every quantum length with different phases and both rules, with units and with a buffer;
requests, confirmations, denials, cancellations, early returns, an owner's blocks, pauses and retirements,
wrong actors, expiry by passing time, adjacent and overlapping intervals, many across a word of the calendar.
Each operation must succeed or revert as the oracle says, with that very reason. Afterwards every calendar
word of the touched resource, and at the end of a run of all resources, equals the oracle's grants.
"""

import json
from collections import Counter
from typing import Any

import boa
from contracts.booking_values import DAY_S, HOUR_S, QUANTUM_S, announcement, number, on_grid, request_of
from contracts.compiling import compiled
from contracts.signing import EMPTY_AUTH
from contracts.stateful.calendar_oracle import CANCELLED, DENIED, EXPIRED, GRANTED, PENDING, Oracle, Thing
from eth_abi import decode, encode
from eth_utils import keccak
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

REQUEST_ABI = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
OPERATIONS = 10_000
RUNS, STEPS = 125, 100
# A Wednesday noon; the machine's clock starts here whatever the wall clock says
EPOCH_S = 1_893_585_600
OWNERS = [boa.env.generate_address("first owner"), boa.env.generate_address("second owner")]
REQUESTERS = [boa.env.generate_address("first requester"), boa.env.generate_address("second requester")]
ACTORS = OWNERS + REQUESTERS

# fields of the terms: quantum code, phase (quarter hours), rule, notice, horizon, time-to-live, longest
THINGS: list[dict[str, int]] = [
    {"quantum": 3, "phase": 0, "rule": 0, "horizon_days": 30, "ttl_hours": 48, "max_quanta": 168},
    {"quantum": 3, "phase": 95, "rule": 1, "horizon_days": 30, "ttl_hours": 1, "max_quanta": 24},
    {"quantum": 0, "phase": 1, "rule": 1, "horizon_days": 5, "ttl_hours": 1, "max_quanta": 4095},
    {
        "quantum": 1,
        "phase": 2,
        "rule": 0,
        "horizon_days": 5,
        "ttl_hours": 2,
        "max_quanta": 600,
        "notice_hours": 1,
    },
    {"quantum": 2, "phase": 1, "rule": 0, "horizon_days": 9, "ttl_hours": 30, "max_quanta": 300},
    {"quantum": 4, "phase": 92, "rule": 1, "horizon_days": 1023, "ttl_hours": 9, "max_quanta": 60},
    {"quantum": 3, "rule": 0, "horizon_days": 30, "ttl_hours": 48, "max_quanta": 99, "buffer_quanta": 2},
    {"quantum": 3, "rule": 1, "horizon_days": 30, "ttl_hours": 9, "max_quanta": 99, "capacity": 3},
    {"quantum": 0, "rule": 0, "horizon_days": 5, "ttl_hours": 9, "max_quanta": 4095, "capacity": 255},
]

WHICH = st.integers(0, 10**6)
BY_OWNER = st.sampled_from(["owner"] * 8 + ["requester", "other owner"])
BY_REQUESTER = st.sampled_from(["requester"] * 8 + ["owner", "other owner"])
# name of the machine's method, then its arguments
REQUEST = st.tuples(
    st.just("request"),
    st.integers(0, len(THINGS) - 1),
    st.sampled_from(REQUESTERS + OWNERS[:1]),
    st.sampled_from([True, True, False]),
    st.sampled_from([-9, -5, -3, -2, -1, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 30, 9_000]),
    st.one_of(st.integers(1, 6), st.sampled_from([0, 24, 25, 60, 61, 168, 256, 300, 600, 4095])),
    st.sampled_from([0] * 12 + [1, 450]),
    st.integers(0, 1),
    st.sampled_from([False] * 12 + [True]),
    st.sampled_from([1] * 12 + [2, 2, 3, 100, 254, 255, 0]),
)
RETURN_EARLY = st.tuples(
    st.just("return_early"), WHICH, BY_REQUESTER, st.integers(-2, 4), st.sampled_from([0] * 9 + [7])
)
SET_STATE = st.tuples(
    st.just("set_state"),
    st.integers(0, len(THINGS) - 1),
    st.sampled_from([True] * 5 + [False]),
    st.sampled_from([1] * 9 + [2] * 4 + [3]),
)
CONFIRM = st.tuples(st.just("confirm"), WHICH, BY_OWNER)
DENY = st.tuples(st.just("deny"), WHICH, BY_OWNER)
CANCEL = st.tuples(st.just("cancel"), WHICH, BY_REQUESTER)
CONFIRM_OTHER = st.tuples(st.just("confirm_what_was_never_asked"), WHICH, st.integers(1, 3))
PASS_TIME = st.tuples(st.just("pass_time"), st.sampled_from([1, 299, 1_800, HOUR_S, 2 * HOUR_S, 7 * HOUR_S]))
PASS_TIME_TO_AN_EDGE = st.tuples(st.just("pass_time_to_an_edge"), WHICH, st.integers(0, 1))
OPERATION = st.sampled_from(
    [REQUEST] * 8
    + [CONFIRM] * 5
    + [DENY, CANCEL, CANCEL, RETURN_EARLY, SET_STATE, CONFIRM_OTHER, PASS_TIME, PASS_TIME_TO_AN_EDGE]
).flatmap(lambda kind: kind)

done: Counter[str] = Counter()


class Chain:
    """`Bookings` on titanoboa, called by raw data: the reason is read from the revert itself."""

    def __init__(self) -> None:
        artefact = compiled("Bookings")
        code = bytes.fromhex(artefact["bytecode"][2:]) + encode(["address"], [str(OWNERS[0])])
        address, _ = boa.env.deploy_code(bytecode=code)
        self.contract = boa.loads_abi(json.dumps(artefact["abi"])).at(address)

    def request_id(self, asked: dict[str, Any]) -> bytes:
        """`keccak256(abi_encode(chain.id, self, Request))`, computed here."""
        head = [boa.env.evm.patch.chain_id, str(self.contract.address), tuple(asked.values())]
        return keccak(encode(["uint256", "address", REQUEST_ABI], head))

    def act(self, name: str, actor: str, *arguments: Any) -> str | None:
        """Send a transaction; its revert reason, None when it succeeded."""
        data = getattr(self.contract, name).prepare_calldata(*arguments)
        computation = boa.env.execute_code(to_address=self.contract.address, sender=actor, data=data)
        if not computation.is_error:
            return None
        output = bytes(computation.output)
        return str(decode(["string"], output[4:])[0]) if len(output) > 4 else "no reason"


class CalendarMachine(RuleBasedStateMachine):
    """One run: nine resources, two owners, two requesters, and time that passes."""

    chain: Chain

    @initialize()
    def announce(self) -> None:
        """Announce every resource; the owners take turns."""
        boa.env.timestamp = EPOCH_S
        self.oracle = Oracle()
        self.requests: list[tuple[bytes, dict[str, Any]]] = []
        self.things: list[bytes] = []
        self.words: dict[bytes, set[int]] = {}
        for i, fields in enumerate(THINGS):
            owner = OWNERS[i % 2]
            made = tuple(announcement(f"thing {i}", **fields).values())
            assert self.chain.act("announce", owner, made, EMPTY_AUTH) is None
            key = bytes(self.chain.contract.resource_id(owner, made))
            self.things.append(key)
            self.words[key] = set()
            self.oracle.things[key] = Thing(
                owner=owner,
                quantum_s=QUANTUM_S[fields["quantum"]],
                phase_s=fields.get("phase", 0) * 900,
                first_come=fields["rule"] == 1,
                notice_s=fields.get("notice_hours", 0) * HOUR_S,
                horizon_s=fields["horizon_days"] * DAY_S,
                ttl_s=fields["ttl_hours"] * HOUR_S,
                longest=fields["max_quanta"],
                capacity=fields.get("capacity", 1),
                buffer_s=fields.get("buffer_quanta", 0) * QUANTUM_S[fields["quantum"]],
            )

    @rule(operation=OPERATION)
    def operate(self, operation: tuple[Any, ...]) -> None:
        """One operation of any kind; one rule for all, because hypothesis omits some rules in each run."""
        kind, *values = operation
        getattr(self, kind)(*values)

    def request(
        self,
        thing: int,
        requester: str,
        edge: bool,
        offset: int,
        quanta: int,
        off_grid_s: int,
        salt: int,
        impostor: bool,
        units: int,
    ) -> None:
        """Ask for an interval near now, or near the next edge of a calendar word."""
        key = self.things[thing]
        what = self.oracle.things[key]
        now = boa.env.timestamp
        near_s = on_grid(now, what.quantum_s * (256 if edge else 1), what.phase_s)
        start = near_s + offset * what.quantum_s + off_grid_s
        if what.capacity == 1 and salt == 0:
            units = 1
        asked = request_of(key, requester, start, quanta, salt=number(f"salt {salt}"), units=units)
        request = self.chain.request_id(asked)
        actor = next(a for a in ACTORS if a != requester) if impostor else requester
        expected = self.oracle.request(request, key, actor, requester, start, quanta, now, units)
        self.compare("request", actor, expected, asked)
        if expected is None:
            self.requests.append((request, asked))
        if expected is None or expected == "bookings: not free":
            self.touch(key, start, quanta)
        self.check(request, key)

    def confirm(self, which: int, by: str) -> None:
        """The owner, or somebody who is not, confirms."""
        self.decide("confirm", which, by)

    def deny(self, which: int, by: str) -> None:
        """The owner, or somebody who is not, denies."""
        self.decide("deny", which, by)

    def cancel(self, which: int, by: str) -> None:
        """The requester, or somebody who is not, cancels."""
        if not self.requests:
            return
        request, asked = self.pick(which)
        actor = self.actor(by, asked)
        expected = self.oracle.cancel(request, actor, boa.env.timestamp)
        self.compare("cancel", actor, expected, asked)
        self.check(request, asked["resource"])

    def return_early(self, which: int, by: str, quanta: int, off_grid_s: int) -> None:
        """The requester, or somebody who is not, gives the rest of a grant back."""
        granted = [r for r in self.requests if self.oracle.asked[r[0]].state == GRANTED]
        if not granted:
            return
        request, asked = granted[which % len(granted)]
        what = self.oracle.things[asked["resource"]]
        now = boa.env.timestamp
        soonest_s = max(asked["start"], on_grid(now, what.quantum_s, what.phase_s))
        end = soonest_s + quanta * what.quantum_s + off_grid_s
        actor = self.actor(by, asked)
        expected = self.oracle.return_early(request, actor, end, now)
        self.compare("return_early", actor, expected, asked, end)
        self.check(request, asked["resource"])

    def set_state(self, thing: int, by_owner: bool, state: int) -> None:
        """The owner, or somebody who is not, pauses, takes up again or retires."""
        key = self.things[thing]
        owner = self.oracle.things[key].owner
        actor = owner if by_owner else next(o for o in OWNERS if o != owner)
        expected = self.oracle.set_state(key, actor, state)
        got = self.chain.act("set_resource_state", actor, key, state, EMPTY_AUTH)
        assert got == expected, f"set_resource_state: contract {got!r}, oracle {expected!r}"
        done["operations"] += 1
        done[f"set_state: {expected or 'done'}"] += 1
        assert self.chain.contract.resource(key) >> 166 & 3 == self.oracle.things[key].state

    def confirm_what_was_never_asked(self, which: int, other_quanta: int) -> None:
        """Values that differ from what was asked are no request."""
        if not self.requests:
            return
        _, asked = self.pick(which)
        other = {**asked, "quanta": asked["quanta"] + other_quanta, "salt": number("never")}
        actor = self.actor("owner", asked)
        self.compare("confirm", actor, "bookings: unknown request", other)

    def pass_time(self, seconds: int) -> None:
        """Time passes; requests expire and grants begin."""
        boa.env.timestamp += seconds

    def pass_time_to_an_edge(self, which: int, early_s: int) -> None:
        """To the very second at which a request expires or a grant begins, or to the one before."""
        if not self.requests:
            return
        request, _ = self.pick(which)
        asked = self.oracle.asked[request]
        edge_s = (asked.expires_at if asked.state == PENDING else asked.start) - early_s
        if edge_s - boa.env.timestamp in range(1, 12 * HOUR_S):
            boa.env.timestamp = edge_s

    def pick(self, which: int) -> tuple[bytes, dict[str, Any]]:
        """One of the requests; mostly one that nobody has decided, if there is any."""
        open_ones = [r for r in self.requests if self.oracle.asked[r[0]].state == PENDING]
        among = open_ones if which % 4 != 3 and open_ones else self.requests
        return among[which // 4 % len(among)]

    def actor(self, by: str, asked: dict[str, Any]) -> str:
        """The address behind a role towards a request."""
        owner = self.oracle.things[asked["resource"]].owner
        match by:
            case "owner":
                return owner
            case "requester":
                return str(asked["requester"])
            case _:
                return str(next(o for o in OWNERS if o != owner))

    def decide(self, name: str, which: int, by: str) -> None:
        """Confirm or deny one of the requests."""
        if not self.requests:
            return
        request, asked = self.pick(which)
        actor = self.actor(by, asked)
        expected = self.oracle.decide(request, actor, name == "confirm", boa.env.timestamp)
        extra = () if name == "confirm" else (number("why"),)
        self.compare(name, actor, expected, asked, *extra)
        self.check(request, asked["resource"])

    def compare(
        self, name: str, actor: str, expected: str | None, asked: dict[str, Any], *extra: Any
    ) -> None:
        """The contract does what the oracle expects."""
        got = self.chain.act(name, actor, tuple(asked.values()), *extra, EMPTY_AUTH)
        assert got == expected, f"{name}: contract {got!r}, oracle {expected!r}"
        done["operations"] += 1
        done[f"{name}: {expected or 'done'}"] += 1

    def touch(self, thing: bytes, start: int, quanta: int) -> None:
        """Remember every calendar word that an interval and its neighbours lie in."""
        what = self.oracle.things[thing]
        first = (start - what.phase_s) // what.quantum_s
        shift = 8 if what.capacity == 1 else 5
        self.words[thing] |= set(range((first - 1) >> shift, ((first + quanta) >> shift) + 1))

    def check(self, request: bytes, thing: bytes) -> None:
        """State of the request and calendar of the resource are the oracle's."""
        asked = self.oracle.asked.get(request)
        state = asked.state_at(boa.env.timestamp) if asked else 0
        assert self.chain.contract.request_state(request) == state
        done[f"state {state}"] += 1
        self.check_calendar(thing)
        if asked is not None:
            assert bool(self.chain.contract.request_word(request) >> 44 & 1) == asked.was_granted
            what = self.oracle.things[thing]
            quanta = (asked.end - asked.start) // what.quantum_s
            free = self.oracle.free(thing, asked.start, asked.end, asked.units)
            contract = self.chain.contract
            assert contract.is_free_for(thing, asked.start, quanta, asked.units) == free
            if asked.units == 1:
                assert contract.is_free(thing, asked.start, quanta) == free

    def check_calendar(self, thing: bytes) -> None:
        """Granted if and only if covered, for every quantum in play."""
        expected = dict.fromkeys(self.words[thing], 0)
        bits = self.oracle.things[thing].capacity == 1
        for quantum, units in self.oracle.covered(thing).items():
            if bits:
                expected[quantum >> 8] |= units << (quantum & 255)
            else:
                expected[quantum >> 5] |= units << 8 * (quantum & 31)
        for index, word in expected.items():
            assert self.chain.contract.calendar_word(thing, index) == word

    @invariant()
    def no_quantum_is_granted_beyond_the_capacity(self) -> None:
        """The oracle itself never grants a unit twice."""
        for thing in getattr(self, "things", []):
            capacity = self.oracle.things[thing].capacity
            assert max(self.oracle.covered(thing).values(), default=0) <= capacity

    def teardown(self) -> None:
        """At the end of a run, every resource, whether touched or not."""
        for thing in getattr(self, "things", []):
            self.check_calendar(thing)


def test_calendar__any_sequence_of_operations__agrees_with_the_oracle() -> None:
    done.clear()
    CalendarMachine.chain = Chain()
    run_state_machine_as_test(
        CalendarMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
    assert done["operations"] >= OPERATIONS
    for state in (PENDING, GRANTED, DENIED, CANCELLED, EXPIRED):
        assert done[f"state {state}"] > 0
    for outcome in (
        "request: done",
        "request: bookings: not free",
        "confirm: done",
        "confirm: bookings: not free",
        "confirm: bookings: expired",
        "deny: done",
        "cancel: done",
        "return_early: done",
        "return_early: bookings: end out of range",
        "set_state: done",
        "request: bookings: paused",
        "request: bookings: retired",
        "request: bookings: units out of range",
        "cancel: bookings: already started",
        "cancel: bookings: expired",
        "request: bookings: off the grid",
        "request: bookings: beyond the horizon",
    ):
        assert done[outcome] > 0, f"the machine never came to {outcome!r}"
