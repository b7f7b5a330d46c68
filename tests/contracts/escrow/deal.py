"""Deals as plain values: terms, packed schedule, hashes and the readable form for signing."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

HOUR_S = 3600
DAY_S = 86_400
NATIVE = "0x" + "00" * 20
NOTHING = b"\0" * 32
EVIDENCE = keccak(b"a photograph")
FUNDED, CLAIMED, DISPUTED, DONE = 1, 2, 3, 15
PRICE_CLOSED, DEPOSIT_CLOSED, PRICE_DISPUTED, HAS_ARBITRATOR = 1, 2, 4, 8
COMPLETED, REFUNDED, CLAIM_ACCEPTED, CLAIM_UNANSWERED, RULED, ARBITRATOR_SILENT = 1, 2, 3, 4, 5, 6
CANCELLED, SPLIT, UNWOUND = 7, 8, 9
REST_TYPE = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
CORE_TYPE = "(address,address,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"


@dataclass(frozen=True)
class Deal:
    """Terms of one escrow: amounts in the smallest unit, times in UTC seconds.

    `ladder` holds (arbitrator, window_s, fee_cap).
    """

    payer: str
    payee: str
    token: str
    deliver_by: int
    return_by: int
    price: int = 1_000
    deposit: int = 5_000
    object_s: int = 2 * DAY_S
    claim_s: int = 3 * DAY_S
    answer_s: int = 4 * DAY_S
    silent_payer_bps: int = 3_333
    silent_arbitrator_bps: int = 6_667
    service: int = 0xABCDEF
    spare: int = 0
    booking: bytes = keccak(b"a booking")
    milestones: tuple[tuple[int, int], ...] = ()
    cancellations: tuple[tuple[int, int], ...] = ()
    ladder: tuple[tuple[str, int, int], ...] = ()
    salt: bytes = keccak(b"salt")
    rest_hash: bytes | None = None

    def but(self, **changes: Any) -> "Deal":
        """The same deal with other values in some fields."""
        return replace(self, **changes)

    @property
    def schedule(self) -> int:
        """Packed from the lowest bit, as `IEscrow.Core` says."""
        fields = (
            (self.deliver_by, 40),
            (self.object_s, 32),
            (self.return_by, 40),
            (self.claim_s, 32),
            (self.answer_s, 32),
            (self.silent_payer_bps, 16),
            (self.silent_arbitrator_bps, 16),
            (self.service, 24),
            (self.spare, 24),
        )
        word, shift = 0, 0
        for value, bits in fields:
            assert value < 2**bits
            word |= value << shift
            shift += bits
        return word

    @property
    def rest(self) -> tuple[Any, Any, Any]:
        """The dynamic part, as the contract takes it."""
        return (list(self.milestones), list(self.cancellations), list(self.ladder))

    @cached_property
    def core(self) -> tuple[Any, ...]:
        """The nine words, as the contract takes them."""
        empty = not (self.milestones or self.cancellations or self.ladder)
        encoded = encode([REST_TYPE], [self.rest])
        rest = self.rest_hash if self.rest_hash is not None else NOTHING if empty else keccak(encoded)
        return (
            self.payer,
            self.payee,
            self.token,
            self.price,
            self.deposit,
            self.schedule,
            self.booking,
            rest,
            self.salt,
        )

    @cached_property
    def terms(self) -> bytes:
        """The canonical encoding, 288 bytes, as the reputation ledger passes it on."""
        return encode([CORE_TYPE], [self.core])

    @property
    def total(self) -> int:
        """What the payer funds."""
        return self.price + self.deposit

    @property
    def object_by(self) -> int:
        """From here on the price is due to the payee."""
        return self.deliver_by + self.object_s

    @property
    def claim_by(self) -> int:
        """From here on an unclaimed deposit is due to the payer."""
        return self.return_by + self.claim_s

    @property
    def window_s(self) -> int:
        """The arbitrator's time."""
        return self.ladder[0][1]

    def id_at(self, chain_id: int, contract: str) -> bytes:
        """The escrow's id on a chain and contract."""
        return keccak(encode(["uint256", "address"], [chain_id, contract]) + self.terms)

    def readable(self, deadline: int) -> dict[str, Any]:
        """The message of the typed data `Open`."""
        return {
            "payer": self.payer,
            "payee": self.payee,
            "token": self.token,
            "price": self.price,
            "deposit": self.deposit,
            "deliver_by": self.deliver_by,
            "object_s": self.object_s,
            "return_by": self.return_by,
            "claim_s": self.claim_s,
            "answer_s": self.answer_s,
            "silent_payer_bps": self.silent_payer_bps,
            "silent_arbitrator_bps": self.silent_arbitrator_bps,
            "service": self.service,
            "booking": self.booking,
            "milestones": [{"amount": a, "due": d} for a, d in self.milestones],
            "cancellations": [{"before_s": b, "refund_bps": r} for b, r in self.cancellations],
            "ladder": [{"arbitrator": a, "window_s": w, "fee_cap": f} for a, w, f in self.ladder],
            "salt": self.salt,
            "deadline": deadline,
        }


@dataclass(frozen=True)
class Live:
    """A live word taken apart."""

    state: int
    rung: int
    flags: int
    outcome: int
    since: int
    paid: int
    claim: int
    kept: int


def live_of(word: int) -> Live:
    """Live: state 4 | rung 4 | flags 8 | outcome so far 8 | since 40 | paid 96 | claim 96.

    Once the deposit is closed, what was kept of it stands in the place of the claim.
    """
    claim, closed = word >> 160, bool(word >> 8 & DEPOSIT_CLOSED)
    return Live(
        state=word & 15,
        rung=(word >> 4) & 15,
        flags=(word >> 8) & 255,
        outcome=(word >> 16) & 255,
        since=(word >> 24) & (2**40 - 1),
        paid=(word >> 64) & (2**96 - 1),
        claim=0 if closed else claim,
        kept=claim if closed else 0,
    )


@dataclass(frozen=True)
class Receipt:
    """A done word taken apart."""

    outcome: int
    attended: bool
    paid: int
    done_at: int


def receipt_of(word: int) -> Receipt:
    """Done: state 4 | outcome 7 | attended 1 | paid 96 | done_at 40."""
    assert word & 15 == DONE
    return Receipt(
        outcome=(word >> 4) & 127,
        attended=bool(word >> 11 & 1),
        paid=(word >> 12) & (2**96 - 1),
        done_at=word >> 108,
    )
