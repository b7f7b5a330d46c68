"""Every guard of the contracts: listed, and removed one at a time to see that a test notices.

A guard is an `if` on what must not be, and in it `refusal._refuse("module: reason")`; permissions, deadlines
and amounts are all written that way. A bare `assert` or `raise` counts as a guard without words.

    python -m scripts._guards                          writes contracts/guards.md
    python -m scripts._guards --check                  exits 1 when that list is stale or a guard has no words
    python -m scripts._guards --remove                 removes each in turn; exits 1 when one is not missed
    python -m scripts._guards --remove --sample 6 --seed 1 --jobs 2 --only escrow

A removed guard is a fault like those of `scripts._mutants`: tried on a copy of the sources, with the unit
tests of the slices that use its module, as far as they run into the guard. State machines are left out: they
are slow, and unit tests must suffice. What was tried stays known until a source or a test of it changes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tokenize
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts._mutants.operators import Mutant
from scripts._mutants.session import Collected, within
from scripts._mutants.sources import CONTRACTS, ROOT, ours, unit_tests
from scripts._mutants.tracing import record
from scripts._mutants.trials import trials
from scripts._mutants.verdicts import Verdicts

LIST = CONTRACTS / "guards.md"


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal; lines count from 1, `words` is None where it has none."""

    path: Path  # below contracts/
    function: str
    first_line: int
    last_line: int
    words: str | None

    def __str__(self) -> str:
        return f"{self.path}:{self.first_line} {self.function}, {self.words!r}"


def guards(contracts: Path = CONTRACTS) -> list[Guard]:
    """All guards, in the order of files and lines."""
    return [guard for path in ours(contracts) for guard in guards_of(path, contracts)]


def guards_of(path: Path, contracts: Path) -> list[Guard]:
    """The guards of one source. Vyper shares Python's tokens, so Python's tokenizer finds its lines."""
    found: list[Guard] = []
    function, line = "", []
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type in (
                tokenize.COMMENT,
                tokenize.NL,
                tokenize.INDENT,
                tokenize.DEDENT,
                tokenize.ENCODING,
            ):
                continue
            if token.type != tokenize.NEWLINE:
                line.append(token)
                continue
            if line and line[0].string == "def":
                function = line[1].string
            refuses = len(line) > 2 and line[0].string == "refusal" and line[2].string == "_refuse"
            if refuses or (line and line[0].string in ("assert", "raise")):
                literals = [part.string.strip("\"'") for part in line if part.type == tokenize.STRING]
                words = literals[0] if refuses and literals else None
                lines = (line[0].start[0], line[-1].end[0])
                found.append(Guard(path.relative_to(contracts), function, *lines, words))
            line = []
    return found


def listing(found: list[Guard]) -> str:
    """The committed page."""
    lines = [
        "# Guards",
        "",
        f"Every permission, deadline and amount that the contracts check: {len(found)} guards, listed by",
        "`python -m scripts._guards`. `--remove` takes each away in turn; a test has to fail for every one.",
        "",
        "| source | function | line | words |",
        "|---|---|---:|---|",
    ]
    lines += [f"| {g.path} | `{g.function}` | {g.first_line} | {g.words} |" for g in found]
    return "\n".join([*lines, ""])


def without(guard: Guard, contracts: Path = CONTRACTS) -> Mutant:
    """The fault that the guard is replaced by `pass`, and every other line stays where it is."""
    lines = (contracts / guard.path).read_text().splitlines(keepends=True)
    begin = sum(len(line) for line in lines[: guard.first_line - 1])
    old = "".join(lines[guard.first_line - 1 : guard.last_line])
    indent = old[: len(old) - len(old.lstrip())]
    new = f"{indent}pass\n" + "\n" * (guard.last_line - guard.first_line)
    where = (guard.path, guard.function, guard.first_line, guard.last_line)
    return Mutant(*where, "guard", begin, begin + len(old), old, new, " ".join(old.split()))


def remove_each(chosen: list[Guard], jobs: int, files: list[Path]) -> int:
    """Try all guards, one line each; 0 when every one is missed by a test of these files, or where none are
    given by one of the slices that use its module."""
    files = files or sorted({path for guard in chosen for path in unit_tests(guard.path)})
    return within(files, partial(_remove_within, chosen, jobs, files))


def _remove_within(chosen: list[Guard], jobs: int, files: list[Path], collected: Collected) -> int:
    try:
        known = record(files, collected, jobs)
    except RuntimeError as error:
        print(error)
        print("The tests fail with every guard in place, so nothing can be said.")
        return 1
    guard_of = {without(guard): guard for guard in chosen}
    bad: list[str] = []
    for number, done in enumerate(trials(guard_of, collected, known, Verdicts(), jobs), 1):
        guard = guard_of[done.mutant]
        # without a guard the same code would come out: then nothing hangs on it
        outcome = "survived" if done.outcome == "equivalent" else done.outcome
        line = f"{number}/{len(chosen)} {outcome:8} {guard} ({done.seconds:.0f} s; {done.detail})"
        print(line, flush=True)
        if outcome != "noticed":
            bad.append(f"{outcome}: {guard}")
    print(f"{len(chosen) - len(bad)} of {len(chosen)} removed guards were noticed.")
    for line in bad:
        print(line)
    return 1 if bad else 0


def main(arguments: list[str] | None = None) -> int:
    """Write the list, check it, or remove guards; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing, exit 1 when the list is stale")
    mode.add_argument("--remove", action="store_true", help="remove guards one at a time and run the tests")
    parser.add_argument("--sample", type=int, help="remove only so many, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="of the random choice")
    parser.add_argument("--only", default="", help="remove only guards whose path or words contain this")
    parser.add_argument("--tests", type=_file, nargs="+", default=[], help="only with these files of tests")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    options = parser.parse_args(arguments)
    found = guards()
    wordless = [guard for guard in found if guard.words is None]
    for guard in wordless:
        print(f"a guard without words: {guard}")
    if options.remove:
        chosen = [guard for guard in found if options.only in f"{guard.path} {guard.words}"]
        if options.sample is not None and options.sample < len(chosen):
            # a seeded sample has to be repeatable, not unguessable
            picked = random.Random(options.seed).sample(range(len(chosen)), options.sample)  # noqa: S311
            chosen = [chosen[index] for index in sorted(picked)]
        return remove_each(chosen, options.jobs, options.tests) or (1 if wordless else 0)
    fresh = LIST.exists() and LIST.read_text() == listing(found)
    if options.check:
        if not fresh:
            print(f"stale: {LIST.relative_to(ROOT)} (run `make generate`)")
        return 0 if fresh and not wordless else 1
    LIST.write_text(listing(found))
    return 1 if wordless else 0


def _file(text: str) -> Path:
    return Path(text).resolve()


if __name__ == "__main__":
    sys.exit(main())
