"""A random life on a real chain: bookings, deals, ratings, spaces. Refused actions are part of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from scenario_life import DAY_S, HOUR_S
from scenario_ratings import Ratings
from scenario_spaces import Spaces


@dataclass
class Scenario(Ratings, Spaces):
    """What was done so far, and how often what was tried was done or refused."""

    done: int = 0
    refused: int = 0
    tried: Counter[str] = field(default_factory=Counter)

    def run(self, steps: int) -> None:
        """Take so many random steps."""
        choices: list[tuple[Callable[[], bool], int]] = [
            (self.announce, 2),
            (self.announce_gated, 2),
            (self.set_state, 1),
            (self.ask, 4),
            (self.ask_series, 2),
            (self.ask_bundle, 2),
            (self.decide, 6),
            (self.grant_bundle, 2),
            (self.return_early, 3),
            (self.open, 4),
            (self.open_for_a_booking, 1),
            (self.unwind, 1),
            (self.move_deal, 24),
            (self.commit, 6),
            (self.reveal, 6),
            (self.rate_both, 4),
            (self.respond, 2),
            (self.retract, 2),
            (self.create, 1),
            (self.change_space, 2),
            (self.issue, 1),
            (self.move_ticket, 3),
            (self.host, 1),
            (self.call_off, 1),
            (self.list_things, 1),
            (self.wait, 3),
        ]
        actions = [action for action, weight in choices for _ in range(weight)]
        for _ in range(steps):
            action = self.random.choice(actions)
            if action():
                self.done += 1
                self.tried[action.__name__] += 1
            else:
                self.refused += 1

    def wait(self) -> bool:
        """Some time passes."""
        self.travel(self.random.choice([HOUR_S, 2 * HOUR_S, 6 * HOUR_S, DAY_S, 2 * DAY_S]))
        return True
