"""All that anybody may try with a deal: every external function, with a part, all, and more than all."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.compiling import typed_data
from contracts.escrow.deal import EVIDENCE, NATIVE
from contracts.exits.chain import GENESIS_S
from contracts.exits.escrow_terms import FEE_CAP
from contracts.exits.escrow_written import Left
from contracts.exits.search import ANYBODY, Act
from contracts.signing import EMPTY_AUTH
from effort import FULL
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

NEVER_S = GENESIS_S + 10**9


def choices(whole: int) -> dict[str, int]:
    """Small choices of an amount: name → amount."""
    found = {"part": whole // 2, "all": whole, "too much": whole + 1}
    return {"nothing": 0, **found} if FULL else found


class Agreement:
    """Signs splits as the payee, over the current word."""

    def __init__(self, payee: str, key: Any, contract: str, chain_id: int) -> None:
        self.payee, self.key = payee, key
        fields = typed_data("Escrow")["Split"]
        sample = {"escrow": bytes(32), "to_payee": 0, "word": 0, "deadline": 0}
        domain = {
            "name": "Allmende Escrow",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": contract,
        }
        self.domain = encode_typed_data(domain, {"Split": fields}, sample).header
        said = ",".join(f"{field['type']} {field['name']}" for field in fields)
        self.type_hash = keccak(text=f"Split({said})")

    def auth(self, escrow: bytes, to_payee: int, word: int) -> tuple[str, int, bytes]:
        """That the payee agrees."""
        said = (self.type_hash, escrow, to_payee, word, NEVER_S)
        body = keccak(encode(["bytes32", "bytes32", "uint256", "uint256", "uint256"], said))
        signed = Account.unsafe_sign_hash(keccak(b"\x19\x01" + self.domain + body), self.key)
        return self.payee, NEVER_S, bytes(signed.signature)


def acts_of_deal(world: Any, left: Left) -> Iterator[Act]:
    """Everything about the deal itself."""
    if left.done and not FULL:
        # one act of each party shows that nothing is left; refusals after the end have tests of their own
        yield world.act("payer", "release", world.core, EMPTY_AUTH)
        yield world.act("payee", "refund", world.core, EMPTY_AUTH)
        yield world.act(ANYBODY, "expire", world.core, world.rest)
        yield from _claims(world)
        return
    core, rest, nobody = world.core, world.rest, EMPTY_AUTH
    yield world.act("payer", "release", core, nobody)
    # the same part each time, so that there are few sums that can be left
    for name, amount in {**choices(left.price), "part": left.deal.price * 3 // 5}.items():
        if name != "all":
            yield world.act("payer", "release_part", core, amount, nobody, with_=name)
    yield world.act("payer", "cancel", core, rest, nobody)
    yield world.act("payer", "accept_claim", core, nobody)
    yield world.act("payer", "dispute", core, rest, EVIDENCE, nobody)
    yield world.act("payee", "finish", core, nobody)
    yield world.act("payee", "refund", core, nobody)
    for name, amount in choices(left.deal.deposit).items():
        yield world.act("payee", "claim_damage", core, rest, amount, EVIDENCE, nobody, with_=name)
    for name, amount in choices(left.held).items():
        yield world.act("both", "split", data=partial(_split, world, amount), with_=name)
    yield from _rulings(world, left)
    yield world.act(ANYBODY, "expire", core, rest)
    yield from _claims(world)
    if FULL:
        for name in ("release", "finish", "refund", "accept_claim"):
            yield world.act(ANYBODY, name, core, nobody)


def _rulings(world: Any, left: Left) -> Iterator[Act]:
    contested = left.price * left.price_disputed + left.claim
    for number, (name, _, cap) in enumerate(world.arbitrators):
        if number != left.rung and not FULL:
            # one try shows that it is not his turn
            yield world.act(name, "rule", world.core, world.rest, 0, 0, EVIDENCE, EMPTY_AUTH)
            continue
        for part, amount in {"nothing": 0, **choices(contested)}.items():
            for fee_name, fee in (
                ("", 0),
                ("and the fee", min(cap, contested - amount if amount <= contested else 0)),
            ):
                if fee_name and not fee:
                    continue
                said = f"{part} {fee_name}".strip()
                yield world.act(
                    name, "rule", world.core, world.rest, amount, fee, EVIDENCE, EMPTY_AUTH, with_=said
                )
        yield world.act(
            name, "rule", world.core, world.rest, 0, FEE_CAP + 1, EVIDENCE, EMPTY_AUTH, with_="fee too large"
        )


def _claims(world: Any) -> Iterator[Act]:
    for role in world.waiting():
        yield world.act(role, "claim", NATIVE, world.elsewhere, 0, EMPTY_AUTH)


def _split(world: Any, amount: int) -> bytes:
    auth = world.agreement.auth(world.id, amount, world.word())
    data: bytes = world.escrow.data("split", world.core, amount, EMPTY_AUTH, auth)
    return data


def acts_of_booking(world: Any) -> Iterator[Act]:
    """What becomes of the booking that a deal belongs to, and what follows from it."""
    request, contract = tuple(world.request.values()), world.bookings
    for by, name, values in (
        ("payer", "cancel", (request, EMPTY_AUTH)),
        ("payee", "confirm", (request, EMPTY_AUTH)),
        ("payee", "deny", (request, bytes(32), EMPTY_AUTH)),
    ):
        data = contract.data(name, *values)
        yield Act(by, f"{name} booking", world.roles[by], contract.address, data)
    yield world.act(ANYBODY, "unwind", world.core, contract.address, world.encoded_request)


def acts_of_court(world: Any) -> Iterator[Act]:
    """What a court and anybody who asks it may do."""
    adapter, court, stranger = world.adapter, world.court, world.roles[ANYBODY]
    take = adapter.data("take", world.escrow.address, world.core, world.rest, b"")
    yield Act(ANYBODY, "take to court", stranger, adapter.address, take)
    carry = adapter.data("carry_out", world.escrow.address, world.core, world.rest)
    yield Act(ANYBODY, "carry out", stranger, adapter.address, carry)
    for number in world.asked():
        for ruling, name in enumerate(("refuses", "for the payer", "for the payee")):
            data = court.data("give_ruling", number, ruling)
            yield Act("court", "rule", world.roles["court"], court.address, data, name)
