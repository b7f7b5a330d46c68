"""Typed events as the raw logs a node would give, and random valid histories of them."""

import random
from collections.abc import Iterator
from dataclasses import astuple, is_dataclass, replace
from typing import Any

from eth_abi.abi import encode

from indexer.chain.decoder import ChainEvent
from indexer.chain.deployment import Deployment
from indexer.chain.generated import booking, escrow, payments, reputation
from indexer.chain.rpc import Header, Log

DEPLOYMENT = Deployment(
    31_907,
    1,
    ledger=b"\x0a" * 20,
    bookings=b"\x0b" * 20,
    escrow=b"\x0c" * 20,
    others={"Payments": b"\x0d" * 20},
)
PEOPLE = [bytes([i]) * 20 for i in range(1, 5)]
ADDRESS_OF = {
    "booking": DEPLOYMENT.bookings,
    "escrow": DEPLOYMENT.escrow,
    "payments": DEPLOYMENT.others["Payments"],
    "reputation": DEPLOYMENT.ledger,
}


def header_of(number: int) -> Header:
    """Block `number` of a made-up chain, ten minutes after the one before."""
    parent = max(number - 1, 0).to_bytes(32, "big")
    return Header(number, number.to_bytes(32, "big"), parent, 1_700_000_000 + 600 * number, 0)


def log_of(event: ChainEvent, block: int, index: int) -> Log:
    """The log that holds `event`."""
    values = [getattr(event, item.name) for item in event.INPUTS]
    abi = [astuple(value) if is_dataclass(value) else value for value in values]  # type: ignore[arg-type]
    topics = [event.TOPIC]
    types, plain = [], []
    for item, value in zip(event.INPUTS, abi, strict=True):
        if item.indexed:
            topics.append(encode([item.type], [value]))
        else:
            types.append(item.type)
            plain.append(value)
    address = ADDRESS_OF[type(event).__module__.rsplit(".", 1)[1]]
    header = header_of(block)
    return Log(block, index, header.hash, bytes(32), address, tuple(topics), encode(types, plain))


