"""Steps of a deal on a running demo, each as one call of whoever takes it: for tests and pictures.

Nothing here is told or checked, as a story would; every function returns when the API has read the block.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from scripts._accounts import PERSONAS
from scripts._chain_client import bookings, escrow, token
from scripts._chain_client.chain import Receipt
from scripts._demo.running import Running

ADDRESS = {persona.name: persona.address for persona in PERSONAS}
NAME = {address: name for name, address in ADDRESS.items()}
DAY_S = 86_400
ARBITRATOR = "paula"
WINDOW_S = 14 * DAY_S
FEE_CAP = 20  # the arbitrator gets at most a twentieth of what is in dispute


@dataclass(frozen=True)
class Deal:
    """A funded deal: its id (hex) and the terms that every act presents again."""

    id: str
    core: escrow.Core
    rest: escrow.Rest


def ask(up: Running, requester: str, resource: str, start_s: int, hours: int) -> str:
    """A persona asks for a thing (id, hex) from `start_s` on; the request's id (hex)."""
    quantum_s = int(up.api.resource(resource).data["quantum_s"])
    quanta, salt = hours * 3_600 // quantum_s, secrets.token_bytes(32)
    asked = bookings.Request(bytes.fromhex(resource[2:]), ADDRESS[requester], start_s, quanta, salt)
    booked, receipt = bookings.book(up.chain(requester), asked)
    _settle(up, receipt)
    return "0x" + booked.hex()


def confirm(up: Running, request: str) -> None:
    """The owner says yes."""
    owner, asked = _owner_and_request(up, request)
    _settle(up, bookings.confirm(up.chain(owner), asked))


def deny(up: Running, request: str) -> None:
    """The owner says no."""
    owner, asked = _owner_and_request(up, request)
    _settle(up, bookings.deny(up.chain(owner), asked))


def fund(up: Running, request: str) -> Deal:
    """Who asked pays price and deposit of a granted request into escrow; the price is that of one unit."""
    owner, asked = _owner_and_request(up, request)
    line = up.api.resource("0x" + asked.resource.hex()).data
    described, quantum_s = line["description"], int(line["quantum_s"])
    end_s = asked.start_s + asked.quanta * quantum_s
    price, deposit = int(described["price"]["amount"]), int(described["deposit"])
    chain = up.chain(NAME[asked.requester])
    rest = escrow.Rest(ladder=((ADDRESS[ARBITRATOR], WINDOW_S, (price + deposit) // FEE_CAP),))
    service = bookings.service_id(described["service"])
    core = escrow.Core(
        payer=asked.requester,
        payee=ADDRESS[owner],
        token=chain.address("MockToken"),
        price=price,
        deposit=deposit,
        schedule=escrow.Schedule(asked.start_s, end_s, service=service).word(),
        booking=bytes.fromhex(request[2:]),
        rest=rest.digest(),
        salt=secrets.token_bytes(32),
    )
    token.approve(chain, core.token, chain.address("Escrow"), price + deposit)
    opened, receipt = escrow.fund(chain, core, rest)
    _settle(up, receipt)
    return Deal("0x" + opened.hex(), core, rest)


def claim_damage(up: Running, deal: Deal, amount: int) -> None:
    """The owner claims a part of the deposit (smallest units)."""
    chain = up.chain(NAME[deal.core.payee])
    _settle(up, escrow.claim_damage(chain, deal.core, deal.rest, amount, _evidence()))


def dispute(up: Running, deal: Deal) -> None:
    """Who pays calls the arbitrator."""
    _settle(up, escrow.dispute(up.chain(NAME[deal.core.payer]), deal.core, deal.rest, _evidence()))


def finish_and_release(up: Running, deal: Deal) -> None:
    """The thing is back and the price released: the deal is closed."""
    escrow.finish(up.chain(NAME[deal.core.payee]), deal.core)
    _settle(up, escrow.release(up.chain(NAME[deal.core.payer]), deal.core))


def move_to(up: Running, time_s: int) -> None:
    """Move chain time forward to a moment (UTC seconds)."""
    up.anvil.advance(max(1, time_s - up.chain(ARBITRATOR).now_s()))
    up.api.wait_for_block(int(up.anvil.rpc("eth_blockNumber"), 16))


def _owner_and_request(up: Running, request: str) -> tuple[str, bookings.Request]:
    """Name of the owner, and the values of a request."""
    chain = up.chain(ARBITRATOR)
    asked = bookings.find_request(chain, bytes.fromhex(request[2:]))
    owner, _ = bookings.find_resource(chain, asked.resource)
    return NAME[owner], asked


def _evidence() -> bytes:
    return hashlib.sha256(secrets.token_bytes(16)).digest()


def _settle(up: Running, receipt: Receipt) -> None:
    up.api.wait_for_block(receipt.block)
