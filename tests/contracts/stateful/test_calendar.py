"""The calendar against a plain Python oracle, for at least 10,000 operations on a real EVM.

Things of every quantum length with different phases, decided by owner, order of arrival or policy, with
units, buffer, opening hours, quotas and things that need others. Requests, series, bundles of several owners,
confirmations, denials, cancellations whole and in part, early returns, owners' blocks, pauses and
retirements, policies that misbehave, wrong actors, signatures that are late or forged, expiry by passing
time, adjacent and overlapping intervals, many across a word of the calendar.
"""

from contracts.stateful.calendar_machine import CalendarMachine
from contracts.stateful.calendar_things import Calendar
from contracts.stateful.calendar_world import done
from contracts.stateful.independent_runs import run_independently

OPERATIONS = 10_000
RUNS, STEPS = 105, 100


def test_calendar__any_sequence_of_operations__agrees_with_the_oracle() -> None:
    done.clear()
    CalendarMachine.calendar = Calendar()
    run_independently(CalendarMachine, RUNS, STEPS)
    print("\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
    assert done["operations"] >= OPERATIONS
