"""What the timeline permits is what the real contract takes: walks through deals on titanoboa.

`escrow_model` stands between them elsewhere, because it can visit every state; here the contract is asked.
"""

import random
from collections.abc import Iterator
from dataclasses import astuple, replace
from typing import Any

import boa
import escrow_model as model
import pytest
from contracts.compiling import search_paths, source_path
from contracts.signing import EMPTY_AUTH
from escrow_model import ARBITRATOR, ESCROW, PART, PAYEE, PAYER, STRANGER, Live, Refused, Terms

from backend.escrow.rules.agreed import price_left
from backend.escrow.rules.legs import permitted
from indexer.chain.generated.reputation import RatingCommitted
from indexer.projections import escrow, reputation
from indexer.projections.fold import At
from indexer.reads.escrow import Deal, agreed

T0, DAY_S = 1_800_000_000, 86_400
WALKS, STEPS = 24, 7
EVIDENCE = b"\x01" * 32
ROLES = {
    "release": (PAYER, "payer"),
    "release_part": (PAYER, "payer"),
    "cancel": (PAYER, "payer"),
    "accept_claim": (PAYER, "payer"),
    "dispute": (PAYER, "payer"),
    "finish": (PAYEE, "payee"),
    "refund": (PAYEE, "payee"),
    "claim_damage": (PAYEE, "payee"),
    "rule": (ARBITRATOR, "arbitrator"),
    "expire": (STRANGER, "anyone"),
}


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    """The contract and a token of which the payer has plenty."""
    with boa.swap_env(boa.Env()):
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        boa.env.evm.patch.timestamp = T0
        contract = boa.load(str(source_path("Escrow")))
        token = boa.load(str(source_path("MockToken")), "Demo Euro", "dEUR", 6)
        token.mint(hexed(PAYER), 10**30)
        token.approve(contract, 2**256 - 1, sender=hexed(PAYER))
        yield contract, token


def fold(deal: Deal | None, events: list[Any], now_s: int) -> Deal:
    for event in events:
        projection = reputation if isinstance(event, RatingCommitted) else escrow
        rows = projection.fold(event, At(1, now_s, model.CONTRACT), {(Deal.TABLE, ESCROW): deal})
        (deal,) = (row for row in rows if isinstance(row, Deal))
    assert deal is not None
    return deal


def presented(deal: Deal, token: Any, salt: int) -> tuple[Any, Any]:
    """`Core` and `Rest` as the contract takes them."""
    lists = agreed(deal.rest_abi)
    ladder = [(hexed(rung.arbitrator), rung.window_s, rung.fee_cap) for rung in lists.ladder]
    rest = ([astuple(one) for one in lists.milestones], [astuple(one) for one in lists.cancellations], ladder)
    core = (
        hexed(deal.payer),
        hexed(deal.payee),
        token.address,
        deal.price,
        deal.deposit,
        deal.schedule,
        bytes(32),
        deal.rest,
        salt.to_bytes(32, "big"),
    )
    return core, rest


def call(contract: Any, name: str, core: Any, rest: Any, deal: Deal, claim: int, to_payee: int) -> None:
    who = hexed(ROLES[name][0])
    match name:
        case "release_part":
            contract.release_part(core, min(PART, price_left(deal)), EMPTY_AUTH, sender=who)
        case "cancel":
            contract.cancel(core, rest, EMPTY_AUTH, sender=who)
        case "rule":
            arbitrator = hexed(deal.arbitrator or ARBITRATOR)
            contract.rule(core, rest, to_payee, 0, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
        case "expire":
            contract.expire(core, rest, sender=who)
        case "claim_damage":
            contract.claim_damage(core, rest, claim, EVIDENCE, EMPTY_AUTH, sender=who)
        case "dispute":
            contract.dispute(core, rest, EVIDENCE, EMPTY_AUTH, sender=who)
        case _:
            getattr(contract, name)(core, EMPTY_AUTH, sender=who)


def taken(contract: Any, name: str, *arguments: Any) -> bool:
    """Whether the contract takes an act now; nothing stays of it."""
    with boa.env.anchor():
        try:
            call(contract, name, *arguments)
        except boa.BoaError:
            return False
        return True


def next_moment(live: Live, now_s: int, chance: random.Random) -> int:
    """Now, or the second before, at or after a deadline that is ahead."""
    terms = live.terms
    deadlines = [
        terms.deliver_by,
        terms.deliver_by + terms.object_s,
        terms.return_by,
        terms.return_by + terms.claim_s,
        live.since + terms.answer_s,
        live.since + (terms.ladder or ((b"", 0),))[live.rung][1],
        *(due + terms.object_s for _, due in terms.milestones),
        *(terms.deliver_by - before_s for before_s, _ in terms.cancellations),
    ]
    return chance.choice([now_s, *(at + by for at in deadlines for by in (-1, 0, 1) if at + by > now_s)])


@pytest.mark.parametrize("walk", range(WALKS))
def test_permitted__along_a_walk__is_what_the_real_contract_takes(world: Any, walk: int) -> None:
    contract, token = world
    chance = random.Random(walk)  # noqa: S311
    terms = Terms(deliver_by=T0 + DAY_S, return_by=T0 + 4 * DAY_S)
    lists = replace(
        terms,
        milestones=((250, T0 + DAY_S // 2), (750, T0 + DAY_S)),
        cancellations=((DAY_S // 2, 5_000), (60, 2_500)),
        later_rungs=((STRANGER, 2 * DAY_S),),
    )
    shapes = [terms, lists, lists, replace(terms, arbitrator=None), replace(terms, object_s=9 * DAY_S)]
    with boa.env.anchor():
        boa.env.evm.patch.timestamp = now_s = T0
        live, events = model.opened(chance.choice(shapes), now_s)
        deal = fold(None, events, now_s)
        core, rest = presented(deal, token, walk)
        contract.open(core, rest, EMPTY_AUTH, sender=hexed(PAYER))
        for _ in range(STEPS):
            boa.env.evm.patch.timestamp = now_s = next_moment(live, now_s, chance)
            arguments = (core, rest, deal, 3_000, 10)
            may = permitted(deal, now_s)
            possible = [name for name in ROLES if taken(contract, name, *arguments)]
            allowed = [name for name, (_, role) in ROLES.items() if name in may.get(role, ())]
            assert sorted(possible) == sorted(allowed), (live, now_s)
            if not possible:
                break
            # a refund ends every walk, so it is taken only where nothing else is left
            name = chance.choice([name for name in possible if name != "refund"] or possible)
            call(contract, name, *arguments)
            live, events = model.act(live, name, now_s)
            deal = fold(deal, events, now_s)
        word = contract.word(contract.escrow_id(core))
        assert (word & 15 == 15) == (deal.state == "closed")


def test_model__refuses_what_is_over() -> None:
    live, _ = model.opened(Terms(deliver_by=T0 + DAY_S, return_by=T0 + 2 * DAY_S), T0)
    live, _ = model.act(live, "refund", T0)
    with pytest.raises(Refused):
        model.act(live, "release", T0)
