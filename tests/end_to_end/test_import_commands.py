"""`allmende import` and `index` against a running demo: cut and started again, they make no doubles."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from demo_chain import ADDRESS, rpc
from demo_process import ROOT, Demo, allmende, environment

from scripts._demo.library import THINGS

pytestmark = pytest.mark.xdist_group("demo")

SOFIAS_THINGS = sum(thing.owner == "sofia" for thing in THINGS)
VIENNA = ROOT / "data" / "vienna-listings.csv"


def test_index__rebuild_gives_the_same_hash(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "deployment.json").write_bytes((demo.home / "deployment.json").read_bytes())
    options = ("--home", str(tmp_path), "--rpc", demo.run["rpc_url"], "--json")
    assert allmende(*options, "index", "--until-head").returncode == 0
    first = json.loads(allmende(*options, "index", "status").stdout)["data"]
    assert allmende(*options, "index", "--rebuild").returncode == 0
    again = json.loads(allmende(*options, "index", "status").stdout)["data"]
    assert first == again
    assert re.fullmatch("[0-9a-f]{64}", first["table_hash"])


def test_import__stopped_and_started_again__makes_no_doubles(demo: Demo, tmp_path: Path) -> None:
    lines = VIENNA.read_text().splitlines()
    good = lines[1:901]
    malformed = [good[0].replace("62.33", "cheap", 1), "1,2,3", good[1] + ',"']
    listings = tmp_path / "listings.csv"
    listings.write_text("\n".join([lines[0], *good[:450], *malformed, *good[450:]]) + "\n")
    line = ("import", str(listings), "--as", "sofia")
    first = subprocess.Popen(
        [sys.executable, "-m", "scripts.main", "--home", str(demo.home), *line],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while announced_by(demo, "sofia") == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    there = announced_by(demo, "sofia")
    assert there >= 400

    summary = demo.json(*line)["data"]
    assert summary["announced"] + summary["already_there"] == 900
    assert summary["already_there"] >= 400
    assert [row["line"] for row in summary["bad"]] == [452, 453, 454]
    assert all(row["reason"] for row in summary["bad"])
    again = demo.json(*line)["data"]
    assert (again["announced"], again["already_there"]) == (0, 900)
    places = {row for row in demo.facts()["resources"] if row[1] == bytes.fromhex(ADDRESS["sofia"][2:])}
    assert len(places) == 900 + SOFIAS_THINGS
    assert announced_by(demo, "sofia") == 900


def test_import__stopped_by_hand__says_how_to_go_on(demo: Demo) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "scripts.main",
            "--home",
            str(demo.home),
            "import",
            str(VIENNA),
            "--as",
            "mira",
        ],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    mira = "0x" + ADDRESS["mira"][2:].lower().rjust(64, "0")
    query = {"fromBlock": "earliest", "toBlock": "latest", "topics": [None, None, mira]}
    before = len(rpc(demo, "eth_getLogs", query))
    deadline = time.monotonic() + 60
    while len(rpc(demo, "eth_getLogs", query)) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert re.search(r"Stopped with \d+ of 7074 in\. The same line goes on", err), err


def announced_by(demo: Demo, name: str) -> int:
    """How many things a member has announced beyond the library's, from the chain's logs."""
    bookings = json.loads((demo.home / "deployment.json").read_text())["bookings"]
    owner = "0x" + ADDRESS[name][2:].lower().rjust(64, "0")
    query = {"address": bookings, "fromBlock": "0x0", "toBlock": "latest", "topics": [None, None, owner]}
    logs = rpc(demo, "eth_getLogs", query)
    return sum(len(log["data"]) == 2 + 3 * 64 for log in logs) - SOFIAS_THINGS


def test_index__beside_the_running_one__is_refused(demo: Demo) -> None:
    done = allmende("--home", str(demo.home), "index")
    assert done.returncode == 1
    assert "cli: already indexing" in done.stderr
