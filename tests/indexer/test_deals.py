"""A deal in parts, with two arbitrators, on a real chain: every row says what the contract's word says."""

from pathlib import Path
from typing import Any

import pytest
from anvil_chain import NOBODY, AnvilChain
from eth_abi.abi import encode
from eth_hash.auto import keccak
from indexed import index, reading

from indexer.projections.agreed import REST_TYPE
from indexer.reads.escrow import Deal, agreed, deals

DAY_S = 86_400
PRICE, PART = 900, 300
EVIDENCE = b"\x51" * 32


@pytest.fixture(scope="module")
def terms(chain: AnvilChain) -> tuple[Any, Any]:
    """A price in two parts, and two arbitrators; opened by who pays."""
    payer, payee, first, second = chain.members[1:5]
    assert chain.act(chain.token.functions.mint(payer, 10_000), payer)
    assert chain.act(chain.token.functions.approve(chain.escrow.address, 2**255), payer)
    now_s = chain.now_s
    deliver_by = now_s + 20 * DAY_S
    rest = (
        [(400, deliver_by - DAY_S), (500, deliver_by)],
        [(DAY_S, 5_000)],
        [(first, DAY_S, 10), (second, 2 * DAY_S, 20)],
    )
    schedule = deliver_by | DAY_S << 40
    digest = keccak(encode([REST_TYPE], [rest]))
    core = (payer, payee, chain.token.address, PRICE, 0, schedule, bytes(32), digest, b"\x07" * 32)
    assert chain.act(chain.escrow.functions.open(core, rest, NOBODY), payer)
    return core, rest


def row(chain: AnvilChain, store: Path) -> Deal:
    """The deal as it is indexed now, held against the contract's word."""
    index(chain, store)
    with reading(store) as conn:
        (found,) = deals(conn, member=bytes.fromhex(chain.members[1][2:]))
    word = chain.escrow.functions.word(found.escrow).call()
    if found.state != "closed":
        assert word & 15 == {"funded": 1, "claimed": 2, "disputed": 3}[found.state]
        if found.state == "disputed":
            assert (word >> 4) & 15 == found.rung
        assert (word >> 64) & (2**96 - 1) == found.paid
        assert (word >> 24) & (2**40 - 1) == found.since_s
    return found


def test_deal_in_parts__is_indexed_part_by_part_and_rung_by_rung(
    chain: AnvilChain, terms: tuple[Any, Any], tmp_path: Path
) -> None:
    (core, rest), store, functions = terms, tmp_path / "chain.sqlite", chain.escrow.functions
    payer, first, second = chain.members[1], chain.members[3], chain.members[4]
    opened = row(chain, store)
    assert [(one.amount, one.due) for one in agreed(opened.rest_abi).milestones] == rest[0]
    assert (opened.price_paid, opened.rung, opened.disputed_at_s) == (0, 0, None)

    assert chain.act(functions.release_part(core, PART, NOBODY), payer)
    parted = row(chain, store)
    assert (parted.price_paid, parted.paid, parted.price_closed) == (PART, PART, False)

    assert chain.act(functions.dispute(core, rest, EVIDENCE, NOBODY), payer)
    disputed_at_s = chain.now_s
    disputed = row(chain, store)
    assert (disputed.disputed_price, disputed.disputed_at_s) == (PRICE - PART, disputed_at_s)
    assert disputed.arbitrator == bytes.fromhex(first[2:])

    chain.travel(DAY_S)
    assert chain.act(functions.expire(core, rest), chain.members[6])
    handed_on = row(chain, store)
    assert (handed_on.rung, handed_on.arbitrator) == (1, bytes.fromhex(second[2:]))
    assert (handed_on.window_s, handed_on.fee_cap, handed_on.rule_by_s) == (
        2 * DAY_S,
        20,
        chain.now_s + 2 * DAY_S,
    )
    assert (handed_on.since_s, handed_on.disputed_at_s) == (chain.now_s, disputed_at_s)

    assert chain.act(functions.rule(core, rest, 100, 20, EVIDENCE, NOBODY), second)
    ruled = row(chain, store)
    assert (ruled.state, ruled.outcome, ruled.paid) == ("closed", 5, PART + 100)
    assert (ruled.price_paid, ruled.price_returned, ruled.fee) == (PART + 100, PRICE - PART - 120, 20)
