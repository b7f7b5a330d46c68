"""How much the slow tests do: a part of it in every run, all of it by `make assurance`."""

import os

FULL = os.environ.get("ALLMENDE_EFFORT") == "full"
PART = 4


def part_of(full: int) -> int:
    """So many of `full` in this run."""
    return full if FULL else full // PART


def floor_of(full: int) -> int:
    """What a part of the runs must reach of `full`: less than its share, as runs are not equally long."""
    return full if FULL else full // 5