class History:
    """Events in an order the contracts could emit them, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a repeatable history, no secret
        self._resources: list[bytes] = []
        self._requests: list[bytes] = []
        self._escrows: dict[bytes, int] = {}  # how many rungs the ladder of each has
        self._sealed: list[reputation.RatingCommitted] = []
        self._counted: dict[tuple[bytes, int], reputation.RatingRevealed] = {}
        self._rated: set[tuple[bytes, int]] = set()  # a side seals once

    def block(self) -> list[ChainEvent]:
        """The events of the next block."""
        return [event for _ in range(self._random.randrange(0, 5)) for event in self._step()]

    def _step(self) -> Iterator[ChainEvent]:
        draw, person, word = self._random, self._random.choice(PEOPLE), self._random.randbytes(32)
        match draw.randrange(11):
            case 0:
                terms = draw.randrange(5) << 160 | 1 << 168 | draw.randrange(3) << 232
                self._resources.append(word)
                yield booking.ResourceAnnounced(word, person, person, terms, word, word)
                if draw.random() < 0.3:
                    quota, opening = draw.randrange(2**32), draw.randrange(2**168)
                    policy = draw.choice([person, bytes(20)])
                    yield booking.ResourceGated(
                        word, policy, word, quota, opening, draw.choice([word, bytes(32)])
                    )
                if draw.random() < 0.3:
                    yield booking.ResourceStateChanged(word, person, draw.randrange(1, 4))
            case 1 if self._resources:
                self._requests.append(word)
                yield booking.BookingRequested(
                    request=word,
                    resource=draw.choice(self._resources),
                    requester=person,
                    actor=person,
                    start=draw.randrange(2**40),
                    quanta=draw.randrange(1, 9),
                    units=1,
                    gathering=bytes(32),
                    bundle=bytes(32),
                    salt=word,
                    expires_at=draw.choice([0, draw.randrange(2**40)]),
                )
            case 2 if self._requests:
                request = draw.choice(self._requests)
                yield draw.choice(
                    [
                        booking.BookingGranted(request, word, person),
                        booking.BookingDenied(request, word, person, word),
                        booking.BookingCancelled(request, word, person),
                        booking.SeriesReturned(request, person, draw.randrange(1, 2**12)),
                        booking.BookingReturned(request, word, person, draw.randrange(2**40)),
                    ]
                )
            case 3:
                payer, payee, token = draw.sample(PEOPLE, 3)
                price, deposit = draw.randrange(2**96), draw.randrange(2**95)
                rungs = draw.randrange(3)
                ladder = tuple(escrow.Rung(person, 3600 + rung, 5) for rung in range(rungs))
                self._escrows[word] = rungs
                core = escrow.Core(
                    payer, payee, token, price, deposit, draw.randrange(2**232), word, word, word
                )
                yield escrow.EscrowFunded(word, payer, payee, payer, core, escrow.Rest((), (), ladder))
            case 4 if self._escrows:
                yield self._move(draw.choice(list(self._escrows)), person, word)
            case 5:
                yield escrow.PayoutDeferred(word, person, PEOPLE[0], draw.randrange(2**200))
                yield escrow.ClaimableWithdrawn(person, PEOPLE[0], person, person, 0)
            case 6:
                event = reputation.RatingCommitted(
                    source=DEPLOYMENT.escrow,
                    deal=draw.choice(list(self._escrows) or [word]),
                    actor=person,
                    subject=draw.choice(PEOPLE),
                    side=draw.randrange(2),
                    service=draw.randrange(3),
                    amount=draw.randrange(2**96),
                    commitment=word,
                )
                if (event.deal, event.side) not in self._rated:
                    self._rated.add((event.deal, event.side))
                    self._sealed.append(event)
                    yield event
            case 7 if self._sealed:
                said = draw.choice(self._sealed)
                counted = self._opening(said, person, word)
                self._counted[said.deal, said.side] = counted
                yield counted
            case 8:
                fresh = reputation.RatingCommitted(
                    DEPLOYMENT.escrow, word, person, draw.choice(PEOPLE), 0, draw.randrange(3), 7, bytes(32)
                )
                other = replace(fresh, actor=fresh.subject, subject=person, side=1)
                for said in (fresh, other):
                    counted = self._opening(said, person, word)
                    self._counted[said.deal, said.side] = counted
                    yield counted
            case 9 if self._counted:
                said = self._counted.pop(draw.choice(list(self._counted)))
                place = (said.source, said.deal)
                yield reputation.RatingResponded(*place, said.subject, said.side, word)
                yield reputation.RatingRetracted(
                    *place, said.subject, said.rater, said.side, said.service, said.score, said.weight
                )
            case 10:
                payer, payee, token = draw.sample(PEOPLE, 3)
                amount = draw.randrange(2**200)
                yield payments.Paid(payer, payee, word, token, amount, payer)
                yield payments.Paid(payer, payee, word, token, amount, payer)
                source = draw.choice([DEPLOYMENT.escrow, person])
                yield payments.RefundedAfter(word, payee, payer, source, token, amount, payee)
                yield payments.NonceCancelled(person, amount)

    def _opening(
        self, said: reputation.RatingCommitted, person: bytes, word: bytes
    ) -> reputation.RatingRevealed:
        return reputation.RatingRevealed(
            source=said.source,
            deal=said.deal,
            subject=said.subject,
            actor=person,
            rater=said.actor,
            side=said.side,
            service=said.service,
            amount=said.amount,
            score=self._random.randrange(1, 6),
            evidence=word,
            weight=2**40 // self._random.randrange(1, 9),
        )

    def _move(self, deal: bytes, person: bytes, word: bytes) -> ChainEvent:
        amount: Any = self._random.randrange(2**96)
        moves: list[ChainEvent] = [
            escrow.PricePaid(deal, person, amount, amount),
            escrow.DepositReturned(deal, person, amount, amount),
            escrow.DamageClaimed(deal, person, amount, word, 2**39),
            escrow.PriceReleased(deal, person, amount, amount),
            escrow.EscrowClosed(deal, person, 5, amount),
        ]
        if rungs := self._escrows[deal]:
            moves += [
                escrow.DisputeOpened(deal, person, person, amount, amount, word, 2**39),
                escrow.DisputeEscalated(deal, person, person, self._random.randrange(rungs), 2**39),
                escrow.DisputeRuled(deal, person, amount, amount, 1, word),
            ]
        return self._random.choice(moves)
