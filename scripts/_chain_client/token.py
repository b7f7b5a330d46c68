"""Balances and allowances of an ERC-20 or of the chain's own coin (the zero address), in its smallest
unit."""

from __future__ import annotations

from scripts._chain_client.chain import ZERO_ADDRESS, Chain, Receipt

# The ABI of a plain ERC-20; `mint` exists on the demo token only
ERC20 = "MockToken"


def balance(chain: Chain, token: str, member: str) -> int:
    """What a member holds, read from the chain."""
    if token == ZERO_ADDRESS:
        return int(chain.rpc.call("eth_getBalance", member, "latest"), 16)
    return int(chain.read(ERC20, "balanceOf", member, at=token))


def unit(chain: Chain, token: str) -> tuple[str, int]:
    """Symbol and decimal places."""
    if token == ZERO_ADDRESS:
        return "ETH", 18
    return str(chain.read(ERC20, "symbol", at=token)), int(chain.read(ERC20, "decimals", at=token))


def approve(chain: Chain, token: str, spender: str, amount: int) -> Receipt:
    """Let a spender take exactly so much of the account's."""
    return chain.send(ERC20, "approve", spender, amount, at=token)


def allowance(chain: Chain, token: str, owner: str, spender: str) -> int:
    """What a spender may still take."""
    return int(chain.read(ERC20, "allowance", owner, spender, at=token))


def mint(chain: Chain, token: str, to: str, amount: int) -> Receipt:
    """Make demo money for a member."""
    return chain.send(ERC20, "mint", to, amount, at=token)
