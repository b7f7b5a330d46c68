"""Every planted fault is noticed by the tests that its patch names."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scripts import _faults
from scripts._faults import ROOT, Fault, faults

AT_LEAST = 20


@cache
def answers() -> dict[str, dict[str, str]]:
    """What became of each, from one run of the script in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts._faults", "--json", "--jobs", "2"],
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
@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_fault__planted__is_noticed(fault: Fault) -> None:
    answer = answers().get(fault.name, {"outcome": "no answer", "detail": ""})
    assert answer["outcome"] == "noticed", f"{fault.sentence} {answer['detail']}"


def test_attempt__patch_that_no_longer_applies__is_a_failure(tmp_path: Path) -> None:
    text = faults()[0].path.read_text()
    removed = next(line for line in text.splitlines() if line.startswith("-") and not line.startswith("---"))
    patch = tmp_path / "old.patch"
    patch.write_text(text.replace(removed, "-    something that stood here once"))
    assert _faults.attempt(Fault("old", patch, "", (), ()))[0] == "does not apply"
