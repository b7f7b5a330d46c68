"""What is relayed and at what price, as functions of values. Amounts are wei, deadlines chain time (UTC
seconds).
"""

from collections.abc import Sequence
from dataclasses import dataclass

# An estimate is exact for the state it saw; the state at inclusion may cost a little more.
GAS_MARGIN_PERCENT = 25
# What calls with a cap need to be made at all (a policy, a contract wallet): the contracts refuse rather than
# make one with less, and gas that is not used costs nothing.
LEAST_GAS = 400_000
# A transaction has to be in a block before the signature in it is void.
LEAST_TIME_S = 60
# A budget is that of the last 24 hours, whenever they began.
DAY_S = 86_400
# Calls that went well when tried and failed in their block; after so many in a day somebody plays.
MAX_REVERTED = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator pays for: of one member and of all in 24 hours, per unit of gas, and gas per call."""

    member_wei: int
    all_wei: int
    max_fee_wei: int
    max_gas: int


@dataclass(frozen=True, slots=True)
class Spent:
    """The last 24 hours: of the member, of all, how many of the member's calls failed in their block, and
    whether one of them is under way."""

    member_wei: int
    all_wei: int
    reverted: int
    under_way: bool


@dataclass(frozen=True, slots=True)
class Price:
    """A transaction's gas limit and fees per unit; `most_wei` is what it can cost."""

    gas: int
    max_fee_wei: int
    tip_wei: int

    @property
    def most_wei(self) -> int:
        """The gas limit at the highest fee."""
        return self.gas * self.max_fee_wei


def auth_problem(auths: Sequence[tuple[bytes, int]], now_s: int) -> str | None:
    """The error code of the first thing wrong with the authorisations of a call (signer, deadline), or None.

    An empty signer would mean that the relayer itself acts.
    """
    if any(not any(signer) for signer, _ in auths):
        return "relay: nobody signed"
    if any(deadline < now_s + LEAST_TIME_S for _, deadline in auths):
        return "relay: deadline too near"
    return None


def gas_limit(estimate: int, max_gas: int) -> int | None:
    """The gas that a call is given, or None where it needs more than is paid for."""
    wanted = max(estimate * (100 + GAS_MARGIN_PERCENT) // 100, LEAST_GAS)
    return wanted if wanted <= max_gas else None


def price(gas: int, base_fee_wei: int, tip_wei: int, max_fee_wei: int) -> Price | None:
    """What is offered for a unit of gas: good for a base fee that doubles, within the highest fee, or None
    where that is not enough now.
    """
    if base_fee_wei + tip_wei > max_fee_wei:
        return None
    return Price(gas, min(2 * base_fee_wei + tip_wei, max_fee_wei), tip_wei)


def budget_problem(spent: Spent, most_wei: int, limits: Limits) -> str | None:
    """The error code of why a call that may cost `most_wei` is not sent now, or None."""
    if spent.under_way:
        return "relay: one at a time"
    if spent.reverted >= MAX_REVERTED:
        return "relay: failed too often"
    if spent.member_wei + most_wei > limits.member_wei:
        return "relay: budget spent"
    if spent.all_wei + most_wei > limits.all_wei:
        return "relay: nothing left today"
    return None
