"""The wallet receives a space, and reveals what it committed to."""

from typing import Any

import ape
import pytest
from contracts.reputation.rating import WEEK_S, reputation, reveal
from contracts.signing import EMPTY_AUTH
from contracts.space_values import space_of
from contracts.wallet.multisig import NEWCOMER, OWNERS, Act, Wallet
from contracts.wallet.rating_acts import rate_at_once, rating_of
from contracts.wallet.world import World


def test_hand_over__to_a_wallet__makes_it_the_owner_and_nobody_else(
    world: World, wallet: Wallet, spaces: Any, owner: Any, relayer: Any
) -> None:
    made = space_of()
    spaces.create(made, EMPTY_AUTH, sender=owner)
    space = spaces.space_id(owner, made)
    spaces.hand_over(space, wallet.address, EMPTY_AUTH, sender=owner)
    message = {"space": space, "word": spaces.space_word(space), "deadline": world.deadline}
    act = Act(spaces, "close", (space,), "CloseSpace", message)
    with ape.reverts("spaces: not the owner"):
        spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("auth: bad signature"):
        act.send(wallet.but(OWNERS[0], NEWCOMER).authorise(act), relayer)
    assert spaces.is_open(space)
    act.send(wallet.authorise(act), relayer)
    assert not spaces.is_open(space)


@pytest.mark.parametrize("by", ["the wallet", "anybody"])
def test_reveal__of_what_the_wallet_committed__counts_whoever_sends_it(
    world: World, wallet: Wallet, payer: Any, relayer: Any, reach: Any, by: str
) -> None:
    mine = rating_of(world)
    arguments = (mine.source, mine.terms, 1, mine.commitment())
    wallet.call(mine.ledger, mine.ledger.commit.encode_input(*arguments, EMPTY_AUTH), relayer)
    reach(world.now() + WEEK_S)
    with ape.reverts("reputation: wrong opening"):
        reveal(mine, relayer, score=1)
    if by == "anybody":
        reveal(mine, relayer)
    else:
        values = (mine.source, mine.deal, 1, mine.rater, mine.subject, mine.service, mine.amount)
        data = mine.ledger.reveal.encode_input(*values, mine.score, mine.evidence, mine.salt)
        with ape.reverts("wallet: too few signatures"):
            wallet.but(OWNERS[2]).call(mine.ledger, data, relayer)
        wallet.call(mine.ledger, data, relayer)
    assert reputation(mine, payer)[2] == 1


def test_rate_both__with_a_wallets_opinion__counts_for_both_sides(
    world: World, wallet: Wallet, payer: Any, relayer: Any
) -> None:
    act, done = rate_at_once(world)
    act.send(wallet.authorise(act), relayer)
    assert done()
    ledger, source = act.contract, act.arguments[0]
    for subject in (wallet.address, payer):
        assert ledger.reputation(source, subject, 0xABCDEF)[2] == 1
