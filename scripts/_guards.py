"""Every guard of the contracts: listed, and removed one at a time to see that a test notices.

A guard is an `if` on what must not be, and in it `refusal._refuse("module: reason")`; permissions, deadlines
and amounts are all written that way. A bare `assert` or `raise` counts as a guard without words.

    python -m scripts._guards                          writes contracts/guards.md
    python -m scripts._guards --check                  exits 1 when that list is stale or a guard has no words
    python -m scripts._guards --remove                 removes each in turn; exits 1 when one is not missed
    python -m scripts._guards --remove --sample 6 --seed 1 --jobs 2 --only escrow

A removed guard is tried on a copy of the sources, first with the test files that quote its words, then with
all tests of the slices that use its module. State machines are left out: they are slow, and unit tests must
suffice.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
TESTS = ROOT / "tests" / "contracts"
LIST = CONTRACTS / "guards.md"
NOT_DEPLOYED = ("mocks", "interfaces")
# the module that every refusal calls; it guards nothing itself
REFUSAL = "refusal.vy"
TIMEOUT_S = 900
# further folders with tests of a slice, of contracts that have folders of their own there
TESTED_IN = {"booking": ("spaces", "policies")}
TESTS_FAILED = 1


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


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened without a guard: "noticed", "survived" or "broken" (the copy does not compile)."""

    guard: Guard
    outcome: str
    seconds: float
    detail: str


def guards(contracts: Path = CONTRACTS) -> list[Guard]:
    """All guards, in the order of files and lines."""
    sources = [
        path
        for path in sorted(contracts.rglob("*.vy"))
        if path.relative_to(contracts).parts[0] not in NOT_DEPLOYED and path.name != REFUSAL
    ]
    return [guard for path in sources for guard in guards_of(path, contracts)]


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


def without(guard: Guard, contracts: Path) -> None:
    """Replace the guard in a copy of the sources by `pass`, keeping every other line where it was."""
    path = contracts / guard.path
    lines = path.read_text().splitlines(keepends=True)
    first = lines[guard.first_line - 1]
    indent = first[: len(first) - len(first.lstrip())]
    emptied = [f"{indent}pass\n"] + ["\n"] * (guard.last_line - guard.first_line)
    lines[guard.first_line - 1 : guard.last_line] = emptied
    path.write_text("".join(lines))


def slices_using(guard: Guard, contracts: Path = CONTRACTS) -> list[str]:
    """The slices whose contracts contain the guard: its own, or those that import a shared module."""
    if guard.path.parts[0] != "shared":
        return [guard.path.parts[0]]
    wanted, users = {guard.path.stem}, set[str]()
    while True:
        size = len(wanted)
        for path in sorted(contracts.rglob("*.vy")):
            imports = re.findall(r"^(?:from \S+ )?import (\w+)", path.read_text(), re.MULTILINE)
            folder = path.relative_to(contracts).parts[0]
            if wanted.isdisjoint(imports) or folder in NOT_DEPLOYED:
                continue
            if folder == "shared":
                wanted.add(path.stem)
            else:
                users.add(folder)
        if len(wanted) == size:
            return sorted(users)


def selections(guard: Guard) -> list[list[Path]]:
    """Test files to run, most promising first."""
    slices = slices_using(guard)
    names = [*slices, *(name for one in slices for name in TESTED_IN.get(one, ())), "shared"]
    folders = [TESTS / name for name in names]
    files = sorted(path for folder in folders if folder.is_dir() for path in folder.rglob("test_*.py"))
    quoting = [path for path in files if guard.words and guard.words in path.read_text()]
    others = [path for path in files if path not in quoting]
    return [chosen for chosen in (quoting, others) if chosen]


def run_python(contracts: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the tests' import paths and the given sources."""
    environment = os.environ | {
        "ALLMENDE_CONTRACTS": str(contracts),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(contracts.parent / "hypothesis"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)]),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def run_tests(contracts: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    """These test files against the given sources, up to the first failure."""
    options = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", "--disable-warnings")
    return run_python(contracts, *options, *(str(path) for path in files))


def compile_slices(contracts: Path, slices: list[str]) -> str:
    """The compiler's complaint, or nothing. What compiles is cached for the tests."""
    names = [path.stem for name in slices for path in sorted((contracts / name).rglob("[A-Z]*.vy"))]
    code = "import sys; from contracts.compiling import compiled; [compiled(name) for name in sys.argv[1:]]"
    return run_python(contracts, "-c", code, *names).stderr if names else ""


def trial(guard: Guard) -> Trial:
    """Take one guard away and see whether a test notices."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="allmende-guard-") as folder:
        copy = Path(folder) / "contracts"
        shutil.copytree(CONTRACTS, copy)
        without(guard, copy)
        complaint = compile_slices(copy, slices_using(guard))
        if "Error" in complaint:
            return Trial(guard, "broken", time.monotonic() - started, complaint.strip().splitlines()[-1])
        for files in selections(guard):
            result = run_tests(copy, files)
            if result.returncode == TESTS_FAILED:
                failed = re.search(r"^(?:FAILED|ERROR) \S*::(\S+)", result.stdout, re.MULTILINE)
                return Trial(
                    guard, "noticed", time.monotonic() - started, failed.group(1) if failed else "a test"
                )
            if result.returncode != 0:
                return Trial(
                    guard, "broken", time.monotonic() - started, result.stdout[-300:] + result.stderr[-300:]
                )
    return Trial(guard, "survived", time.monotonic() - started, "no test fails")


def remove_each(chosen: list[Guard], jobs: int) -> int:
    """Try all guards, one line each; 0 when every one is missed by a test."""
    files = sorted({path for guard in chosen for part in selections(guard) for path in part})
    baseline = run_tests(CONTRACTS, files)
    if baseline.returncode != 0:
        print(baseline.stdout[-2_000:] + baseline.stderr[-500:])
        print("The tests fail with every guard in place, so nothing can be said.")
        return 1
    trials: list[Trial] = []
    with ThreadPoolExecutor(jobs) as pool:
        for number, done in enumerate(pool.map(trial, chosen), 1):
            trials.append(done)
            line = (
                f"{number}/{len(chosen)} {done.outcome:8} {done.guard} ({done.seconds:.0f} s; {done.detail})"
            )
            print(line, flush=True)
    bad = [done for done in trials if done.outcome != "noticed"]
    print(f"{len(trials) - len(bad)} of {len(trials)} removed guards were noticed.")
    for done in bad:
        print(f"{done.outcome}: {done.guard}")
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
        return remove_each(chosen, options.jobs) or (1 if wordless else 0)
    fresh = LIST.exists() and LIST.read_text() == listing(found)
    if options.check:
        if not fresh:
            print(f"stale: {LIST.relative_to(ROOT)} (run `make generate`)")
        return 0 if fresh and not wordless else 1
    LIST.write_text(listing(found))
    return 1 if wordless else 0


if __name__ == "__main__":
    sys.exit(main())
