"""After a random life on the chain every row says what the contracts' views say."""

from collections import Counter
from pathlib import Path

import pytest
from anvil_chain import AnvilChain
from chain_scenario import Scenario
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from indexed import fresh_hash, hash_of, index, reading

from indexer.facts import Deal, Rating, Request
from indexer.projections.booking import state_at
from indexer.reads import booking, escrow, reputation

RESOURCE_STATES = {"active": 1, "paused": 2, "retired": 3}
STATES = {"pending": 1, "granted": 2, "denied": 3, "cancelled": 4, "expired": 5}
LIVE = {"funded": 1, "claimed": 2, "disputed": 3}
OUTCOME_SO_FAR = 0xFF << 16


@pytest.fixture(scope="module")
def lived(chain: AnvilChain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Path]:
    """The scenario and the store that followed it all along."""
    store = tmp_path_factory.mktemp("store") / "chain.sqlite"
    scenario = Scenario(chain, seed=11)
    for _ in range(12):
        scenario.run(50)
        index(chain, store)
    scenario.every_decision()
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
    assert {deal.outcome for deal in deals} >= {1, 2, 3, 4, 5, 6}
    assert set(ratings) == {"committed", "revealed"}
    assert {item.commitment is None for item in found if item.state == "revealed"} == {True, False}
    assert any(item.response for item in found)
    assert any(item.retracted_at_s for item in found)
    assert len({item.weight for item in found if item.weight is not None}) > 1


def test_resources__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    with reading(store) as conn:
        rows = booking.all_resources(conn)
    assert {row.resource for row in rows} == set(scenario.owners)
    for row in rows:
        word = scenario.chain.bookings.functions.resource(row.resource).call()
        state = RESOURCE_STATES[row.state]
        assert word == row.terms | int.from_bytes(row.owner, "big") | state << 166


def test_requests__after_the_scenario__equal_the_contract(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions, now = scenario.chain.bookings.functions, scenario.chain.now_s
    with reading(store) as conn:
        rows = booking.requests(conn, limit=1000)
        assert len(rows) == len(scenario.requests)
        for row in rows:
            assert functions.request_word(row.request).call() == _request_word(row)
            assert functions.request_state(row.request).call() == STATES[state_at(row, now)]


def test_grants__after_the_scenario__are_what_the_calendar_holds(lived: tuple[Scenario, Path]) -> None:
    scenario, store = lived
    functions = scenario.chain.bookings.functions
    with reading(store) as conn:
        for row in booking.requests(conn, limit=1000):
            resource = booking.resource(conn, row.resource)
            assert resource is not None
            for quantum in range(row.quanta):
                start = row.start_s + quantum * resource.quantum_s
                taken = booking.grants(
                    conn, resource=row.resource, from_s=start, to_s=start + resource.quantum_s
                )
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
            assert word == _done_word(row)
        else:
            assert word & ~OUTCOME_SO_FAR == _live_word(row)


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
            assert slot == _receipt(row)
        else:
            assert slot >> 111 == 1


def test_followed_all_along__the_hash__is_that_of_a_fresh_index(
    lived: tuple[Scenario, Path], tmp_path: Path
) -> None:
    scenario, store = lived
    index(scenario.chain, store)
    assert hash_of(store) == fresh_hash(scenario.chain, tmp_path)


def _receipt(row: Rating) -> int:
    kinds = ["address", "address", "uint256", "uint256", "uint256"]
    entry = [row.rater, row.subject, row.service, row.weight, row.revealed_at_s]
    mark = int.from_bytes(keccak(encode(kinds, entry)), "big") % 2**105
    marks = (row.response is not None) << 4 | (row.retracted_at_s is not None) << 5
    return 1 | (row.score or 0) << 1 | marks | mark << 6


def _request_word(row: Request) -> int:
    return STATES[row.state] | row.expires_at_s << 4 | row.was_granted << 44 | row.returned << 85


def _live_word(row: Deal) -> int:
    flags = row.price_closed | row.deposit_closed << 1 | (row.arbitrator is not None) << 3
    flags |= (row.state == "disputed" and row.disputed_price > 0 and not row.price_closed) << 2
    flags |= row.attended << 4
    claim = 0 if row.deposit_closed else row.claim
    return LIVE[row.state] | flags << 8 | row.since_s << 24 | row.paid << 64 | claim << 160


def _done_word(row: Deal) -> int:
    attended = row.attended and row.outcome != 2
    return 15 | (row.outcome or 0) << 4 | attended << 11 | row.paid << 12 | (row.closed_at_s or 0) << 108
