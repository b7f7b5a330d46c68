"""`python -m scripts._mutants`: put faults into the contracts, one at a time, and see which no test notices.

    python -m scripts._mutants --sample 40 --seed 1 --jobs 2     as CI does
    python -m scripts._mutants --all --jobs 2                    every fault (hours)
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
from collections.abc import Iterator
from pathlib import Path

from scripts import _guards
from scripts._mutants import tracing, trials
from scripts._mutants.operators import Mutant, mutants_of
from scripts._mutants.trials import CONTRACTS, TESTS, Trial

# sources that move funds or give away a thing's time; the others by --only
TARGETS = ("escrow", "shared", "booking/Bookings", "booking/calendar", "booking/lanes", "booking/stored")
SURVIVORS = TESTS / "survivors.json"
GOAL_PERCENT = 90


def targets(only: str = "", contracts: Path = CONTRACTS) -> list[Path]:
    """The sources in question, below `contracts`."""
    found = []
    for path in sorted(contracts.rglob("*.vy")):
        relative = path.relative_to(contracts)
        if relative.parts[0] in _guards.NOT_DEPLOYED or path.name == _guards.REFUSAL:
            continue
        wanted = only in str(relative) if only else str(relative).startswith(TARGETS)
        if wanted:
            found.append(relative)
    return found


def users(path: Path) -> list[str]:
    """The deployables made of a source, its own slice's first, small ones first."""
    compiling = trials.fresh_compiling()
    found = [
        source
        for source in sorted(CONTRACTS.rglob("[A-Z]*.vy"))
        if source.relative_to(CONTRACTS).parts[0] not in _guards.NOT_DEPLOYED
        and CONTRACTS / path in compiling.sources_of(source.stem)
    ]
    own = path.parts[0]
    found.sort(key=lambda source: (source.parent.name != own, source.stat().st_size))
    return [source.stem for source in found]


def slices_of(path: Path) -> list[str]:
    """The slices whose contracts contain a source."""
    return _guards.slices_using(_guards.Guard(path, "", 0, 0, None))


def listed() -> dict[tuple[str, str, str, str, str], str]:
    """Survivors that are known: key → reason."""
    if not SURVIVORS.exists():
        return {}
    entries = json.loads(SURVIVORS.read_text())
    return {
        (entry["source"], entry["function"], entry["statement"], entry["old"], entry["new"]): entry["reason"]
        for entry in entries
    }


def try_all(chosen: list[Mutant], wanted: int | None, jobs: int) -> int:
    """Try faults until `wanted` of them were faults at all; 0 when those that survive are listed."""
    began = time.monotonic()
    folders = sorted({name for mutant in chosen for name in slices_of(mutant.path)} | {"shared"})
    files = [path for name in folders for path in sorted((TESTS / name).rglob("test_*.py"))]
    trials.preload(files)
    names = sorted({name for mutant in chosen for name in users(mutant.path)})
    try:
        known = trials.record(files, tracing.line_maps(CONTRACTS, names), jobs)
    except RuntimeError as error:
        print(error)
        print("The tests fail without any fault, so nothing can be said.")
        return 1
    print(f"{len(known.lines)} unit tests recorded in {time.monotonic() - began:.0f} s", flush=True)
    done: list[Trial] = []
    counted = 0
    for trial in _until(chosen, wanted, known, jobs):
        done.append(trial)
        counted += trial.counts
        print(
            f"{counted} {trial.outcome:10} {trial.mutant} ({trial.seconds:.0f} s; {trial.detail})", flush=True
        )
    return report(done, time.monotonic() - began)


def _until(chosen: list[Mutant], wanted: int | None, known: tracing.Record, jobs: int) -> Iterator[Trial]:
    counted = 0
    for trial in trials.trials(chosen, known, users, jobs):
        yield trial
        counted += trial.counts
        if wanted is not None and counted >= wanted:
            return


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
            source, function, statement, old, new = trial.mutant.key
            entry = {"source": source, "function": function, "statement": statement, "old": old, "new": new}
            print("  " + json.dumps(entry | {"reason": ""}, ensure_ascii=False))
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
    parser.add_argument("--only", default="", help="only sources whose path contains this")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    options = parser.parse_args(arguments)
    found = [mutant for path in targets(options.only) for mutant in mutants_of(path, CONTRACTS)]
    if options.list:
        for mutant in found:
            print(mutant)
        return 0
    # seeded, so that a sample can be repeated
    random.Random(options.seed).shuffle(found)  # noqa: S311
    return try_all(found, options.sample, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
