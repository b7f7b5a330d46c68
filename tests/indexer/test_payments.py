"""Payments on a real chain: every row says what moved, and what was given back is what the contract says."""

from pathlib import Path
from typing import Any

import pytest
from anvil_chain import NOBODY, AnvilChain
from indexed import fresh_hash, hash_of, index, reading

from indexer.chain import artefacts
from indexer.reads.payments import payments

COIN = "0x" + "00" * 20
DAY_S = 86_400
FOR = b"\x51" * 32


def raw(address: str) -> bytes:
    """20 bytes."""
    return bytes.fromhex(address[2:])


@pytest.fixture(scope="module")
def contract(chain: AnvilChain) -> Any:
    """The payments contract; every member allows it everything."""
    address = chain.web3.to_checksum_address(chain.deployment.addresses["Payments"])
    found = chain.web3.eth.contract(address=address, abi=list(artefacts.load("Payments").abi))
    for member in chain.members[:4]:
        assert chain.act(chain.token.functions.approve(address, 2**255), member)
    return found


@pytest.fixture(scope="module")
def closed(chain: AnvilChain) -> tuple[Any, ...]:
    """The terms of a deal that paid 500 to its payee."""
    payer, payee = chain.members[1:3]
    now = chain.now_s
    schedule = now + DAY_S | DAY_S << 40
    core = (payer, payee, chain.token.address, 500, 0, schedule, bytes(32), bytes(32), b"\x01" * 32)
    assert chain.act(chain.escrow.functions.open(core, ((), (), ()), NOBODY), payer)
    assert chain.act(chain.escrow.functions.release(core, NOBODY), payer)
    return core


@pytest.fixture(scope="module")
def paid(chain: AnvilChain, contract: Any, closed: tuple[Any, ...], tmp_path_factory: Any) -> Path:
    """A store after payments in token and coin, two refunds, and a cancelled number."""
    store: Path = tmp_path_factory.mktemp("store") / "chain.sqlite"
    index(chain, store)
    payer, payee = chain.members[1:3]
    functions = contract.functions
    token = chain.token.address
    assert chain.act(functions.pay(payee, token, 77, FOR, 0, NOBODY), payer)
    assert chain.act(functions.pay(payee, COIN, 5, bytes(32), 0, NOBODY), payer, value=5)
    for amount in (200, 300):
        assert chain.act(functions.refund_after(chain.escrow.address, closed, amount, 0, NOBODY), payee)
    assert not chain.act(functions.refund_after(chain.escrow.address, closed, 1, 0, NOBODY), payee)
    assert chain.act(functions.cancel_nonce(9), payer)
    index(chain, store)
    return store


def test_payments__of_a_member__are_all_that_moved_newest_first(
    chain: AnvilChain, paid: Path, closed: tuple[Any, ...]
) -> None:
    payer, payee = (raw(member) for member in chain.members[1:3])
    deal = chain.escrow.functions.escrow_id(closed).call()
    with reading(paid) as conn:
        rows = payments(conn, member=payer)
        assert rows == payments(conn, member=payee)
        assert payments(conn, member=raw(chain.members[3])) == []
    seen = [(row.payer, row.payee, row.amount, row.reference, row.refund_of) for row in rows]
    escrow = raw(chain.escrow.address)
    assert seen == [
        (payee, payer, 300, deal, escrow),
        (payee, payer, 200, deal, escrow),
        (payer, payee, 5, bytes(32), None),
        (payer, payee, 77, FOR, None),
    ]
    assert [row.token for row in rows] == [
        *[raw(chain.token.address)] * 2,
        bytes(20),
        raw(chain.token.address),
    ]
    for row in rows:
        assert row.paid_at_s == chain.web3.eth.get_block(row.block_number)["timestamp"]


def test_payments__given_back__sum_to_what_the_contract_says(
    chain: AnvilChain, contract: Any, paid: Path, closed: tuple[Any, ...]
) -> None:
    deal = chain.escrow.functions.escrow_id(closed).call()
    with reading(paid) as conn:
        given = sum(row.amount for row in payments(conn, reference=deal))
    assert contract.functions.refunded(chain.escrow.address, deal).call() == given == 500


def test_payments__page_by_page__are_the_same(paid: Path) -> None:
    with reading(paid) as conn:
        whole = payments(conn)
        found, before = [], None
        while rows := payments(conn, before=before, limit=1):
            found += rows
            before = (rows[-1].block_number, rows[-1].log_index)
        assert found == whole
        assert len(whole) == 4
        for limit in (0, 1001):
            with pytest.raises(ValueError, match="limit"):
                payments(conn, limit=limit)


def test_payments__in_replaced_blocks__are_gone(
    chain: AnvilChain, contract: Any, paid: Path, tmp_path: Path
) -> None:
    payer, payee = chain.members[1:3]
    assert chain.act(contract.functions.pay(payee, COIN, 6, FOR, 0, NOBODY), payer, value=6)
    index(chain, paid)
    with reading(paid) as conn:
        assert [row.amount for row in payments(conn, reference=FOR)] == [6, 77]
    chain.reorganise(1)
    index(chain, paid)
    with reading(paid) as conn:
        assert [row.amount for row in payments(conn, reference=FOR)] == [77]
    assert hash_of(paid) == fresh_hash(chain, tmp_path)
