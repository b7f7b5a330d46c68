"""The sections of `contracts/README.md` that are drawn from the search, between their markers."""

import re

from contracts.compiling import REPOSITORY
from contracts.exits import booking_terms, escrow_terms
from contracts.exits.booking_world import BookingWorld
from contracts.exits.escrow_world import EscrowWorld
from contracts.exits.graph import everywhere, figures, merged, mermaid
from contracts.exits.lottery_world import LotteryWorld
from contracts.exits.rating_world import RatingWorld
from contracts.exits.search import Found, search

README = REPOSITORY / "contracts" / "README.md"
DEALS = list(escrow_terms.DEALS)[: escrow_terms.IN_EVERY_RUN]
STORIES = [*list(booking_terms.STORIES)[: booking_terms.IN_EVERY_RUN], "lottery"]
# one request each, so that the drawing is about a request and not about two
DRAWN_STORIES = [name for name in STORIES[:-1] if len(booking_terms.STORIES[name].wishes) == 1]
ARBITRATORS = {"second arbitrator": "arbitrator"}
SIDES = {"payer": "a side", "payee": "a side", "both": "both sides"}
NODE = re.compile(r'^  (s\d+)[\[(]+"(.*?)"', re.MULTILINE)
ID = re.compile(r"\bs\d+\b")
FENCED = re.compile(r"```mermaid\n(.*?)\n```", re.DOTALL)


def deal_section(found: dict[str, Found]) -> str:
    """Of deals, by their names."""
    drawing = merged([found[name] for name in DEALS], ARBITRATORS)
    always = "; ".join(sorted(everywhere(drawing)))
    said = f"Not drawn, because it leads from every state to the end: {always}."
    return _section(figures(found[name] for name in DEALS), said, mermaid(drawing))


def booking_section(found: dict[str, Found]) -> str:
    """Of requests, by the names of their stories."""
    drawing = merged([found[name] for name in DRAWN_STORIES])
    said = f"Drawn: what becomes of one request ({', '.join(DRAWN_STORIES)})."
    return _section(figures(found[name] for name in STORIES), said, mermaid(drawing))


def rating_section(found: Found) -> str:
    """Of the ratings of a deal."""
    said = "Drawn: where the two sides stand, whichever is which."
    return _section(figures([found]), said, mermaid(merged([found], SIDES)))


def _section(table: str, said: str, diagram: str) -> str:
    return f"{table}\n\n{said}\n\n```mermaid\n{diagram}\n```"


def written(name: str) -> str:
    """What the page says between the markers of a section."""
    return _between(name).search(README.read_text())[1]  # type: ignore[index]


def drawn(section: str) -> frozenset[str]:
    """The drawing of a section without its figures and the order of nodes, which differ with the effort."""
    diagram = FENCED.search(section)[1]  # type: ignore[index]
    names = dict(NODE.findall(diagram))
    return frozenset(ID.sub(lambda found: names[found[0]], line) for line in diagram.splitlines())


def write(sections: dict[str, str]) -> None:
    """Put sections between their markers."""
    text = README.read_text()
    for name, section in sections.items():
        text = _between(name).sub(lambda _, s=section, n=name: _marked(n, s), text)  # type: ignore[misc]
    README.write_text(text)


def sections() -> dict[str, str]:
    """All of them, searched anew."""
    stories = {name: search(BookingWorld(name)) for name in STORIES[:-1]}
    return {
        "deals": deal_section({name: search(EscrowWorld(name)) for name in DEALS}),
        "bookings": booking_section(stories | {"lottery": search(LotteryWorld())}),
        "ratings": rating_section(search(RatingWorld())),
    }


def _marked(name: str, section: str) -> str:
    return f"<!-- exits: {name} -->\n\n{section}\n\n<!-- end of exits: {name} -->"


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- exits: {name} -->\n\n(.*?)\n\n<!-- end of exits: {name} -->", re.DOTALL)
