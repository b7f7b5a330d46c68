"""The local chain starts, answers, keeps what it is told to keep, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import _anvil
from scripts._anvil import Anvil
from scripts._errors import CommandError
from scripts._processes import Child


def is_running(pid: int) -> bool:
    """Whether a process of this id exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone_within(pid: int, seconds: float) -> bool:
    """Whether the process ends within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_running(pid):
            return True
        time.sleep(0.02)
    return False


def test_start__on_free_port__answers_with_its_chain_id() -> None:
    with Anvil(chain_id=31_907) as chain:
        assert int(chain.rpc("eth_chainId"), 16) == 31_907


def test_stop__leaves_no_process() -> None:
    with Anvil() as chain:
        pid = chain.pid
    assert not is_running(pid)


def test_state__is_there_again_after_a_restart(tmp_path: Path) -> None:
    with Anvil(state=tmp_path / "chain.json") as chain:
        sender = chain.rpc("eth_accounts")[0]
        sent = chain.rpc("eth_sendTransaction", {"from": sender, "to": sender, "value": "0x1"})
        chain.rpc("evm_mine")
        receipt = chain.rpc("eth_getTransactionReceipt", sent)
    with Anvil(state=tmp_path / "chain.json") as chain:
        again = chain.rpc("eth_getTransactionReceipt", sent)
    assert again["blockHash"] == receipt["blockHash"]


def test_state__of_a_chain_whose_clock_was_moved__goes_on_in_time(tmp_path: Path) -> None:
    times: list[int] = []
    for _ in range(3):
        with Anvil(state=tmp_path / "chain.json") as chain:
            times.append(int(chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16))
            chain.rpc("evm_mine")
            times.append(int(chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16))
            chain.advance(30 * 86_400)
            times.append(int(chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16))
    assert times == sorted(times)
    assert times[-1] - times[0] >= 90 * 86_400


def test_advance__moves_the_head_time() -> None:
    with Anvil() as chain:
        before = int(chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        chain.advance(3 * 86_400)
        after = int(chain.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    assert after - before >= 3 * 86_400


def test_start__on_a_taken_port__says_so() -> None:
    with Anvil() as chain, pytest.raises(CommandError) as caught:
        Anvil(port=chain.port)
    assert caught.value.code == "cli: port taken"


def test_find_binary__when_not_installed__names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        _anvil.find_binary(tmp_path)
    assert caught.value.code == "cli: no anvil"
    assert "make setup" in caught.value.next_step


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("watchdog", [False, True], ids=["kernel", "watchdog"])
def test_child__dies_with_its_parent(watchdog: bool) -> None:
    script = (
        "import sys, time\n"
        "from scripts._processes import Child\n"
        f"child = Child([sys.executable, '-c', 'import time; time.sleep(60)'], watchdog={watchdog})\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=_anvil.ROOT, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    assert gone_within(child, 5)


def test_stop__of_a_deaf_child__ends_it_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts._processes.STOP_AFTER_S", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = Child([sys.executable, "-c", deaf])
    time.sleep(0.3)
    child.stop()
    assert not is_running(child.pid)
