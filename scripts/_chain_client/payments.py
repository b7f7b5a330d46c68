"""`Payments` as Python: money straight from one member to another, in the smallest unit of the token."""

from __future__ import annotations

from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS, ZERO_HASH, Chain, Receipt
from scripts._chain_client.escrow import Core, escrow_id

# read only with a signed authorisation
NO_NONCE = 0


def pay(chain: Chain, payee: str, token: str, amount: int, reference: bytes = ZERO_HASH) -> Receipt:
    """Pay somebody; a token needs an allowance, the chain's coin (zero address) goes along."""
    value = amount if token == ZERO_ADDRESS else 0
    return chain.send("Payments", "pay", payee, token, amount, reference, NO_NONCE, NO_AUTH, value=value)


def give_back(chain: Chain, core: Core, amount: int) -> Receipt:
    """As the payee of a closed deal, give some or all of what it brought back to its payer."""
    value = amount if core.token == ZERO_ADDRESS else 0
    escrow = chain.address("Escrow")
    return chain.send(
        "Payments", "refund_after", escrow, core.values(), amount, NO_NONCE, NO_AUTH, value=value
    )


def given_back(chain: Chain, core: Core) -> int:
    """How much of what a closed deal brought was given back already."""
    return int(chain.read("Payments", "refunded", chain.address("Escrow"), escrow_id(chain, core)))
