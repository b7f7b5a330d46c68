# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title The one storage word of an escrow, live and done
@license AGPL-3.0-only
@notice Live: state 4 | rung 4 | flags 16 | since 40 | paid 96 | claim 96. Done: state 4 | outcome 7 | attended 1 | paid 96 |
        done_at 40. All from the lowest bit. The high byte of `flags` is the outcome so far, kept for the receipt. Once the
        deposit is closed, `claim` holds what the payee kept of it: so `paid` without it is what was released of the price.
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
# the payer cancelled by the agreed schedule
CANCELLED: constant(uint256) = 7
# both parties agreed how to divide what was held
SPLIT: constant(uint256) = 8
# the booking that the deal belongs to never came about
UNWOUND: constant(uint256) = 9


# A live word taken apart, with what follows from the terms and what the current transaction does.
# `outcome`  the last contested outcome, or zero
# `price`, `deposit`  what is still held of each leg; never stored
# `kept`     what the payee kept of a closed deposit
# `escrow`, `actor` (who acts now), `to_payer` and `to_payee` (what is to be paid out now) are never stored
struct Live:
    escrow: bytes32
    actor: address
    state: uint256
    rung: uint256
    flags: uint256
    outcome: uint256
    since: uint256
    paid: uint256
    claim: uint256
    kept: uint256
    price: uint256
    deposit: uint256
    to_payer: uint256
    to_payee: uint256


@internal
@pure
def _pack_funded(flags: uint256, since: uint256) -> uint256:
    return FUNDED | (flags << 8) | (since << 24)


@internal
@pure
def _pack(live: Live) -> uint256:
    # of `claim` and `kept` one is zero
    return (
        live.state
        | (live.rung << 4)
        | (live.flags << 8)
        | (live.outcome << 16)
        | (live.since << 24)
        | (live.paid << 64)
        | ((live.claim | live.kept) << 160)
    )


@internal
@pure
def _since(word: uint256) -> uint256:
    return (word >> 24) & (2**40 - 1)


@internal
@pure
def _in_dispute(word: uint256, price: uint256) -> uint256:
    """
    @notice What an arbitrator may divide of a deal in dispute
    @param word The live word
    @param price The whole price, smallest unit
    @return Smallest unit
    """
    paid: uint256 = (word >> 64) & (2**96 - 1)
    if (word >> 8) & DEPOSIT_CLOSED != 0:
        # the claim alone is never in dispute after that
        return price - (paid - (word >> 160))
    claim: uint256 = word >> 160
    if (word >> 8) & PRICE_DISPUTED == 0:
        return claim
    return price - paid + claim


@internal
@pure
def _done_paid(word: uint256) -> uint256:
    return (word >> 12) & (2**96 - 1)
