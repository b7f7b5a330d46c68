"""What a condition, a gathering or a signature adds to a transaction: each the difference of two receipts.

The two transactions of a pair do the same in the same state but for what the row names: quanta in a calendar
word that is used already, the same amount to the same member.
"""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from bench.gas_ground import (
    DAY,
    FIRST_COME,
    GATED,
    NO_AUTH,
    PRICE,
    SAYS_GRANT,
    T0,
    ZERO,
    Bench,
    announcement,
    request,
)
from bench.payment_cases import signed

ALWAYS_OPEN = 2**168 - 1
NOBODY = "0x" + "00" * 20
POLICY_AT = "0x" + "78" * 20
# of a whole transaction, and of the first call to an account in it (EIP-2929)
BASE_GAS, COLD_ACCOUNT_GAS = 21_000, 2_600
FIELDS = ("resource", "requester", "start", "quanta", "units", "gathering", "bundle", "salt")
# a bit of a nonce word that nobody used yet
NONCE = 2**201


def surcharge_cases(bench: Bench) -> None:
    """Gates, policies and gatherings of a booking, and signatures with a nonce and without one."""
    bench.at(T0 + 150 * DAY)
    booking_surcharges(bench)
    gasless_surcharges(bench)


def booking_surcharges(bench: Bench) -> None:
    """Of a first-come request in a used word of the calendar."""
    chain, name = bench.chains["payer"], "Bookings"
    chain.rpc.call("anvil_setCode", POLICY_AT, SAYS_GRANT)
    said = chain.wait(chain.submit({"to": POLICY_AT, "data": "0x", "value": "0x0"}, 100_000)).gas_used
    own = said - BASE_GAS + COLD_ACCOUNT_GAS

    def announced(*conditions: Any) -> bytes:
        terms = announcement(bench, FIRST_COME, more_terms=GATED if conditions else 0)
        arguments = (terms, conditions, NO_AUTH) if conditions else (terms, NO_AUTH)
        function = "announce_gated" if conditions else "announce"
        receipt = bench.send("owner", f"{name}.{function}", *arguments)
        return bytes(receipt.event(name, "ResourceAnnounced")["resource"])

    def wanted(resource: bytes, hour: int, gathering: bytes = ZERO) -> tuple[Any, ...]:
        asked = request(bench, resource, 24 * 140 + hour)
        return (*asked[:5], gathering, *asked[6:])

    plain = announced()
    bench.send("payer", f"{name}.request", wanted(plain, 0), NO_AUTH)
    without = bench.send("payer", f"{name}.request", wanted(plain, 10), NO_AUTH).gas_used
    gathered = bench.send("payer", f"{name}.request", wanted(plain, 20, keccak(b"gathering")), NO_AUTH)
    bench.add(f"{name}.request", "surcharge of a gathering", gathered.gas_used - without)
    asked = wanted(plain, 30)
    message = {"request": dict(zip(FIELDS, asked, strict=True))}
    auth = signed(bench, "payer", name, "Book", "typed_data.json", message)
    by_another = bench.send("stranger", f"{name}.request", asked, auth).gas_used
    bench.add(f"{name}.request", "surcharge of a signature, no nonce", by_another - without)

    for label, conditions, others in (
        ("a gate", (NOBODY, ZERO, 0, ALWAYS_OPEN, ZERO), 0),
        ("an external policy, beside the policy's own", (POLICY_AT, ZERO, 0, 0, ZERO), own),
    ):
        gated = announced(*conditions)
        bench.send("payer", f"{name}.request_with", wanted(gated, 0), conditions, b"", NO_AUTH)
        asked = wanted(gated, 10)
        receipt = bench.send("payer", f"{name}.request_with", asked, conditions, b"", NO_AUTH)
        surcharge = receipt.gas_used - without - others
        bench.add(f"{name}.request_with", f"surcharge of {label}", surcharge)


def gasless_surcharges(bench: Bench) -> None:
    """Of a direct payment, whose authorisation needs a nonce."""
    name, to, token = "Payments", bench.address("payee"), bench.contract("MockToken")
    terms = (to, token, PRICE, keccak(b"reference"))
    bench.send("payer", "MockToken.approve", bench.contract(name), 10**12)
    without = bench.send("payer", f"{name}.pay", *terms, 0, NO_AUTH).gas_used
    for nonce, label in ((NONCE, "fresh nonce word"), (NONCE + 1, "used nonce word")):
        fields = dict(zip(("payee", "token", "amount", "reference"), terms, strict=True))
        pay = fields | {"nonce": nonce}
        auth = signed(bench, "payer", name, "Pay", "typed_data.Payments.json", pay)
        receipt = bench.send("stranger", f"{name}.pay", *terms, nonce, auth)
        bench.add(f"{name}.pay", f"surcharge of a signature, {label}", receipt.gas_used - without)
