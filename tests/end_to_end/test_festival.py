"""The festival: what the contracts say, what the mirror says and what a plain oracle says is the same."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from anvil_chain import anvil_chain
from festival_oracle import HOUR_S
from festival_story import GATHERINGS, Story
from indexed import index, reading

from indexer.reads import booking, spaces
from scripts._chain_client import bookings
from scripts._chain_client import spaces as spaces_client


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, Path]]:
    """The whole festival, indexed."""
    with anvil_chain() as chain:
        told = Story(chain)
        told.tell()
        path = tmp_path_factory.mktemp("festival") / "chain.sqlite"
        index(chain, path)
        yield told, path


def test_festival__every_request__is_the_same_in_contract_mirror_and_oracle(
    story: tuple[Story, Path],
) -> None:
    told, path = story
    client, now_s = told.clients["stranger"], told.chain.now_s
    seen: Counter[str] = Counter()
    with reading(path) as conn:
        for found in told.requests:
            row = booking.request(conn, found)
            assert row is not None
            expected = told.oracle.state(found, now_s)
            assert bookings.state(client, found) == expected
            assert booking.state_at(row, now_s) == expected
            seen[expected] += 1
    assert set(seen) == {"granted", "denied", "expired", "cancelled"}, seen
    assert seen["granted"] > 30


def test_festival__every_hour_of_every_thing__is_taken_exactly_by_its_grants(
    story: tuple[Story, Path],
) -> None:
    told, path = story
    client = told.clients["stranger"]
    with reading(path) as conn:
        for name, thing in told.things.items():
            until_s = told.first_day_s + 10 * 24 * HOUR_S
            mirrored = booking.grants(conn, resource=thing, from_s=told.first_day_s, to_s=until_s)
            expected = {
                (wish.start_s, wish.end_s, found)
                for found, wish in told.oracle.asked.items()
                if wish.thing == thing and wish.state == "granted"
            }
            assert {(one.start_s, one.end_s, one.request) for one in mirrored} == expected, name
            for hour_s in range(told.first_day_s, until_s, HOUR_S):
                free = client.read("Bookings", "is_free", thing, hour_s, 1)
                assert free == told.oracle.free(thing, hour_s, hour_s + HOUR_S), (name, hour_s)


def test_festival__every_gathering__is_confirmed_as_far_as_the_oracle_counts(
    story: tuple[Story, Path],
) -> None:
    told, path = story
    assert len(told.gatherings) == GATHERINGS
    with reading(path) as conn:
        rows = [spaces.gathering(conn, one) for one in told.oracle.meetings]
        hosted = [row for row in rows if row is not None]
        assert len(hosted) == len(rows)
        confirmed = spaces.confirmed(conn, hosted)
    for row in hosted:
        assert told.oracle.meetings[row.gathering].host.lower() == "0x" + row.host.hex()
        assert confirmed[row.gathering].percent == told.oracle.percent(row.gathering)
    shares = Counter(told.oracle.percent(one) for one in told.gatherings)
    assert shares[75] >= 1
    assert shares[None] == 1, "one gathering asks for nothing"
    assert {100, 0} <= set(shares)


def test_festival__every_space__is_open_or_closed_with_its_parent(story: tuple[Story, Path]) -> None:
    told, path = story
    client = told.clients["stranger"]
    with reading(path) as conn:
        for found, place in told.oracle.places.items():
            row = spaces.space(conn, found)
            assert row is not None
            open_ = told.oracle.is_open(found)
            assert spaces_client.is_open(client, found) == open_
            assert all(one.closed_at_s is None for one in (row, *spaces.path(conn, row))) == open_
            assert row.owner.hex() == place.owner[2:].lower()
            for role in told.clients:
                member = told.who(role)
                expected = told.oracle.is_member(found, member)
                assert spaces_client.is_member(client, found, member) == expected
                assert spaces.is_member(conn, row, bytes.fromhex(member[2:])) == expected
    assert [told.oracle.is_open(one) for one in (told.old, told.place, told.nested)] == [True, False, False]
