"""The sentences of timelines, reminders and explanations, in English, by key; places are named in braces.

Together with `errors.ERRORS` this is the one registry; `GET /api/errors` gives both.
"""

from pydantic import BaseModel

from backend.registry import MessageSpec, Saying, render

MESSAGES: dict[str, MessageSpec] = {
    key: MessageSpec(text)
    for key, text in {
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
