"""Fills the demo: money for everybody, the library on chain, and one request that waits for Lena."""

from __future__ import annotations

import hashlib
from typing import Any

from backend.kit.canonical_json import canonical_json
from scripts._accounts import PERSONAS
from scripts._api_client import ApiClient
from scripts._chain_client import bookings, token
from scripts._chain_client.chain import Chain
from scripts._demo.library import MONEY_EACH, PROJECTOR, THINGS, TIME_ZONE, Thing
from scripts._demo.running import Running, Told
from scripts._places import cell_of
from scripts._quantities import parse_moment


def seed(demo: Running, told: Told) -> dict[str, str]:
    """Fill the demo; what is there already stays. Title → resource id (hex)."""
    chains = {persona.name: demo.chain(persona.name) for persona in PERSONAS}
    chain = chains["lena"]
    money = chain.address("MockToken")
    symbol, decimals = token.unit(chain, money)
    ids = {thing.title: _announced(chains[thing.owner], thing, symbol, decimals)[0] for thing in THINGS}
    fresh = not any(bookings.are_announced(chain, list(ids.values())))
    if fresh:
        for persona in PERSONAS:
            token.mint(chains[persona.name], money, persona.address, MONEY_EACH * 10**decimals)
        names = ", ".join(persona.name.capitalize() for persona in PERSONAS)
        told(f"{MONEY_EACH} {symbol} for each of {names}")
        block = 0
        for owner in sorted({thing.owner for thing in THINGS}):
            block = _announce_all(demo.api, chains[owner], owner, symbol, decimals)
        told(f"{len(THINGS)} things announced: drills, saws, a projector, cargo bikes …")
        waiting = bookings.Request(
            resource=ids[PROJECTOR],
            requester=chains["sofia"].me,
            start_s=parse_moment("fri 18:00", chain.now_s() + 86_400, TIME_ZONE),
            quanta=8,
            salt=hashlib.sha256(b"demo").digest(),
        )
        _, receipt = bookings.book(chains["sofia"], waiting)
        demo.api.wait_for_block(max(block, receipt.block))
        told("Sofia asks Lena for the projector on Friday")
    else:
        told("the library is as it was kept")
    return {title: "0x" + resource.hex() for title, resource in ids.items()}


def document(thing: Thing, symbol: str, decimals: int) -> dict[str, Any]:
    """The description document of a thing. Its salt follows from the title: the demo hides nothing."""
    unit = 10**decimals
    return {
        "v": 1,
        "title": thing.title,
        "text": thing.text,
        "service": thing.service,
        "cell": cell_of(thing.lat, thing.lng),
        "max_distance_m": thing.max_distance_m,
        "price": {"amount": thing.price * unit, "currency": symbol, "per": thing.per},
        "deposit": thing.deposit * unit,
        "criteria": dict(thing.criteria),
        "tz": TIME_ZONE,
        "salt": hashlib.sha256(thing.title.encode()).hexdigest()[:32],
    }


def _announced(chain: Chain, thing: Thing, symbol: str, decimals: int) -> tuple[bytes, bookings.Announcement]:
    """Id and announcement of a thing, the same in every run on the same contracts."""
    terms = bookings.ResourceTerms(
        service=bookings.service_id(thing.service),
        quantum_s=thing.quantum_s,
        rule=bookings.RULES[thing.rule],
        max_quanta=thing.longest_s // thing.quantum_s,
    )
    digest = hashlib.sha256(canonical_json(document(thing, symbol, decimals))).digest()
    announcement = bookings.Announcement(terms.word(), digest, hashlib.sha256(thing.title.encode()).digest())
    return bookings.resource_id(chain, chain.me, announcement), announcement


def _announce_all(api: ApiClient, chain: Chain, owner: str, symbol: str, decimals: int) -> int:
    """Store and announce what one persona lends; the block."""
    things = [thing for thing in THINGS if thing.owner == owner]
    api.sign_in(chain.me, chain.sign_text)
    api.put_descriptions([document(thing, symbol, decimals) for thing in things])
    receipt = bookings.announce_many(
        chain, [_announced(chain, thing, symbol, decimals)[1] for thing in things]
    )
    return receipt.block
