"""The live stream over a real server: what it tells, when it ends, and who is turned away."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from chain_facts import DAY_S, HOUR_S, announced, funded, number, requested, schedule
from live_server import Listener, listening, live_server
from sqlalchemy import delete

from backend import stream
from backend.bootstrap import application
from backend.kit.hexadecimal import to_address
from backend.settings import Settings
from indexer.store.tables import cursor, trail

ROOT = Path(__file__).resolve().parents[2]
RESOURCE, REQUEST, ESCROW = (number(n) for n in (1, 2, 3))
NOTHING: dict[str, list[str]] = {"resources": [], "requests": [], "deals": [], "spaces": [], "members": []}


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


@pytest.fixture
def url(installation: Any) -> Iterator[str]:
    """The address of a server that looks often and takes three listeners."""
    settings = Settings(home=installation.settings.home, stream_interval_s=0.02, max_stream_clients=3)
    with live_server(application(settings, installation.clock)) as address:
        yield address


def act(installation: Any) -> None:
    """A block with a resource, a request for it and a deal."""
    rows, payer, payee = installation.rows, installation.address("payer"), installation.address("payee")
    start_s = rows.time_s - rows.time_s % HOUR_S + DAY_S
    packed = schedule(deliver_by=start_s, return_by=start_s + DAY_S)
    rows.block(
        rows.time_s + 12,
        [
            announced(payee, RESOURCE),
            requested(RESOURCE, REQUEST, payer, start_s, expires_at=start_s),
            funded(ESCROW, payer, payee, packed, request=REQUEST),
        ],
    )


def block(installation: Any) -> None:
    """A block in which nothing of ours happens."""
    installation.rows.block(installation.rows.time_s + 12)


def test_stream__at_connect__says_where_the_tables_stand(url: str) -> None:
    with listening(url) as listener:
        assert listener.answer.headers["content-type"].startswith("text/event-stream")
        assert listener.answer.headers["cache-control"] == "no-store"
        event = listener.next()
    assert (event.name, event.id) == ("block", f"1-{hexed((1).to_bytes(32, 'big'))}")
    assert (event.data["as_of"]["block"], event.changed, event.data["rewound"]) == (1, NOTHING, False)


def test_stream__block_with_acts__names_the_things_and_the_members(installation: Any, url: str) -> None:
    with listening(url) as listener:
        listener.next()
        act(installation)
        event = listener.next()
    assert event.data["as_of"]["block"] == 2
    assert event.changed == {
        "resources": [hexed(RESOURCE)],
        "requests": [hexed(REQUEST)],
        "deals": [hexed(ESCROW)],
        "spaces": [],
        "members": sorted(
            [to_address(installation.address(role)) for role in ("payer", "payee")], key=str.lower
        ),
    }


def test_stream__silent_block__is_told_too(installation: Any, url: str) -> None:
    with listening(url) as listener:
        listener.next()
        block(installation)
        event = listener.next()
    assert (event.data["as_of"]["block"], event.changed, event.data["rewound"]) == (2, NOTHING, False)


def test_stream__two_listeners__hear_the_same(installation: Any, url: str) -> None:
    with listening(url) as one, listening(url) as other:
        one.next(), other.next()
        act(installation)
        assert one.next() == other.next()


def test_stream__connecting_again__tells_what_was_missed(installation: Any, url: str) -> None:
    with listening(url) as listener:
        last = listener.next().id
    act(installation)
    block(installation)
    with listening(url, last) as listener:
        event = listener.next()
    assert event.data["as_of"]["block"] == 3
    assert (event.changed["deals"], event.data["rewound"]) == ([hexed(ESCROW)], False)


@pytest.mark.parametrize("last", ["1-0x" + "ff" * 32, "9-0x" + "00" * 32, "nonsense", "٣-0x" + "00" * 32])
def test_stream__connecting_with_a_block_that_is_not_there__has_to_read_everything(
    url: str, last: str
) -> None:
    with httpx.Client(trust_env=False) as client:
        headers = {"Last-Event-ID": last.encode()}
        with client.stream("GET", f"{url}/api/stream", headers=headers) as answer:
            assert Listener(answer).next().data["rewound"] is True


def test_stream__last_block_was_replaced__says_so(installation: Any, url: str) -> None:
    rows = installation.rows
    block(installation)
    with listening(url) as listener:
        listener.next()
        with rows.engine.begin() as conn:  # as the follower leaves it after taking the block back
            conn.execute(delete(trail).where(trail.c.number == 2))
            conn.execute(delete(cursor))
            conn.execute(
                cursor.insert().values(id=1, chain_id=31_907, number=1, hash=number(1), timestamp_s=1)
            )
        event = listener.next()
        assert (event.data["as_of"]["block"], event.data["rewound"], event.changed) == (1, True, NOTHING)
        rows.number = 1
        block(installation)
        assert listener.next().data["rewound"] is False


def test_stream__while_the_tables_are_empty__waits(installation: Any, url: str) -> None:
    with listening(url) as listener:
        listener.next()
        with installation.rows.engine.begin() as conn:
            conn.execute(delete(cursor))
        time.sleep(0.1)
        block(installation)
        assert listener.next().data["as_of"]["block"] == 2


def test_stream__before_the_first_block__is_refused(installation: Any, url: str) -> None:
    with installation.rows.engine.begin() as conn:
        conn.execute(delete(cursor))
    answer = httpx.get(f"{url}/api/stream", trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "chain: not indexed")


def test_stream__one_listener_too_many__is_refused_until_one_leaves(url: str) -> None:
    with contextlib.ExitStack() as stack:
        last = [stack.enter_context(listening(url)) for _ in range(3)]
        answer = httpx.get(f"{url}/api/stream", trust_env=False)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "stream: too many listeners")
        assert answer.json()["error"]["details"] == {"max_listeners": 3}
        assert [listener.next().name for listener in last] == ["block"] * 3
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with listening(url) as listener:
            if listener.answer.status_code == 200:
                return
        time.sleep(0.02)
    raise AssertionError("those who left were not noticed")


def test_stream__nothing_happens__a_comment_comes_now_and_then(
    installation: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    with listening(url) as listener:
        listener.next()
        threading.Timer(0.4, block, [installation]).start()
        listener.next()
    assert 2 <= listener.comments <= 8


def test_stream__nobody_listens__nobody_looks(installation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[object] = []
    real = stream.look

    def counted(*arguments: Any) -> Any:
        looks.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(stream, "look", counted)
    settings = Settings(home=installation.settings.home, stream_interval_s=0.01)
    with live_server(application(settings, installation.clock)) as url:
        time.sleep(0.1)
        assert looks == []
        with listening(url) as listener:
            listener.next()
            time.sleep(0.1)
        time.sleep(0.1)
        seen = len(looks)
        assert seen > 2
        time.sleep(0.1)
        assert len(looks) == seen


@pytest.mark.parametrize("number_", [signal.SIGINT, signal.SIGTERM])
def test_server__told_to_stop_with_a_page_open__ends_the_stream_and_itself(
    installation: Any, number_: signal.Signals
) -> None:
    from scripts._processes import free_port

    port = free_port()
    environment = os.environ | {
        "ALLMENDE_HOME": str(installation.settings.home),
        "ALLMENDE_API_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.main"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        _await_answer(f"http://127.0.0.1:{port}/api/health")
        with listening(f"http://127.0.0.1:{port}") as listener:
            listener.next()
            began = time.monotonic()
            process.send_signal(number_)
            with pytest.raises(StopIteration):  # a whole answer: the connection was not just cut
                listener.next()
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert time.monotonic() - began < 3
    assert said == ""


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer")
