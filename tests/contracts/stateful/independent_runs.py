"""How the state machines are run: the same runs every time, each drawn for itself.

Hypothesis makes most of its examples by changing a few places of the one before. For a machine of many
steps that means to play nearly the same game seven times, so its own generator draws every run anew here. If
one fails, it is made smaller as ever.
"""

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

BACKEND = "independent runs"


class IndependentRuns(HypothesisProvider):
    """Draws as hypothesis does; under another name, so that nothing is changed afterwards."""


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{IndependentRuns.__name__}"


def run_independently(machine: type[RuleBasedStateMachine], runs: int, steps: int) -> None:
    """Run a machine so many times, each at most so many steps."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            backend=BACKEND,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
