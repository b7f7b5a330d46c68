"""Installations that relay, over one chain."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anvil_chain import AnvilChain, anvil_chain
from eth_account.signers.local import LocalAccount
from relaying import Relaying, open_relaying

from scripts._accounts import RELAYER, persona_account

COIN_WEI = 10**18


@pytest.fixture(scope="module")
def chain() -> Iterator[AnvilChain]:
    with anvil_chain() as running:
        yield running


@pytest.fixture
def relayer(chain: AnvilChain) -> Iterator[LocalAccount]:
    """The account that pays, with a thousand coins; the chain mines again afterwards."""
    account = persona_account(RELAYER.name, chain.deployment.chain_id)
    chain.anvil.rpc("anvil_setBalance", account.address, hex(1_000 * COIN_WEI))
    yield account
    chain.anvil.rpc("evm_setAutomine", True)
    chain.mine()


@pytest.fixture
def relaying(chain: AnvilChain, relayer: LocalAccount, tmp_path: Path) -> Iterator[Callable[..., Relaying]]:
    """`relaying(relay_max_gas=…)`: an installation with these settings."""
    opened: list[Relaying] = []

    def make(rpc_url: str | None = None, **settings: Any) -> Relaying:
        home = tmp_path / str(len(opened))
        opened.append(open_relaying(home, chain, relayer, rpc_url or chain.rpc_url, settings))
        return opened[-1]

    yield make
    for one in opened:
        one.client.close()
        one.engine.dispose()
        one.rows.engine.dispose()


@pytest.fixture
def here(relaying: Callable[..., Relaying]) -> Relaying:
    """An installation with the usual settings."""
    return relaying()
