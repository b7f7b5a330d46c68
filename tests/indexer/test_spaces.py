"""Spaces on a real chain through the Python client: rows are what the contract's views say, and an index made
anew is the same."""

from pathlib import Path
from typing import Any

import pytest
from anvil_chain import AnvilChain, resource_terms
from eth_account import Account
from indexed import fresh_hash, hash_of, index, reading
from sqlalchemy import Connection

from indexer.reads import spaces as reads
from scripts._anvil import MNEMONIC
from scripts._chain_client import bookings, policies, spaces
from scripts._chain_client.chain import Chain
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError

DAY_S = 86_400
NONE = bytes(32)


def number(value: int) -> bytes:
    """32 bytes."""
    return value.to_bytes(32, "big")


def raw(address: str) -> bytes:
    """20 bytes."""
    return bytes.fromhex(address[2:])


@pytest.fixture(scope="module")
def member(chain: AnvilChain) -> Any:
    """`member(i)`: the chain with the account of a member who acts."""
    Account.enable_unaudited_hdwallet_features()
    rpc = Rpc(chain.rpc_url)

    def acting(position: int) -> Chain:
        path = f"m/44'/60'/0'/0/{position}"
        return Chain(rpc, chain.deployment, Account.from_mnemonic(MNEMONIC, account_path=path))

    return acting


