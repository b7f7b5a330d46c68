"""Events of `ReputationLedger` → ratings and their decayed sums."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.reputation import (
    RatingCommitted,
    RatingRevealed,
    ReputationEvent,
)
from indexer.facts import Aggregate, Deal, Key, Rating, Request, Row

from .decay import HALF_LIFE_S, LN2_WAD, WAD, wad_exp
from .fold import At, MissingRowError, Rows

UNIT = 2**40  # the weight of a new rating
COMMIT_WINDOW_S = REVEAL_WINDOW_S = 7 * 86_400
MAX_SUM = 2**88 - 1
MAX_WEIGHT = 2**88 - 1
MAX_COUNT = 2**40 - 1


def decayed(aggregate: Aggregate, now_s: int) -> tuple[int, int, int]:
    """(sum, weight, count) at chain time `now_s`: sums halve every 180 days, the count never shrinks.

    The same numbers as `ReputationLedger.reputation`.
    """
    age_s = max(now_s - aggregate.updated_at_s, 0)
    factor = wad_exp(-(LN2_WAD * age_s // HALF_LIFE_S))
    return aggregate.sum * factor // WAD, aggregate.weight * factor // WAD, aggregate.count


def keys(event: ReputationEvent) -> tuple[Key, ...]:
    """The rows that `fold` must see."""
    match event:
        case RatingCommitted():
            return (
                (Rating.TABLE, event.source, event.deal, 1 - event.side),
                (Deal.TABLE, event.deal),
                (Request.TABLE, event.deal),
            )
        case RatingRevealed():
            return (
                (Rating.TABLE, event.source, event.deal, event.side),
                (Aggregate.TABLE, event.source, event.subject, event.service),
            )
        case _:
            assert_never(event)


def fold(event: ReputationEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`.

    Raises:
        MissingRowError: a rating was revealed that was never committed.
    """
    match event:
        case RatingCommitted():
            return _committed(event, at, rows)
        case RatingRevealed():
            return _revealed(event, at, rows)
        case _:
            assert_never(event)


def _committed(event: RatingCommitted, at: At, rows: Rows) -> tuple[Row, ...]:
    other = rows.get((Rating.TABLE, event.source, event.deal, 1 - event.side))
    # Alone, a side waits for the other first; once both have committed, one window holds for both.
    opens_at_s = at.timestamp_s + (0 if isinstance(other, Rating) else COMMIT_WINDOW_S)
    closes_at_s = opens_at_s + REVEAL_WINDOW_S
    mine = Rating(
        source=event.source,
        deal=event.deal,
        side=event.side,
        rater=event.actor,
        subject=event.subject,
        service=event.service,
        amount=event.amount,
        commitment=event.commitment,
        opens_at_s=opens_at_s,
        closes_at_s=closes_at_s,
        state="committed",
        score=None,
        evidence=None,
        committed_at_s=at.timestamp_s,
        revealed_at_s=None,
    )
    rated = _rated(event, at, rows)
    if not isinstance(other, Rating):
        return (mine, *rated)
    return (mine, replace(other, opens_at_s=opens_at_s, closes_at_s=closes_at_s), *rated)


def _rated(event: RatingCommitted, at: At, rows: Rows) -> tuple[Row, ...]:
    """The escrow or request that was rated. A foreign source may name any id, so the contract has to fit."""
    deal = rows.get((Deal.TABLE, event.deal))
    if isinstance(deal, Deal) and deal.contract == event.source:
        rated_deal = replace(deal, rated_payer=True) if event.side == 0 else replace(deal, rated_payee=True)
        return (replace(rated_deal, changed_block=at.block_number),)
    request = rows.get((Request.TABLE, event.deal))
    if isinstance(request, Request) and request.contract == event.source:
        rated = replace(request, rated_0=True) if event.side == 0 else replace(request, rated_1=True)
        return (replace(rated, changed_block=at.block_number),)
    return ()


def _revealed(event: RatingRevealed, at: At, rows: Rows) -> tuple[Row, ...]:
    rating = rows.get((Rating.TABLE, event.source, event.deal, event.side))
    if not isinstance(rating, Rating):
        raise MissingRowError(f"reveal for the deal 0x{event.deal.hex()} without a commitment")
    before = rows.get((Aggregate.TABLE, event.source, event.subject, event.service))
    sum_, weight, count = decayed(before, at.timestamp_s) if isinstance(before, Aggregate) else (0, 0, 0)
    return (
        replace(
            rating,
            state="revealed",
            score=event.score,
            evidence=event.evidence,
            revealed_at_s=at.timestamp_s,
        ),
        Aggregate(
            source=event.source,
            subject=event.subject,
            service=event.service,
            sum=min(sum_ + event.score * UNIT, MAX_SUM),
            weight=min(weight + UNIT, MAX_WEIGHT),
            count=min(count + 1, MAX_COUNT),
            updated_at_s=at.timestamp_s,
        ),
    )
