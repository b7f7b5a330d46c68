"""The wallet, another of the same owners, and what is around them."""

from typing import Any

import pytest
from contracts.booking_values import DAY_S
from contracts.wallet.multisig import OWNERS, Wallet
from contracts.wallet.world import World


@pytest.fixture
def wallet(container: Any, deployer: Any) -> Wallet:
    """The wallet; the first two owners sign."""
    owners = [key.address for key in OWNERS]
    return Wallet(container("MockMultisig").deploy(owners, sender=deployer))


@pytest.fixture
def foreign(container: Any, deployer: Any) -> Wallet:
    """Another wallet of the same owners."""
    owners = [key.address for key in OWNERS]
    return Wallet(container("MockMultisig").deploy(owners, sender=deployer))


@pytest.fixture
def deadline(now: Any) -> int:
    """A day from now."""
    return int(now()) + DAY_S


@pytest.fixture
def world(request: Any, wallet: Wallet, deadline: int) -> World:
    """What has to be there before the wallet acts."""
    return World(request, wallet, deadline)
