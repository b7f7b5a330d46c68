"""Why an offer has its place: a sentence for each factor, as message keys and their values. Pure."""

from __future__ import annotations

from backend.matching import rules
from backend.matching.rules import Match, Standing, Wish
from backend.registry import Saying

_PERCENT = rules.ONE // 100


def reasons(match: Match, wish: Wish, standing: Standing) -> tuple[Saying, Saying, Saying, Saying, Saying]:
    """One sentence a factor, in the order of `rules.FACTORS`."""
    return (
        Saying("match.distance", {"distance_m": match.distance_m, "radius_m": wish.radius_m}),
        _reputation(standing),
        _availability(match),
        _price(match, wish),
        _criteria(match, wish),
    )


def _reputation(standing: Standing) -> Saying:
    if not standing.mean_hundredths:
        return Saying("match.unrated")
    whole, part = divmod(standing.mean_hundredths, 100)
    return Saying("match.rated", {"mean": f"{whole}.{part:02}", "count": standing.count})


def _availability(match: Match) -> Saying:
    free = match.factors[2]
    return Saying("match.free") if free == rules.ONE else Saying("match.busy", {"percent": free // _PERCENT})


def _price(match: Match, wish: Wish) -> Saying:
    offer = match.offer
    price = rules.total_price(offer, wish.start_s, wish.end_s)
    if price == 0:
        return Saying("match.price_nothing")
    params: dict[str, str | int] = {"price": str(price), "currency": offer.currency}
    if wish.budget is None:
        return Saying("match.price_no_budget", params)
    if offer.currency != wish.currency:
        return Saying("match.price_other_currency", params)
    within = price <= wish.budget
    params["budget"] = str(wish.budget)
    return Saying("match.price_within" if within else "match.price_above", params)


def _criteria(match: Match, wish: Wish) -> Saying:
    wanted = wish.criteria or {}
    missing = [
        name for name, value in wanted.items() if not rules.meets(match.offer.criteria.get(name), value)
    ]
    if not wanted:
        return Saying("match.criteria_none")
    if not missing:
        return Saying("match.criteria_all")
    met = len(wanted) - len(missing)
    return Saying("match.criteria_some", {"met": met, "wanted": len(wanted), "missing": ", ".join(missing)})