@pytest.fixture(scope="module")
def life(chain: AnvilChain, member: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A festival with a camp, tickets for two of three, a gathering in part confirmed, a fork, a closing."""
    host, guest, other = member(1), member(2), member(3)
    festival, _ = spaces.create(host, spaces.Space(number(1), number(2)))
    camp, _ = spaces.create(other, spaces.Space(number(3), number(4), parent=festival))
    made = spaces.Ticket(festival, 2, number(5), number(6))
    ticket, _ = spaces.issue(host, made)
    spaces.give(host, made, [guest.me, other.me])
    spaces.take_back(host, made, other.me)
    spaces.set_gate(host, festival, ticket)
    start_s = (chain.now_s // DAY_S + 3) * DAY_S
    gathering, _ = spaces.host(
        guest, spaces.Gathering(festival, start_s, start_s + DAY_S, number(7), number(8))
    )
    off, _ = spaces.host(other, spaces.Gathering(camp, start_s, start_s + DAY_S, number(9), number(10)))
    spaces.call_off(other, off)
    things = []
    for salt in range(3):
        terms = resource_terms(rule=1 if salt else 0)
        announced = bookings.Announcement(terms, number(20 + salt), number(30 + salt))
        things.append(bookings.announce(host, announced)[0])
        wanted = bookings.Request(things[-1], guest.me, start_s, 2, number(40 + salt), gathering=gathering)
        bookings.book(guest, wanted)
    spaces.list_resources(host, festival, things)
    fork, _ = spaces.create(guest, spaces.Space(number(1), number(50), forked_from=festival))
    spaces.hand_over(guest, fork, other.me)
    spaces.close(host, festival)
    store: Path = tmp_path_factory.mktemp("store") / "chain.sqlite"
    index(chain, store)
    return {
        "store": store,
        "spaces": [festival, camp, fork],
        "ticket": ticket,
        "members": [host.me, guest.me, other.me],
        "gatherings": [gathering, off],
        "things": things,
    }


@pytest.fixture
def conn(life: dict[str, Any]) -> Any:
    """The store to read."""
    with reading(life["store"]) as connection:
        yield connection


def test_spaces__are_what_the_contract_says(life: dict[str, Any], conn: Connection, member: Any) -> None:
    chain = member(4)
    for key in life["spaces"]:
        row = reads.space(conn, key)
        assert row is not None
        word = chain.read("Spaces", "space_word", key)
        assert int.from_bytes(row.owner, "big") == word & 2**160 - 1
        assert row.parent == chain.read("Spaces", "parent_of", key)
        assert row.gate == chain.read("Spaces", "gate_of", key)
        assert (row.closed_at_s is not None) == bool(word >> 164 & 1)
        is_open = all(one.closed_at_s is None for one in reads.path(conn, row))
        assert is_open == spaces.is_open(chain, key)
        for who in life["members"]:
            assert reads.is_member(conn, row, raw(who)) == spaces.is_member(chain, key, who)


def test_tickets__are_what_the_contract_says(life: dict[str, Any], conn: Connection, member: Any) -> None:
    chain, key = member(4), life["ticket"]
    row = reads.ticket(conn, key)
    assert row is not None
    word = chain.read("Spaces", "ticket_word", key)
    assert (row.capacity, row.given) == (word >> 1 & 2**32 - 1, word >> 33 & 2**32 - 1) == (2, 1)
    held = [raw(who) for who in life["members"] if spaces.holds(chain, key, who)]
    assert reads.holders(conn, key) == held == [raw(life["members"][1])]


def test_gatherings__are_what_the_contract_says(life: dict[str, Any], conn: Connection, member: Any) -> None:
    chain = member(4)
    for key in life["gatherings"]:
        row = reads.gathering(conn, key)
        assert row is not None
        word = chain.read("Spaces", "gathering_word", key)
        called_off = 1 << 240 if row.called_off_at_s else 0
        assert word == int.from_bytes(row.host, "big") | row.start_s << 160 | row.end_s << 200 | called_off


def test_gathering__shows_how_much_is_confirmed(life: dict[str, Any], conn: Connection) -> None:
    rows = [reads.gathering(conn, key) for key in life["gatherings"]]
    shares = reads.confirmed(conn, [row for row in rows if row])
    asked = shares[life["gatherings"][0]]
    assert (asked.asked, asked.granted, asked.percent) == (3, 2, 66)
    assert shares[life["gatherings"][1]].percent is None
    assert rows[0] is not None
    assert [state for _, state in reads.requests_of(conn, rows[0], 0)].count("granted") == 2


def test_listings__are_those_of_the_owner(life: dict[str, Any], conn: Connection, chain: AnvilChain) -> None:
    row = reads.space(conn, life["spaces"][0])
    assert row is not None
    shown = reads.listed(conn, row, chain.deployment.bookings)
    assert {one.resource.resource for one in shown} == set(life["things"])


def test_index__made_anew__is_the_same(life: dict[str, Any], chain: AnvilChain, tmp_path: Path) -> None:
    assert hash_of(life["store"]) == fresh_hash(chain, tmp_path / "fresh")


def test_client__finds_what_was_said_and_checks_it(life: dict[str, Any], member: Any) -> None:
    chain = member(4)
    found = spaces.find_ticket(chain, life["ticket"])
    assert spaces.ticket_id(chain, found) == life["ticket"]
    [(host, hosted)] = spaces.find_gatherings(chain, life["spaces"][0])
    assert (host, spaces.gathering_id(chain, host, hosted)) == (life["members"][1], life["gatherings"][0])
    with pytest.raises(CommandError, match="ticket"):
        spaces.find_ticket(chain, number(99))


def test_client__refused_by_the_contract__says_its_words(life: dict[str, Any], member: Any) -> None:
    with pytest.raises(CommandError) as refused:
        spaces.close(member(4), life["spaces"][1])
    assert refused.value.code == "spaces: not the owner"


def test_policies__group_with_impossible_terms__is_refused() -> None:
    one, two = "0x" + "11" * 20, "0x" + "22" * 20
    assert policies.Group(1, (two, one)).members == (one, two)
    for k, members in ((0, (one,)), (2, (one,)), (1, (one, one)), (1, ())):
        with pytest.raises(CommandError):
            policies.Group(k, members)
    with pytest.raises(CommandError):
        policies.Group(1, (one,)).votes({two: bytes(65)})
    with pytest.raises(CommandError):
        policies.minimum_reputation(one, 1, 2**16, 1)
