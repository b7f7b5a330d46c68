"""A search: a wish in the words of the API, against the market as this transaction sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.booking.service import service_number
from backend.errors import BadRequestError
from backend.matching import rules
from backend.matching.market import Market
from backend.matching.reasons import reasons
from backend.matching.rules import Match, Offered, Weights, Wish
from backend.matching.schemas import SearchQuery
from backend.registry import Saying
from indexer.reads.freshness import freshness

_CRITERION = re.compile(r"([a-z0-9_]{1,64}):(.{1,200})", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Matching:
    """The market and how this installation weighs the factors."""

    market: Market
    weights: Weights

    @classmethod
    def of(cls, weights: str, sources: Sequence[bytes]) -> Matching:
        """From the setting (five decimal numbers with commas) and the contracts whose ratings count.

        Raises ValueError for weights that are not five or do not sum to 1.
        """
        return cls(Market(sources), Weights.of(weights.split(",")))


@dataclass(frozen=True, slots=True)
class Result:
    """A match, why it has its place, what it costs and what to request."""

    match: Match
    reasons: tuple[Saying, Saying, Saying, Saying, Saying]
    price: int
    slot: tuple[int, int] | None


def search(conn: Connection, matching: Matching, query: SearchQuery) -> list[Result]:
    """The best offers for a query. Raises BadRequestError with the code of what cannot be meant."""
    fresh = freshness(conn)
    wish = _wish(query)
    code = rules.refusal(wish, fresh.head_time_s)
    if code is not None:
        raise BadRequestError(code, **_limits(code, fresh.head_time_s))
    snapshot = matching.market.at(conn, fresh)
    return [
        Result(
            match=match,
            reasons=reasons(match, wish, snapshot.standing(match.offer)),
            price=rules.total_price(match.offer, wish.start_s, wish.end_s),
            slot=snapshot.slot(match.offer, wish),
        )
        for match in snapshot.search(wish, matching.weights)
    ]


def _wish(query: SearchQuery) -> Wish:
    return Wish(
        service=service_number(query.service),
        lat=query.lat,
        lng=query.lng,
        radius_m=query.radius_m,
        start_s=query.start_s,
        end_s=query.end_s,
        budget=query.budget,
        currency=query.currency,
        criteria=_criteria(query.criteria),
        limit=query.limit,
    )


def _criteria(texts: Sequence[str]) -> dict[str, Offered]:
    """`name:value` each: a number, true or false, or words; a repeated name asks for a list of words."""
    values: dict[str, list[str]] = {}
    for text in texts:
        found = _CRITERION.fullmatch(text)
        if found is None:
            raise BadRequestError("matching: malformed criterion", criterion=text)
        values.setdefault(found[1], []).append(found[2])
    return {name: tuple(given) if len(given) > 1 else _value(given[0]) for name, given in values.items()}


def _value(text: str) -> Offered:
    if _NUMBER.fullmatch(text):
        return int(text)
    return text == "true" if text in ("true", "false") else text


def _limits(code: str, now_s: int) -> dict[str, object]:
    """What the asker needs to know to ask again."""
    match code:
        case "matching: impossible radius":
            return {"max_m": rules.MAX_RADIUS_M}
        case "matching: impossible limit":
            return {"max": rules.MAX_LIMIT}
        case "matching: time is past":
            return {"now_s": now_s}
        case _:
            return {}
