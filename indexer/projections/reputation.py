"""Events of `ReputationLedger` → ratings and their decayed sums."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.reputation import (
    RatingCommitted,
    RatingRevealed,
    ReputationEvent,
)
from indexer.facts import Aggregate, Key, Rating, Row

from .decay import HALF_LIFE_S, LN2_WAD, WAD, wad_exp
from .fold import At, MissingRowError, Rows

UNIT = 2**40  # the weight of a new rating
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
            return ((Rating.TABLE, event.source, event.deal, 1 - event.side),)
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
    mine = Rating(
        source=event.source,
        deal=event.deal,
        side=event.side,
        rater=event.rater,
        subject=event.subject,
        service=event.service,
        amount=event.amount,
        commitment=event.commitment,
        opens_at_s=event.opens_at,
        closes_at_s=event.closes_at,
        state="committed",
        score=None,
        evidence=None,
        committed_at_s=at.timestamp_s,
        revealed_at_s=None,
    )
    other = rows.get((Rating.TABLE, event.source, event.deal, 1 - event.side))
    if not isinstance(other, Rating):
        return (mine,)
    # Both sides have committed: one window for both, and it is the one of this event.
    return mine, replace(other, opens_at_s=event.opens_at, closes_at_s=event.closes_at)


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
