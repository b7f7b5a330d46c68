"""The sentences of timelines, reminders and explanations, in English, by key; places are named in braces.

Together with `errors.ERRORS` this is the one registry; `GET /api/errors` gives both.
"""

from pydantic import BaseModel

from backend.registry import MessageSpec, Saying, render

MESSAGES: dict[str, MessageSpec] = {
    key: MessageSpec(text)
    for key, text in {
        # a search result and why it has its place
        "match.distance": "{distance_m} m away; you look within {radius_m} m.",
        "match.unrated": "Nobody has rated this owner for this service yet, which counts as the middle.",
        "match.rated": "Rated {mean} of 5 on average (ratings: {count}).",
        "match.free": "Free for the whole week.",
        "match.busy": "Free for {percent} % of the week.",
        "match.price_nothing": "Costs nothing.",
        "match.price_no_budget": "{price} {currency}; you named no budget, which counts as the middle.",
        "match.price_other_currency": "{price} {currency}, which cannot be compared with your budget.",
        "match.price_within": "{price} {currency}, within your budget of {budget}.",
        "match.price_above": "{price} {currency}, above your budget of {budget}.",
        "match.criteria_none": "You asked for nothing in particular.",
        "match.criteria_all": "Has everything you asked for.",
        "match.criteria_some": "Has {met} of {wanted} things you asked for; missing: {missing}.",
        # a request and what becomes of it
        "request.expires": "Without an answer the request expires, and nobody owes anything.",
        "request.begins": "The booked time begins; from then on the grant can no longer be given back.",
        "request.ends": "The booked time ends by itself.",
        "request.over": "The booked time is over; each side may rate the other.",
        "request.nothing": "Nothing more happens with this request.",
    }.items()
}


class Sentence(BaseModel):
    """A sentence for people (`text`) and for programs that speak other languages (`key`, `params`)."""

    key: str
    params: dict[str, str | int]
    text: str


def spoken(saying: Saying) -> Sentence:
    """The English sentence. KeyError when the key is not registered or a place has no value."""
    text = render(MESSAGES[saying.key], saying.params)
    return Sentence(key=saying.key, params=dict(saying.params), text=text)
