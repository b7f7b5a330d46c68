"""What the wallet says of others in the ledger, and answers."""

from dataclasses import replace

from contracts.reputation.rating import (
    RESPONDED,
    RETRACTED,
    Rating,
    entry_of,
    rate_both,
    rate_message,
    slots,
)
from contracts.signing import EMPTY_AUTH
from contracts.wallet.deal_acts import closed_as_payee
from contracts.wallet.multisig import Act, Auth
from contracts.wallet.world import REASON, Prepared, World


def commit(world: World) -> Prepared:
    rating = rating_of(world)
    message = {"source": rating.source.address, "deal": rating.deal, "side": 1}
    message |= {"commitment": rating.commitment(), "deadline": world.deadline}
    arguments = (rating.source, rating.terms, 1, rating.commitment())
    act = Act(rating.ledger, "commit", arguments, "Commit", message)
    return act, lambda: rating.ledger.commit_word(rating.source, rating.deal) != 0


def rate_at_once(world: World) -> Prepared:
    """With what the payer says and signed, in one transaction."""
    mine = rating_of(world)
    theirs = replace(mine, rater=mine.subject, subject=world.me, side=0, score=4)
    signed = world.signed_by(world.get("payer"), mine.ledger, "Rate", rate_message(theirs, world.deadline))
    opinions = [(one.score, one.evidence) for one in (theirs, mine)]
    message = rate_message(mine, world.deadline)

    def complete(arguments: tuple[object, ...], auth: Auth) -> tuple[object, ...]:
        return (*arguments, [signed, auth])

    act = Act(mine.ledger, "rate_both", (mine.source, mine.terms, opinions), "Rate", message, complete)
    return act, lambda: slots(mine.ledger, mine)[1] & 1 == 1


def retract(world: World) -> Prepared:
    mine, _, at_s = rated(world)
    message = {"source": mine.source.address, "deal": mine.deal, "side": 1, "deadline": world.deadline}
    arguments = (mine.source, mine.deal, 1, entry_of(mine, at_s))
    act = Act(mine.ledger, "retract", arguments, "Retract", message)
    return act, lambda: bool(slots(mine.ledger, mine)[1] & RETRACTED)


def respond(world: World) -> Prepared:
    _, theirs, at_s = rated(world)
    message = {"source": theirs.source.address, "deal": theirs.deal, "side": 0, "digest": REASON}
    arguments = (theirs.source, theirs.deal, 0, entry_of(theirs, at_s), REASON)
    act = Act(theirs.ledger, "respond", arguments, "Respond", message | {"deadline": world.deadline})
    return act, lambda: bool(slots(theirs.ledger, theirs)[0] & RESPONDED)


def rating_of(world: World) -> Rating:
    """What the wallet says of the payer of a deal that went well."""
    deal = closed_as_payee(world)
    ledger, escrow = world.get("ledger"), world.get("escrow")
    return Rating(ledger, escrow, world.me, deal.payer, 1, 5, deal.terms, deal.service, deal.price)


def rated(world: World) -> tuple[Rating, Rating, int]:
    """Both sides have rated in one transaction: what the wallet said, what the payer said, and when."""
    mine, payer = rating_of(world), world.get("payer")
    theirs = replace(mine, rater=payer.address, subject=world.me, side=0, score=4)
    opinion = Act(mine.ledger, "rate_both", (), "Rate", rate_message(mine, world.deadline))
    rate_both(theirs, mine, payer, (EMPTY_AUTH, world.wallet.authorise(opinion)))
    assert mine.ledger.commit_word(mine.source, mine.deal) != 0
    return mine, theirs, int(world.get("chain").blocks.head.timestamp)


RATING_ACTS = {"commit": commit, "rate_both": rate_at_once, "respond": respond, "retract": retract}
