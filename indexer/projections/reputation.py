"""Events of `ReputationLedger` → ratings and their decayed sums."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.reputation import (
    RatingCommitted,
    RatingResponded,
    RatingRetracted,
    RatingRevealed,
    ReputationEvent,
)
from indexer.facts import Aggregate, Deal, Key, Rating, Request, Row

from .decay import HALF_LIFE_S, LN2_WAD, WAD, wad_exp
from .fold import At, MissingRowError, Rows

COMMIT_WINDOW_S = REVEAL_WINDOW_S = 7 * 86_400
MAX_SUM = 2**70 - 1
MAX_WEIGHT = 2**68 - 1
MAX_COUNT = 2**28 - 1


def decayed(aggregate: Aggregate, now_s: int) -> tuple[int, int, int]:
    """(sum, weight, count) at chain time `now_s`: sums halve every 180 days, time alone changes no count.

    The same numbers as `ReputationLedger.reputation`.
    """
    factor = _factor(now_s - aggregate.updated_at_s)
    return aggregate.sum * factor // WAD, aggregate.weight * factor // WAD, aggregate.count


def _factor(age_s: int) -> int:
    """What is left of a weight of one after some seconds, with 18 decimals."""
    return wad_exp(-(LN2_WAD * max(age_s, 0) // HALF_LIFE_S))


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
                (Deal.TABLE, event.deal),
                (Request.TABLE, event.deal),
            )
        case RatingResponded():
            return ((Rating.TABLE, event.source, event.deal, event.side),)
        case RatingRetracted():
            return (
                (Rating.TABLE, event.source, event.deal, event.side),
                (Aggregate.TABLE, event.source, event.subject, event.service),
            )
        case _:
            assert_never(event)


def fold(event: ReputationEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`.

    Raises:
        MissingRowError: a rating was answered or retracted that was never revealed.
    """
    match event:
        case RatingCommitted():
            return _committed(event, at, rows)
        case RatingRevealed():
            return _revealed(event, at, rows)
        case RatingResponded():
            answered = _known(event, rows)
            return (replace(answered, response=event.digest, responded_at_s=at.timestamp_s),)
        case RatingRetracted():
            return _retracted(event, at, rows)
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
        weight=None,
        response=None,
        responded_at_s=None,
        retracted_at_s=None,
    )
    rated = _rated(event, at, rows)
    if not isinstance(other, Rating):
        return (mine, *rated)
    return (mine, replace(other, opens_at_s=opens_at_s, closes_at_s=closes_at_s), *rated)


def _rated(event: RatingCommitted | RatingRevealed, at: At, rows: Rows) -> tuple[Row, ...]:
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
    sealed = rows.get((Rating.TABLE, event.source, event.deal, event.side))
    before = rows.get((Aggregate.TABLE, event.source, event.subject, event.service))
    sum_, weight, count = decayed(before, at.timestamp_s) if isinstance(before, Aggregate) else (0, 0, 0)
    added = Aggregate(
        source=event.source,
        subject=event.subject,
        service=event.service,
        sum=min(sum_ + event.score * event.weight, MAX_SUM),
        weight=min(weight + event.weight, MAX_WEIGHT),
        count=min(count + 1, MAX_COUNT),
        updated_at_s=at.timestamp_s,
    )
    if isinstance(sealed, Rating):
        return (_opened(sealed, event, at), added)
    # never sealed: both sides signed theirs, and this is one of the two
    return (_opened(_at_once(event, at), event, at), added, *_rated(event, at, rows))


def _opened(rating: Rating, event: RatingRevealed, at: At) -> Rating:
    return replace(
        rating,
        state="revealed",
        score=event.score,
        evidence=event.evidence,
        revealed_at_s=at.timestamp_s,
        weight=event.weight,
    )


def _at_once(event: RatingRevealed, at: At) -> Rating:
    """The rating that a commitment in the same block would have left: open from now on, sealed by nothing."""
    return Rating(
        source=event.source,
        deal=event.deal,
        side=event.side,
        rater=event.rater,
        subject=event.subject,
        service=event.service,
        amount=event.amount,
        commitment=None,
        opens_at_s=at.timestamp_s,
        closes_at_s=at.timestamp_s + REVEAL_WINDOW_S,
        state="committed",
        score=None,
        evidence=None,
        committed_at_s=at.timestamp_s,
        revealed_at_s=None,
        weight=None,
        response=None,
        responded_at_s=None,
        retracted_at_s=None,
    )


def _retracted(event: RatingRetracted, at: At, rows: Rows) -> tuple[Row, ...]:
    rating = _known(event, rows)
    before = rows.get((Aggregate.TABLE, event.source, event.subject, event.service))
    if not isinstance(before, Aggregate) or rating.weight is None or rating.revealed_at_s is None:
        raise MissingRowError(f"a rating of the deal 0x{event.deal.hex()} was retracted before it counted")
    sum_, weight, count = decayed(before, at.timestamp_s)
    factor = _factor(at.timestamp_s - rating.revealed_at_s)
    left = max(count - 1, 0)
    # with the last rating gone, nothing is left of earlier roundings either
    taken_sum = event.score * rating.weight * factor // WAD if left else sum_
    taken_weight = rating.weight * factor // WAD if left else weight
    return (
        replace(rating, retracted_at_s=at.timestamp_s),
        replace(
            before,
            sum=max(sum_ - taken_sum, 0),
            weight=max(weight - taken_weight, 0),
            count=left,
            updated_at_s=at.timestamp_s,
        ),
    )


def _known(event: RatingResponded | RatingRetracted, rows: Rows) -> Rating:
    rating = rows.get((Rating.TABLE, event.source, event.deal, event.side))
    if not isinstance(rating, Rating):
        raise MissingRowError(f"there is no rating of the deal 0x{event.deal.hex()}")
    return rating
