"""After a random life on the chain every row says what the contracts' views say."""

from collections import Counter
from pathlib import Path

import pytest
from anvil_chain import AnvilChain
from chain_scenario import Scenario
from eth_utils.address import to_checksum_address
from indexed import fresh_hash, hash_of, index, reading
from row_words import (
    OUTCOME_SO_FAR,
    STATES,
    calendar_words,
    done_word,
    gathering_word,
    live_word,
    receipt,
    request_word,
    resource_word,
    space_word,
    ticket_word,
)
from sqlalchemy import select

from indexer.facts import Listing
from indexer.projections.booking import state_at
from indexer.reads import booking, escrow, reputation
from indexer.reads import spaces as spaces_reads
from indexer.store.tables import listings

NONE = bytes(32)


@pytest.fixture(scope="module")
def lived(chain: AnvilChain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Path]:
    """The scenario and the store that followed it all along."""
    store = tmp_path_factory.mktemp("store") / "chain.sqlite"
    scenario = Scenario(chain, seed=11)
    for _ in range(12):
        scenario.run(50)
        index(chain, store)
    scenario.every_decision()
    scenario.every_shape()
    scenario.every_verdict()
    scenario.every_end()
    index(chain, store)
    scenario.every_outcome()
    index(chain, store)
    scenario.withdraw_for_ledger()
    index(chain, store)
    return scenario, store


