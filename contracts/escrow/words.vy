# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title The one storage word of an escrow, live and done
@license AGPL-3.0-only
@notice Live: state 4 | rung 4 | flags 16 | since 40 | paid 96 | claim 96. Done: state 4 | outcome 7 | attended 1 | paid 96 |
        done_at 40. All from the lowest bit. The high byte of `flags` is the outcome so far, kept for the receipt.
"""


FUNDED: constant(uint256) = 1
CLAIMED: constant(uint256) = 2
DISPUTED: constant(uint256) = 3
DONE: constant(uint256) = 15

PRICE_CLOSED: constant(uint256) = 1
DEPOSIT_CLOSED: constant(uint256) = 2
PRICE_DISPUTED: constant(uint256) = 4
HAS_ARBITRATOR: constant(uint256) = 8
# the payee has acted, so he knows of the deal
ATTENDED: constant(uint256) = 16

# where a done word keeps `ATTENDED`
DONE_ATTENDED: constant(uint256) = 2048

# both legs were closed by the parties, or by time without a claim
COMPLETED: constant(uint256) = 1
# the payee gave everything back
REFUNDED: constant(uint256) = 2
CLAIM_ACCEPTED: constant(uint256) = 3
CLAIM_UNANSWERED: constant(uint256) = 4
RULED: constant(uint256) = 5
ARBITRATOR_SILENT: constant(uint256) = 6


# A live word taken apart, and what the current transaction has to pay out.
# `outcome`  the last contested outcome, or zero
# `to_payer` and `to_payee` are never stored
struct Live:
    state: uint256
    flags: uint256
    outcome: uint256
    since: uint256
    paid: uint256
    claim: uint256
    to_payer: uint256
    to_payee: uint256


@internal
@pure
def _unpack(word: uint256) -> Live:
    return Live(
        state=word & 15,
        flags=(word >> 8) & 255,
        outcome=(word >> 16) & 255,
        since=(word >> 24) & (2**40 - 1),
        paid=(word >> 64) & (2**96 - 1),
        claim=word >> 160,
        to_payer=0,
        to_payee=0,
    )


@internal
@pure
def _pack(live: Live) -> uint256:
    return (
        live.state
        | (live.flags << 8)
        | (live.outcome << 16)
        | (live.since << 24)
        | (live.paid << 64)
        | (live.claim << 160)
    )


@internal
@pure
def _pack_done(outcome: uint256, attended: uint256, paid: uint256, done_at: uint256) -> uint256:
    return DONE | (outcome << 4) | (attended << 7) | (paid << 12) | (done_at << 108)


@internal
@pure
def _done_paid(word: uint256) -> uint256:
    return (word >> 12) & (2**96 - 1)


@internal
@pure
def _done_at(word: uint256) -> uint256:
    return word >> 108
