"""How a deal is funded with a token that takes signatures, in plain Python: what is allowed, and what a
signature adds to it."""

from dataclasses import dataclass, field

from contracts.stateful.escrow_oracle import RefusedError

# Ways to fund: an allowance alone; a permit that is good, that somebody used up before, that is too late; an
# authorisation (ERC-3009) that is good, for other terms, too late
ALLOWANCE, PERMIT, USED_PERMIT, LATE_PERMIT = "allowance", "permit", "used permit", "late permit"
AUTHORISED, OTHER_TERMS, LATE_AUTHORISED = "authorised", "for other terms", "authorised late"
PERMITS = (PERMIT, USED_PERMIT, LATE_PERMIT)
LATE = (LATE_PERMIT, LATE_AUTHORISED)
WAYS = (ALLOWANCE, *PERMITS, AUTHORISED, OTHER_TERMS, LATE_AUTHORISED)


@dataclass
class Allowances:
    """What the escrow may take of each payer."""

    given: dict[str, int] = field(default_factory=dict)

    def used_before(self, payer: str, total: int) -> None:
        """Somebody else showed the token a permit: the allowance is there all the same."""
        self.given[payer] = total

    def fund(self, payer: str, total: int, way: str, has_key: bool, by_payer: bool) -> None:
        """Take the money, or say why not. Where the payer has no key, somebody else signed."""
        if way in (AUTHORISED, OTHER_TERMS, LATE_AUTHORISED):
            # the signature names the terms, so anybody sends it
            _need(has_key and way != OTHER_TERMS, "escrow: not the payer")
            _need(way != LATE_AUTHORISED, "token: transfer reverted")
            return
        _need(by_payer, "escrow: not the payer")
        allowed = total if way == PERMIT and has_key else self.given.get(payer, 0)
        _need(allowed >= total, "token: transfer reverted")
        self.given[payer] = allowed - total


def _need(allowed: bool, reason: str) -> None:
    if not allowed:
        raise RefusedError(reason)