def test_scenario__every_kind_of_thing__happened(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    with reading(store) as conn:
        requests = Counter(item.state for item in booking.requests(conn, limit=1000))
        deals = escrow.deals(conn, limit=1000)
        found = reputation.ratings(conn)
        ratings = Counter(item.state for item in found)
    assert scenario.done > 200
    assert set(requests) == {"pending", "granted", "denied", "cancelled"}
    assert {deal.outcome for deal in deals} >= {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert set(ratings) == {"committed", "revealed"}
    assert {item.commitment is None for item in found if item.state == "revealed"} == {True, False}
    assert any(item.response for item in found)
    assert any(item.retracted_at_s for item in found)
    assert len({item.weight for item in found if item.weight is not None}) > 1


def test_scenario__every_event_of_bookings_escrow_and_spaces__was_emitted(
    lived: tuple[Scenario, Path],
) -> None:
    chain = lived[0].chain
    emitted: dict[str, set[str]] = {}
    for name, contract in (("Bookings", chain.bookings), ("Escrow", chain.escrow), ("Spaces", chain.spaces)):
        logs = chain.web3.eth.get_logs({"address": contract.address, "fromBlock": 0})
        topics = {log["topics"][0] for log in logs}
        emitted[name] = {
            event.event_name for event in contract.events if bytes.fromhex(event.topic[2:]) not in topics
        }
    # a number that was made worthless leaves no row
    assert emitted == {"Bookings": set(), "Escrow": {"NonceCancelled"}, "Spaces": {"NonceCancelled"}}


def test_resources__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    with reading(store) as conn:
        rows = booking.all_resources(conn)
    assert {row.resource for row in rows} == set(scenario.owners)
    for row in rows:
        assert scenario.chain.bookings.functions.resource(row.resource).call() == resource_word(row)
        none = ("0x" + "00" * 20, NONE, 0, 0, NONE)
        policy = to_checksum_address(row.policy or bytes(20))
        conditions = (policy, row.param or NONE, row.quota, row.opening, row.requires or NONE)
        assert conditions == scenario.conditions.get(row.resource, none)


def test_requests__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions, now = scenario.chain.bookings.functions, scenario.chain.now_s
    with reading(store) as conn:
        rows = booking.requests(conn, limit=1000)
        assert len(rows) == len(scenario.requests)
        for row in rows:
            resource = booking.resource(conn, row.resource)
            assert resource is not None
            assert functions.request_word(row.request).call() == request_word(row, resource)
            assert functions.request_state(row.request).call() == STATES[state_at(row, now)]


def test_grants__after_the_scenario__are_what_the_calendar_holds(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions, compared = scenario.chain.bookings.functions, 0
    with reading(store) as conn:
        for resource in booking.all_resources(conn):
            rows = booking.requests(conn, resource=resource.resource, limit=1000)
            for index_, word in calendar_words(rows, resource).items():
                assert functions.calendar_word(resource.resource, index_).call() == word
                compared += word > 0
    assert compared > 20


def test_grants__after_the_scenario__are_where_nothing_is_free(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.bookings.functions
    with reading(store) as conn:
        for row in booking.requests(conn, limit=1000):
            resource = booking.resource(conn, row.resource)
            assert resource is not None
            if resource.capacity > 1:
                continue
            buffer_s = resource.buffer_quanta * resource.quantum_s
            for quantum in range(row.quanta):
                start = row.start_s + quantum * resource.quantum_s
                end = start + resource.quantum_s + buffer_s
                taken = booking.grants(conn, resource=row.resource, from_s=start - buffer_s, to_s=end)
                assert functions.is_free(row.resource, start, 1).call() == (not taken)


def test_deals__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.escrow.functions
    with reading(store) as conn:
        rows = escrow.deals(conn, limit=1000)
    assert {row.escrow for row in rows} == {functions.escrow_id(core).call() for core, _ in scenario.deals}
    for row in rows:
        word = functions.word(row.escrow).call()
        if row.state == "closed":
            assert word == done_word(row)
        else:
            assert word & ~OUTCOME_SO_FAR == live_word(row)


def test_deals__after_the_scenario__account_for_every_unit(lived: tuple[Scenario, Path]) -> None:
    _, store = lived
    with reading(store) as conn:
        for row in escrow.deals(conn, limit=1000):
            if row.state == "closed":
                out = row.price_paid + row.price_returned + row.deposit_returned + row.deposit_kept
                assert 0 <= row.price + row.deposit - out <= 2 * (row.fee_cap or 0)


def test_claimables__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.escrow.functions
    with reading(store) as conn:
        for member in [*scenario.chain.members, scenario.chain.ledger.address]:
            waiting = {item.token: item.amount for item in escrow.claimables(conn, bytes.fromhex(member[2:]))}
            for token in (bytes(20), scenario.chain.deployment.token or b""):
                held = functions.claimable(member, token).call()
                assert held == waiting.get(token, 0)


def test_reputation__after_the_scenario__equals_the_contract_now_and_later(
    lived: tuple[Scenario, Path],
) -> None:
    scenario, store = lived
    chain = scenario.chain
    for _ in range(3):
        with reading(store) as conn:
            rows = reputation.aggregates(conn)
        assert rows
        # A view runs at the time of the pending block; a mined one and its number pin it.
        chain.mine()
        block = chain.height
        now = chain.now_s
        for row in rows:
            said = chain.ledger.functions.reputation(row.source, row.subject, row.service).call(
                block_identifier=block
            )
            assert tuple(said) == reputation.decayed(row, now)
        chain.travel(50 * 86_400 + 12_345)


def test_ratings__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    with reading(store) as conn:
        rows = reputation.ratings(conn)
    for row in rows:
        word = scenario.chain.ledger.functions.commit_word(row.source, row.deal).call()
        slot = word >> (112 * row.side) & (2**112 - 1)
        if row.state == "revealed":
            assert slot == receipt(row)
        else:
            assert slot >> 111 == 1


def test_spaces__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.spaces.functions
    with reading(store) as conn:
        rows = spaces_reads.spaces(conn, limit=1000)
        assert {row.space for row in rows} == set(scenario.spaces)
        for row in rows:
            around = spaces_reads.path(conn, row)
            word = functions.space_word(row.space).call()
            assert word % 2**166 == space_word(row, len(around))
            assert functions.parent_of(row.space).call() == row.parent
            assert functions.gate_of(row.space).call() == row.gate
            assert functions.is_open(row.space).call() == all(one.closed_at_s is None for one in around)
            for member in scenario.people:
                said = functions.is_member(row.space, member).call()
                assert said == spaces_reads.is_member(conn, row, bytes.fromhex(member[2:]))
    assert any(row.closed_at_s for row in rows)
    assert any(row.gate != NONE for row in rows)
    assert any(row.forked_from != NONE for row in rows)


def test_tickets__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.spaces.functions
    with reading(store) as conn:
        rows = spaces_reads.tickets(conn, limit=1000)
        assert {row.ticket for row in rows} == set(scenario.tickets)
        for row in rows:
            assert functions.ticket_word(row.ticket).call() % 2**65 == ticket_word(row)
            held = {one for one in scenario.people if functions.holds(row.ticket, one).call()}
            assert {to_checksum_address(one) for one in spaces_reads.holders(conn, row.ticket)} == held


def test_gatherings_and_listings__after_the_scenario__are_what_was_said(
    lived: tuple[Scenario, Path],
) -> None:
    scenario, store = lived
    functions = scenario.chain.spaces.functions
    with reading(store) as conn:
        rows = spaces_reads.gatherings(conn, limit=1000)
        assert {row.gathering for row in rows} == set(scenario.gatherings)
        for row in rows:
            assert functions.gathering_word(row.gathering).call() == gathering_word(row)
        shares = spaces_reads.confirmed(conn, rows)
        said = {Listing(*row) for row in conn.execute(select(listings))}
        requests = booking.requests(conn, limit=1000)
    for row in rows:
        named = [one.state for one in requests if (one.gathering, one.requester) == (row.gathering, row.host)]
        assert shares[row.gathering].asked == len(named) - named.count("cancelled")
        assert shares[row.gathering].granted == named.count("granted")
    assert {(one.space, one.resource, to_checksum_address(one.actor)) for one in said} == scenario.listed
    assert all(one.bookings == scenario.chain.deployment.bookings for one in said)


def test_followed_all_along__the_hash__is_that_of_a_fresh_index(
    lived: tuple[Scenario, Path], tmp_path: Path
) -> None:
    scenario, store = lived
    index(scenario.chain, store)
    assert hash_of(store) == fresh_hash(scenario.chain, tmp_path)
