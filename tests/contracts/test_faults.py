"""Planted faults are noticed by the tests that their patches name: all with full effort, else a sample."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from effort import part_of

from scripts import _faults
from scripts._faults import ROOT, Fault, faults, sampled
from scripts._mutants.session import Collected

AT_LEAST = 20
SEED = 2
TRIED = sampled(faults(), part_of(len(faults())), SEED)
CHOICE = ("--sample", str(len(TRIED)), "--seed", str(SEED))


@cache
def answers() -> dict[str, dict[str, str]]:
    """What became of each, from one run of the script in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts._faults", "--json", "--jobs", "2", *CHOICE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stdout[-2_000:] + done.stderr[-2_000:]
    return {answer["name"]: answer for answer in found}


def test_faults__are_enough_and_each_says_what_is_wrong_and_who_notices() -> None:
    found = faults()
    assert len(found) >= AT_LEAST
    for fault in found:
        assert len(fault.sentence) > 30, fault.name
        assert fault.tests, fault.name
        assert fault.touched, fault.name


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("fault", TRIED, ids=lambda fault: fault.name)
def test_fault__planted__is_noticed(fault: Fault) -> None:
    answer = answers().get(fault.name, {"outcome": "no answer", "detail": ""})
    assert answer["outcome"] == "noticed", f"{fault.sentence} {answer['detail']}"


def test_attempt__patch_that_no_longer_applies__is_a_failure(tmp_path: Path) -> None:
    text = faults()[0].path.read_text()
    removed = next(line for line in text.splitlines() if line.startswith("-") and not line.startswith("---"))
    patch = tmp_path / "old.patch"
    patch.write_text(text.replace(removed, "-    something that stood here once"))
    assert _faults.attempt(Fault("old", patch, "", (), ()), Collected([]))[0] == "does not apply"


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_apply__every_patch__fits_the_contracts_of_today(fault: Fault, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    assert _faults.apply(fault.path, tmp_path) == ""
