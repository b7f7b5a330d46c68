"""`allmende doctor` finds what is missing and says how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from demo_process import allmende

from scripts import doctor


def test_doctor__on_a_well_machine__finds_nothing(tmp_path: Path) -> None:
    done = allmende("--home", str(tmp_path), "doctor", "--json")
    assert done.returncode == 0, done.stdout
    findings = json.loads(done.stdout)["data"]
    assert {finding["name"] for finding in findings} >= {
        "Python",
        "local chain",
        "disk",
        "database",
        "clock",
        "loopback",
    }
    assert all(finding["well"] for finding in findings)
    assert list(tmp_path.iterdir()) == []


def test_doctor__with_a_run_that_is_gone__says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(
        json.dumps({"api_url": "http://127.0.0.1:9", "rpc_url": "http://127.0.0.1:9"})
    )
    done = allmende("--home", str(tmp_path), "doctor", "--fast")
    assert done.returncode == 1
    assert "✗ run" in done.stdout
    assert f"→ rm {tmp_path}/run.json" in done.stdout


def test_doctor__without_the_chain__names_make_setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("scripts._anvil.find_binary.__defaults__", (tmp_path,))
    finding = doctor._anvil(fast=True)
    assert (finding.well, finding.mend) == (False, "make setup")


def test_doctor__with_a_page_that_is_not_built__names_make_web(tmp_path: Path) -> None:
    assert doctor._page(tmp_path).well  # no sources, nothing to build
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    finding = doctor._page(tmp_path)
    assert (finding.well, finding.mend) == (False, "make web")
    built = tmp_path / "frontend" / "dist" / "index.html"
    built.parent.mkdir()
    built.write_text("<!doctype html>")
    assert doctor._page(tmp_path).well


def test_doctor__with_an_old_python__names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (4, 0))
    finding = doctor._python()
    assert not finding.well
    assert "PYTHON=" in finding.mend


def test_doctor__with_a_full_disk__says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "WANTED_BYTES", 10**18)
    assert not doctor._disk(tmp_path / "not" / "yet" / "there").well


def test_doctor__tries_the_database_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    finding = doctor._database(tmp_path / "home")
    assert finding.well
    assert list((tmp_path / "home").iterdir()) == []


def test_doctor__with_a_clock_from_the_past__says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from scripts._session import Session

    monkeypatch.setattr(doctor, "BUILT_S", 2**40)
    finding = doctor._clock(Session(tmp_path))
    assert not finding.well
    assert finding.mend
