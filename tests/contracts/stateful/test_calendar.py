"""The calendar against a plain Python oracle, for at least 10,000 operations on a real EVM.

Things of every quantum length with different phases, decided by owner, order of arrival or policy, with
units, buffer, opening hours, quotas and things that need others. Requests, series, bundles of several owners,
confirmations, denials, cancellations whole and in part, early returns, owners' blocks, pauses and
retirements, policies that misbehave, wrong actors, signatures that are late or forged, expiry by passing
time, adjacent and overlapping intervals, many across a word of the calendar.
"""

from contracts.stateful.calendar_machine import CalendarMachine
from contracts.stateful.calendar_terms import CANCELLED, DENIED, EXPIRED, GRANTED, PENDING
from contracts.stateful.calendar_things import Calendar
from contracts.stateful.calendar_world import done
from contracts.stateful.independent_runs import run_independently

OPERATIONS = 10_000
RUNS, STEPS = 130, 100
# How often each kind of act has to be accepted, and refused, at least
FLOORS = {
    "request": (300, 300),
    "request_with": (150, 300),
    "series request": (80, 100),
    "series request_with": (40, 100),
    "ask bundle whole": (150, 100),
    "ask bundle granted at once": (5, 20),
    "ask bundle with another request": (5, 5),
    "grant bundle whole": (25, 30),
    "confirm": (120, 500),
    "deny": (80, 80),
    "cancel": (150, 150),
    "cancel a series": (25, 30),
    "cancel_series": (25, 100),
    "return_early": (25, 100),
    "poke": (10, 50),
    "set_state": (50, 100),
    "several confirm": (1, 20),
    "several cancel": (1, 20),
}
NEVER_ACCEPTED = ("ask bundle alone", "ask bundle twice", "grant bundle alone", "grant bundle twice")
# Every reason that these acts can be refused for
WORDS = [
    f"bookings: {word}"
    for word in (
        "already closed", "already requested", "already started", "beyond the horizon", "bundle incomplete",
        "closed at that time", "conditions missing", "end out of range", "expired", "foreign conditions",
        "needs another resource", "no policy", "no quanta", "no such change", "no such occurrence",
        "not admitted", "not free", "not granted", "not pending", "not the owner", "not the requester",
        "notice too short", "off the grid", "part of a whole", "paused", "policy denies", "quota used up",
        "retired", "start has passed", "starts overlap", "still pending", "too long", "units out of range",
        "unknown request",
    )
] + ["auth: bad signature", "auth: expired"]  # fmt: skip


def test_calendar__any_sequence_of_operations__agrees_with_the_oracle() -> None:
    done.clear()
    CalendarMachine.calendar = Calendar()
    run_independently(CalendarMachine, RUNS, STEPS)
    print("\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
    assert done["operations"] >= OPERATIONS
    for state in (PENDING, GRANTED, DENIED, CANCELLED, EXPIRED):
        assert done[f"state {state}"] >= 100
    for name, (accepted, refused) in FLOORS.items():
        assert done[f"{name}: done"] >= accepted, f"{name!r} was hardly ever accepted"
        assert played(name) - done[f"{name}: done"] >= refused, f"{name!r} was hardly ever refused"
    for name in NEVER_ACCEPTED:
        assert played(name) >= 10
        assert not done[f"{name}: done"]
    for word in WORDS:
        times = sum(count for what, count in done.items() if what.endswith(f": {word}"))
        assert times >= 3, f"hardly anybody was ever told {word!r}"


def played(name: str) -> int:
    """How often an act of a kind was tried."""
    return sum(count for what, count in done.items() if what.startswith(f"{name}: "))
