"""Play money for anybody who comes to the demo with a wallet of their own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts._accounts import DEPLOYER, persona_account
from scripts._anvil import CHAIN_ID
from scripts._chain_client import token
from scripts._chain_client.chain import Chain
from scripts._chain_client.rpc import Rpc
from scripts._demo.library import MONEY_EACH

if TYPE_CHECKING:
    from indexer.chain.deployment import Deployment

COIN_WEI = 10**18
# Two gifts at once would be sent with the same nonce.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Gift:
    """What was given: the transactions of the coin and (later) of the token, and the block of the latter."""

    coin_transaction: str
    transaction: str
    block: int


def give(rpc_url: str, deployed: Deployment, member: str) -> Gift:
    """One coin for gas and `MONEY_EACH` units of the demo's token, from the account that deployed.

    Raises:
        CommandError: "cli: no chain", or "chain: reverted" where a contract at the address takes no coin.
    """
    rpc = Rpc(rpc_url)
    try:
        chain = Chain(rpc, deployed, persona_account(DEPLOYER.name, CHAIN_ID))
        money = chain.address("MockToken")
        _, decimals = token.unit(chain, money)
        call = {"from": chain.me, "to": member, "data": "0x", "value": hex(COIN_WEI)}
        with _ONE_AT_A_TIME:
            gas = int(rpc.call("eth_estimateGas", call), 16)
            coin = chain.wait(chain.submit(call, gas))
            minted = token.mint(chain, money, member, MONEY_EACH * 10**decimals)
        return Gift(coin.transaction, minted.transaction, minted.block)
    finally:
        rpc.close()
