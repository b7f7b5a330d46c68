"""`python -m scripts._mutants`: put faults into the contracts, one at a time, and see which no test notices.

    python -m scripts._mutants --sample 40 --seed 1 --jobs 2     a sample that can be repeated
    python -m scripts._mutants --all --jobs 2                    every fault (hours; started again it goes on)
    python -m scripts._mutants --all --only escrow/legs          those of one source
    python -m scripts._mutants --list --only escrow/legs         says what would be tried

A fault that survives has to be listed with a reason in `tests/contracts/survivors.json`; the exit code is 1
for any other, and when fewer than nine in ten are noticed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from scripts._mutants import tracing, trials
from scripts._mutants.operators import Key, Mutant, mutants_of
from scripts._mutants.progress import Progress
from scripts._mutants.session import Collected, within
from scripts._mutants.sources import CONTRACTS, TESTS, ours, unit_tests
from scripts._mutants.verdicts import Trial, Verdicts

# sources that move funds or give away a thing's time; the others by --only
TARGETS = ("escrow", "shared", "booking/Bookings", "booking/calendar", "booking/lanes", "booking/stored")
SURVIVORS = TESTS / "survivors.json"
GOAL_PERCENT = 90


def targets(*only: str, contracts: Path = CONTRACTS) -> list[Path]:
    """The sources in question, below `contracts`: those whose path contains one of these, in their order."""
    found = [path.relative_to(contracts) for path in ours(contracts)]
    if not only:
        return [path for path in found if str(path).startswith(TARGETS)]
    return list(dict.fromkeys(path for part in only for path in found if part in str(path)))


def listed() -> dict[Key, str]:
    """Survivors that are known: key → reason."""
    if not SURVIVORS.exists():
        return {}
    entries = json.loads(SURVIVORS.read_text())
    return {
        (
            entry["source"],
            entry["function"],
            entry["statement"],
            entry["old"],
            entry["new"],
            entry.get("nth", 0),
        ): entry["reason"]
        for entry in entries
    }


def try_all(chosen: list[Mutant], wanted: int | None, jobs: int) -> int:
    """Try faults until `wanted` of them were faults at all; 0 when those that survive are listed."""
    files = sorted({file for mutant in chosen for file in unit_tests(mutant.path)})
    return within(files, partial(_try_within, chosen, wanted, jobs, files))


def _try_within(
    chosen: list[Mutant], wanted: int | None, jobs: int, files: list[Path], collected: Collected
) -> int:
    began = time.monotonic()
    try:
        known = tracing.record(files, collected, jobs)
    except RuntimeError as error:
        print(error)
        print("The tests fail without any fault, so nothing can be said.")
        return 1
    print(f"{len(known.lines)} unit tests recorded in {time.monotonic() - began:.0f} s", flush=True)
    progress = Progress(len(chosen) if wanted is None else wanted)
    done: list[Trial] = []
    for trial in trials.trials(chosen, collected, known, Verdicts(), jobs):
        done.append(trial)
        if wanted is None or trial.counts:
            progress.step(kept=trial.kept)
        if not trial.kept:
            print(f"{progress} {trial}", flush=True)
        if progress.done >= progress.total:
            break
    if progress.kept:
        print(f"{progress.kept} of them were tried in an earlier run, and nothing they hang on has changed.")
    return report(done, time.monotonic() - began)


def report(done: list[Trial], seconds: float) -> int:
    """Say what became of them; 1 for a survivor that is not listed, or too many."""
    reasons = listed()
    outcomes = Counter(trial.outcome for trial in done)
    survivors = [trial for trial in done if trial.outcome == "survived"]
    faults = outcomes["noticed"] + outcomes["survived"]
    percent = 100 * outcomes["noticed"] / faults if faults else 0.0
    unlisted = [trial for trial in survivors if trial.mutant.key not in reasons]
    for trial in survivors:
        print(f"survived: {trial.mutant} — {reasons.get(trial.mutant.key, 'not listed')}")
        if trial in unlisted:
            names = ("source", "function", "statement", "old", "new", "nth")
            entry = dict(zip(names, trial.mutant.key, strict=True))
            print("  " + json.dumps(entry | {"reason": ""}, ensure_ascii=False))
    for path in dict.fromkeys(trial.mutant.path for trial in done):
        of_path = Counter(trial.outcome for trial in done if trial.mutant.path == path)
        print(f"{path}: {of_path['noticed']} of {of_path['noticed'] + of_path['survived']}")
    print(
        f"{outcomes['noticed']} of {faults} faults were noticed ({percent:.1f} %), "
        f"{len(survivors) - len(unlisted)} of the others are listed; "
        f"{outcomes['equivalent']} made the same code, {outcomes['broken']} did not compile; {seconds:.0f} s"
    )
    return 1 if unlisted or percent < GOAL_PERCENT else 0


def main(arguments: list[str] | None = None) -> int:
    """Try faults or list them; 0 when all is well."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts._mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--sample", type=int, help="try so many, chosen at random")
    mode.add_argument("--all", action="store_true", help="try every one")
    mode.add_argument("--list", action="store_true", help="try none, name them")
    parser.add_argument("--seed", type=int, default=0, help="of the random choice")
    parser.add_argument("--only", nargs="+", default=[], help="only sources whose path contains one of these")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    options = parser.parse_args(arguments)
    found = [mutant for path in targets(*options.only) for mutant in mutants_of(path, CONTRACTS)]
    if options.list:
        for mutant in found:
            print(mutant)
        return 0
    # seeded, so that a sample can be repeated; all are tried source by source, and what a run that is cut has
    # tried of a source is a sample of it
    random.Random(options.seed).shuffle(found)  # noqa: S311
    if options.all:
        order = targets(*options.only)
        found.sort(key=lambda mutant: order.index(mutant.path))
    return try_all(found, options.sample, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
