"""`Escrow` as Python: a price leg and a deposit leg. Amounts in the smallest unit of the token, times UTC
seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.kit.hexadecimal import to_address
from scripts._chain_client.chain import NO_AUTH, SIGNED_FOR_S, ZERO_ADDRESS, ZERO_HASH, Chain, Receipt
from scripts._chain_client.rpc import refused
from scripts._errors import CommandError

CORE = "(address,address,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
DAY_S = 86_400
WHOLE_BPS = 10_000
SCHEDULE_BITS = (40, 32, 40, 32, 32, 16, 16, 24)
# What the live and the done word say, lowest bits first
STATES = {1: "funded", 2: "claimed", 3: "disputed", 15: "closed"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each leg closes by itself.

    Args:
        deliver_by_s: The price can be objected to until `object_s` after this, then it is the payee's.
        return_by_s: Damage can be claimed until `claim_s` after this, then the deposit goes back.
        answer_s: How long the payer has to answer a claim; silence costs `silent_payer_bps` of the claim.
        silent_arbitrator_bps: Share of a disputed price that the payee gets when the arbitrator stays silent.
        service: 24-bit number of the service, for the rating.
    """

    deliver_by_s: int
    return_by_s: int
    object_s: int = 7 * DAY_S
    claim_s: int = 7 * DAY_S
    answer_s: int = 3 * DAY_S
    silent_payer_bps: int = 10_000
    silent_arbitrator_bps: int = 5_000
    service: int = 0

    def word(self) -> int:
        """The packed schedule.

        Raises:
            CommandError: "cli: impossible schedule".
        """
        values = (
            self.deliver_by_s,
            self.object_s,
            self.return_by_s,
            self.claim_s,
            self.answer_s,
            self.silent_payer_bps,
            self.silent_arbitrator_bps,
            self.service,
        )
        word = shift = 0
        for value, bits in zip(values, SCHEDULE_BITS, strict=True):
            if not 0 <= value < 1 << bits:
                raise CommandError(
                    "cli: impossible schedule",
                    f"{value} does not fit into {bits} bits.",
                    "Check times and shares.",
                )
            word |= value << shift
            shift += bits
        return word


@dataclass(frozen=True, slots=True)
class Rest:
    """The rarely needed lists: milestones, cancellations, ladder of arbitrators `(address, window_s,
    fee_cap)`."""

    ladder: tuple[tuple[str, int, int], ...] = ()
    milestones: tuple[tuple[int, int], ...] = ()
    cancellations: tuple[tuple[int, int], ...] = ()

    def values(self) -> tuple[Any, Any, Any]:
        """As the ABI wants them."""
        return self.milestones, self.cancellations, self.ladder

    def digest(self) -> bytes:
        """keccak256 of the ABI encoding, or zero where every list is empty."""
        if not (self.ladder or self.milestones or self.cancellations):
            return ZERO_HASH
        return keccak(encode([REST], [self.values()]))


@dataclass(frozen=True, slots=True)
class Core:
    """The terms of a deal. Addresses are hex; `token` zero means the chain's coin."""

    payer: str
    payee: str
    token: str
    price: int
    deposit: int
    schedule: int
    booking: bytes
    rest: bytes
    salt: bytes

    def values(self) -> tuple[Any, ...]:
        """As the ABI wants them."""
        return (
            self.payer,
            self.payee,
            self.token,
            self.price,
            self.deposit,
            self.schedule,
            self.booking,
            self.rest,
            self.salt,
        )

    def terms(self) -> bytes:
        """The ABI encoding, which the ledger passes on."""
        return encode([CORE], [self.values()])


def escrow_id(chain: Chain, core: Core) -> bytes:
    """keccak256(abi_encode(chain id, contract, core)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Escrow"), core.values()]
    return keccak(encode(["uint256", "address", CORE], values))


def find(chain: Chain, escrow: bytes) -> tuple[Core, Rest]:
    """The terms of a deal from its log, checked by its id.

    Raises:
        CommandError: "escrow: unknown".
    """
    found = chain.logs("Escrow", "EscrowFunded", [escrow])
    if not found:
        raise refused("escrow: unknown")
    payer, payee, token, *others = found[0]["core"]
    core = Core(_checksummed(payer), _checksummed(payee), _checksummed(token), *others)
    milestones, cancellations, rungs = found[0]["rest"]
    ladder = tuple((_checksummed(arbitrator), window_s, fee_cap) for arbitrator, window_s, fee_cap in rungs)
    if escrow_id(chain, core) != escrow:
        raise CommandError(
            "cli: forged log", "The node's log does not hash to this deal.", "Use another --rpc."
        )
    return core, Rest(ladder=ladder, milestones=milestones, cancellations=cancellations)


def fund(chain: Chain, core: Core, rest: Rest) -> tuple[bytes, Receipt]:
    """Pay price and deposit in, as the payer; the id. A token must have been approved before."""
    value = core.price + core.deposit if core.token == ZERO_ADDRESS else 0
    receipt = chain.send("Escrow", "open", core.values(), rest.values(), NO_AUTH, value=value)
    return receipt.event("Escrow", "EscrowFunded")["escrow"], receipt


def release(chain: Chain, core: Core) -> Receipt:
    """The price, or what is left of it, goes to the payee, as the payer."""
    return chain.send("Escrow", "release", core.values(), NO_AUTH)


def release_part(chain: Chain, core: Core, amount: int) -> Receipt:
    """A part of the price goes to the payee, as the payer; the last part closes the leg."""
    return chain.send("Escrow", "release_part", core.values(), amount, NO_AUTH)


def held(chain: Chain, core: Core) -> tuple[int, int]:
    """What is still held of the price and of the deposit of an open deal, by its word on the chain.

    Raises:
        CommandError: "escrow: unknown" or "escrow: closed".
    """
    word = chain.read("Escrow", "word", escrow_id(chain, core))
    if word & 15 in (0, 15):
        raise refused("escrow: closed" if word else "escrow: unknown")
    paid, upper = word >> 64 & (1 << 96) - 1, word >> 160
    price_closed, deposit_closed = word >> 8 & 1, word >> 9 & 1
    released = paid - (upper if deposit_closed else 0)
    return 0 if price_closed else core.price - released, 0 if deposit_closed else core.deposit


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What goes to each side if the payer cancels up to `until_s`."""

    refund_bps: int
    to_payer: int
    to_payee: int
    until_s: int


