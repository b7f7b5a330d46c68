"""`allmende demo` comes up, plays its stories, also without a network, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from demo_process import ROOT, all_gone_within, allmende, environment, is_running, start_demo

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

STEPS = 20


def network_namespaces_permitted() -> bool:
    """Whether this machine lets us make a network namespace."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rn", "ip", "link", "set", "lo", "up"], capture_output=True, check=False
    )
    return tried.returncode == 0


def test_check__plays_both_stories_one_line_a_step(tmp_path: Path) -> None:
    done = allmende("demo", "--check", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("✓")]
    assert "both stories went well" in told[-1]
    for words in (
        "three days late",
        "returns the deposit",
        "Lena is first now",
        "Paula splits",
        "what the split says",
    ):
        assert any(words.lower() in line.lower() for line in told), words
    assert sum(" s]" not in line for line in told) == STEPS + 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not os.environ.get("CI") and not network_namespaces_permitted(), reason="no network namespaces here"
)
def test_check__with_loopback_only__passes(tmp_path: Path) -> None:
    inside = f"ip link set lo up && exec {sys.executable} -m scripts.main demo --check --json"
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", inside],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"ok": true' in done.stdout


def test_check__when_an_outcome_is_another__names_the_step_and_fails(tmp_path: Path) -> None:
    """The same command with the arbitrator's fee of the story changed under it."""
    spoilt = (
        "import scripts._demo.story_damage as story\n"
        "from scripts.main import main\n"
        "rule = story.escrow.rule\n"
        "story.escrow.rule = lambda chain, core, rest, to_payee, fee, why: "
        "rule(chain, core, rest, to_payee - 1, fee, why)\n"
        "main(['demo', '--check'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", spoilt],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    assert "Everybody has what the split says" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop__leaves_no_process_and_no_file(tmp_path: Path, number: signal.Signals) -> None:
    demo = start_demo(temporary=tmp_path)
    assert all(is_running(pid) for pid in demo.pids())
    assert demo.stop(number) == 0
    assert all_gone_within(demo.pids(), 5)
    assert list(tmp_path.iterdir()) == []


def test_kill__of_the_demo_itself__takes_its_children_along(tmp_path: Path) -> None:
    demo = start_demo(temporary=tmp_path)
    os.kill(demo.process.pid, signal.SIGKILL)
    demo.process.communicate()
    assert all_gone_within(demo.pids(), 5)


def test_keep__goes_on_where_it_was(tmp_path: Path) -> None:
    home = tmp_path / "kept"
    demo = start_demo("--home", str(home), "--keep", temporary=tmp_path)
    pending = demo.json("requests", "--state", "pending")["data"]["items"]
    demo.json("grant", pending[0]["request"], "--as", "lena")
    facts = demo.facts()
    assert demo.stop() == 0
    assert not (home / "run.json").exists()

    demo = start_demo("--home", str(home), "--keep", temporary=tmp_path)
    assert demo.json("requests", pending[0]["request"])["data"]["state"] == "granted"
    assert demo.facts() == facts
    demo.process.send_signal(signal.SIGINT)
    assert demo.stop() == 0  # an impatient second Ctrl-C changes nothing
    assert all_gone_within(demo.pids(), 5)
    assert (home / "chain.sqlite").is_file()


def test_start__in_a_folder_that_holds_something__refuses_and_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = allmende("--home", str(tmp_path), "demo")
    assert done.returncode == 1
    assert "cli: folder in use" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
