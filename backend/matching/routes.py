"""`GET /api/search`."""

from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from backend.booking.service import rule_word
from backend.context import Reading
from backend.envelope import as_of
from backend.matching import rules, service
from backend.matching.schemas import (
    FactorOut,
    ResultOut,
    ResultsOut,
    SearchEnvelope,
    SearchQuery,
    SlotOut,
    TotalPriceOut,
)
from backend.matching.service import Matching, Result
from backend.messages import spoken

router = APIRouter(tags=["matching"])


def _matching(request: Request) -> Matching:
    """What bootstrap wired."""
    wired = request.app.state.matching
    if not isinstance(wired, Matching):
        raise TypeError("bootstrap wires app.state.matching")
    return wired


@router.get("/search")
def search(
    query: Annotated[SearchQuery, Query()], matching: Annotated[Matching, Depends(_matching)], conn: Reading
) -> SearchEnvelope:
    """Who is near, free, affordable and trusted, best first, each with the reason. Nothing is stored."""
    started = perf_counter()
    found = service.search(conn, matching, query)
    results = ResultsOut(items=[_result(result, query, matching) for result in found])
    took_ms = round((perf_counter() - started) * 1_000, 3)
    return SearchEnvelope(data=results, as_of=as_of(conn), took_ms=took_ms)


def _result(result: Result, query: SearchQuery, matching: Matching) -> ResultOut:
    match, offer = result.match, result.match.offer
    explained = zip(rules.FACTORS, match.factors, matching.weights.values(), result.reasons, strict=True)
    return ResultOut(
        resource=offer.resource,
        owner=offer.owner,
        title=offer.title,
        service=query.service,
        cell=offer.cell,
        distance_m=match.distance_m,
        price=TotalPriceOut(amount=result.price, currency=offer.currency, per=offer.per),
        deposit=offer.deposit,
        rule=rule_word(offer.rule),
        gated=offer.gated,
        requires=offer.requires,
        capacity=offer.capacity,
        quantum_s=offer.quantum_s,
        max_quanta=offer.max_quanta,
        score=match.score / rules.ONE,
        factors=[
            FactorOut(name=name, value=value / rules.ONE, weight=weight / rules.ONE, words=spoken(saying))
            for name, value, weight, saying in explained
        ],
        slot=None if result.slot is None else SlotOut(start_s=result.slot[0], end_s=result.slot[1]),
        photo=offer.photo,
    )