def cancelling(chain: Chain, core: Core, rest: Rest) -> Cancelling:
    """What the agreed schedule gives now; milestones that are due already are the payee's.

    Raises:
        CommandError: "escrow: too late to cancel", "escrow: unknown" or "escrow: closed".
    """
    now_s, (price, deposit) = chain.now_s(), held(chain, core)
    deliver_by_s, object_s = core.schedule & (1 << 40) - 1, core.schedule >> 40 & (1 << 32) - 1
    later = core.price - sum(amount for amount, due_s in rest.milestones if now_s >= due_s + object_s)
    left = min(price, later)
    for before_s, refund_bps in rest.cancellations:
        if now_s < deliver_by_s and now_s + before_s <= deliver_by_s:
            back = left * refund_bps // WHOLE_BPS
            return Cancelling(refund_bps, back + deposit, price - back, deliver_by_s - before_s)
    raise refused("escrow: too late to cancel")


def cancel(chain: Chain, core: Core, rest: Rest, until_s: int) -> Receipt:
    """Step back by the agreed schedule, as the payer: the share that holds now and the deposit come back.

    It is signed up to `until_s` even where the account sends it itself, so a block that comes too late
    refuses it instead of giving less back.
    """
    values = (core.values(), rest.values(), NO_AUTH)
    auth = chain.sign_act("Escrow", "cancel", values, min(SIGNED_FOR_S, until_s + 1 - chain.now_s()))
    return chain.send("Escrow", "cancel", *values[:2], auth)


def split_agreement(chain: Chain, core: Core, to_payee: int, for_s: int) -> tuple[str, int, bytes]:
    """The account's authorisation of a split, for the other side to submit; worthless once the deal moves on.

    Raises:
        CommandError: "cli: who acts".
    """
    return chain.sign_act("Escrow", "split", (core.values(), to_payee, NO_AUTH, NO_AUTH), for_s)


def split(
    chain: Chain,
    core: Core,
    to_payee: int,
    by_payer: tuple[str, int, bytes] = NO_AUTH,
    by_payee: tuple[str, int, bytes] = NO_AUTH,
) -> Receipt:
    """Divide everything that is held, as both sides: one calls and needs no authorisation, the other's is
    given."""
    return chain.send("Escrow", "split", core.values(), to_payee, by_payer, by_payee)


def unwind(chain: Chain, core: Core, bookings: str, request: bytes) -> Receipt:
    """Everything goes back to the payer, as anybody, because the booking never came about; `request` is the
    ABI encoding of the request, `bookings` its contract."""
    return chain.send("Escrow", "unwind", core.values(), bookings, request)


def finish(chain: Chain, core: Core) -> Receipt:
    """The thing is back: the deposit goes to the payer, as the payee. Withdraws a claim."""
    return chain.send("Escrow", "finish", core.values(), NO_AUTH)


def refund(chain: Chain, core: Core) -> Receipt:
    """All that is held goes to the payer, as the payee."""
    return chain.send("Escrow", "refund", core.values(), NO_AUTH)


def claim_damage(chain: Chain, core: Core, rest: Rest, amount: int, evidence: bytes) -> Receipt:
    """Claim a part of the deposit, as the payee; `evidence` is the digest of a document."""
    return chain.send("Escrow", "claim_damage", core.values(), rest.values(), amount, evidence, NO_AUTH)


def accept_claim(chain: Chain, core: Core) -> Receipt:
    """Accept the claim, as the payer: it goes to the payee, the rest of the deposit back."""
    return chain.send("Escrow", "accept_claim", core.values(), NO_AUTH)


def dispute(chain: Chain, core: Core, rest: Rest, evidence: bytes) -> Receipt:
    """Call the arbitrator, as the payer."""
    return chain.send("Escrow", "dispute", core.values(), rest.values(), evidence, NO_AUTH)


def rule(chain: Chain, core: Core, rest: Rest, to_payee: int, fee: int, reasons: bytes) -> Receipt:
    """Split what is in dispute, as the arbitrator."""
    return chain.send("Escrow", "rule", core.values(), rest.values(), to_payee, fee, reasons, NO_AUTH)


def expire(chain: Chain, core: Core, rest: Rest) -> Receipt:
    """Close what its time has closed, as anybody."""
    return chain.send("Escrow", "expire", core.values(), rest.values())


def claimable(chain: Chain, member: str, token: str) -> int:
    """What could not be paid out to a member and waits for `claim`."""
    return int(chain.read("Escrow", "claimable", member, token))


def claim(chain: Chain, token: str, to: str) -> Receipt:
    """Withdraw all that waits for the account in a token; it goes to `to`."""
    return chain.send("Escrow", "claim", token, to, 0, NO_AUTH)


def state(chain: Chain, escrow: bytes) -> str:
    """Word for the state of a deal, from the chain."""
    return STATES.get(chain.read("Escrow", "word", escrow) & 15, "unknown")


def _checksummed(address: str) -> str:
    return to_address(bytes.fromhex(address[2:]))
