"""The live stream over a real chain: what members do comes through the follower, as does a reorganisation."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anvil_chain import NOBODY, AnvilChain, anvil_chain, resource_terms
from indexed import index
from live_server import Event, Listener, listening, live_server

from backend.bootstrap import application
from backend.settings import Settings
from indexer.chain import deployment
from indexer.follower import follow

HOUR_S = 3600
TERMS = resource_terms()


@pytest.fixture(scope="module")
def chain() -> Iterator[AnvilChain]:
    with anvil_chain() as running:
        yield running


@pytest.fixture
def url(chain: AnvilChain, tmp_path: Path) -> Iterator[str]:
    """A server over tables that a follower keeps up to date."""
    settings = Settings(home=tmp_path, stream_interval_s=0.02)
    deployment.save(chain.deployment, settings.deployment_file)
    index(chain, settings.chain_file)
    stop = threading.Event()
    arguments = (chain.rpc_url, chain.deployment, settings.chain_file, stop)
    follower = threading.Thread(target=follow, args=arguments, kwargs={"poll_s": 0.02}, daemon=True)
    follower.start()
    try:
        with live_server(application(settings)) as address:
            yield address
    finally:
        stop.set()
        follower.join(10)


def _until(listener: Listener, block: int) -> list[Event]:
    """The events up to the one that stands at this block or above."""
    found = [listener.next()]
    while found[-1].data["as_of"]["block"] < block:
        found.append(listener.next())
    return found


def _told(events: list[Event], kind: str) -> set[str]:
    return {item for event in events for item in event.changed[kind]}


def _announced(chain: AnvilChain, salt: int) -> tuple[Any, bytes]:
    """An offer that is on the chain, and the id of its resource."""
    offer = (TERMS, salt.to_bytes(32, "big"), salt.to_bytes(32, "big"))
    assert chain.act(chain.bookings.functions.announce(offer, NOBODY), chain.members[0])
    return offer, chain.bookings.functions.resource_id(chain.members[0], offer).call()


def test_stream__members_act__names_what_they_did_and_what_is_final(chain: AnvilChain, url: str) -> None:
    owner, requester, stranger = chain.members[:3]
    with listening(url) as listener:
        listener.next()
        _, resource = _announced(chain, 1)
        announced = _until(listener, chain.height)
        start_s = (chain.now_s // HOUR_S + 48) * HOUR_S
        request = (resource, requester, start_s, 2, 1, bytes(32), bytes(32), bytes(32))
        assert chain.act(chain.bookings.functions.request(request, NOBODY), requester)
        asked = _until(listener, chain.height)
        assert chain.act(chain.bookings.functions.confirm(request, NOBODY), owner)
        granted = _until(listener, chain.height)
    assert _told(announced, "resources") == {"0x" + resource.hex()}
    assert _told(asked, "resources") == _told(granted, "resources") == {"0x" + resource.hex()}
    assert len(_told(asked, "requests")) == 1
    assert _told(asked, "requests") == _told(granted, "requests")
    assert _told(asked, "members") == _told(granted, "members") == {owner, requester}
    assert stranger not in _told(asked, "members")
    assert not any(event.data["rewound"] for event in announced + asked + granted)
    newest = granted[-1].data["as_of"]
    assert newest["final"] == newest["block"] - 2


def test_stream__blocks_are_replaced__says_that_what_it_told_may_not_hold(
    chain: AnvilChain, url: str
) -> None:
    with listening(url) as listener:
        listener.next()
        _announced(chain, 2)
        _until(listener, chain.height)
        chain.reorganise(1)
        after = [listener.next()]
        while not after[-1].data["rewound"]:
            after.append(listener.next())
        _, resource = _announced(chain, 3)
        more = _until(listener, chain.height)
    assert "0x" + resource.hex() in _told(more, "resources")


def test_stream__page_was_away_during_a_reorganisation__reads_everything_again(
    chain: AnvilChain, url: str
) -> None:
    with listening(url) as listener:
        listener.next()
        _announced(chain, 4)
        last = _until(listener, chain.height)[-1].id
    chain.reorganise(1)
    with listening(url) as listener:  # meanwhile
        while listener.next().data["as_of"]["block"] < chain.height:
            pass
    with listening(url, last) as listener:
        assert listener.next().data["rewound"] is True


def test_stream__more_empty_blocks_than_can_be_taken_back__reads_everything_again(
    chain: AnvilChain, url: str
) -> None:
    with listening(url) as listener:
        last = listener.next().id
    chain.mine(600)
    with listening(url) as listener:
        while listener.next().data["as_of"]["block"] < chain.height:
            pass
    with listening(url, last) as listener:
        assert listener.next().data["rewound"] is True
