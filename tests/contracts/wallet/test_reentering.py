"""A wallet that acts while it is asked for its signature: that call is static, so nothing comes of it."""

from typing import Any

import pytest
from contracts.wallet.booking_acts import announce, request_first_come
from contracts.wallet.deal_acts import pay, release
from contracts.wallet.multisig import Act, Wallet
from contracts.wallet.rating_acts import commit
from contracts.wallet.space_acts import create
from contracts.wallet.world import World

# each of them once: what is done twice is refused, or pays twice
ACTS = {
    "Bookings announce": announce,
    "Bookings request": request_first_come,
    "Spaces create": create,
    "Escrow release": release,
    "Payments pay": pay,
    "ReputationLedger commit": commit,
}


class Restless(Wallet):
    """Approves everything, and calls back before it does."""

    def call(self, target: Any, data: bytes, sender: Any, value: int = 0) -> Any:
        return self.contract.execute(target, data, sender=sender, value=value)

    def signed(self, act: Act) -> bytes:
        return b""


@pytest.fixture
def restless(container: Any, deployer: Any) -> Restless:
    """A wallet that was not told yet what to call back."""
    return Restless(container("MockReenteringWallet").deploy(sender=deployer))


@pytest.mark.parametrize("name", ACTS)
def test_wallet__that_acts_while_it_is_asked_for_its_signature__acts_once(
    request: Any, restless: Restless, deadline: int, relayer: Any, name: str
) -> None:
    act, done = ACTS[name](World(request, restless, deadline))
    restless.contract.set_payload(act.contract, act.data(), sender=relayer)
    act.send(restless.authorise(act), relayer)
    assert done()


@pytest.mark.parametrize("name", ACTS)
def test_wallet__that_calls_back_by_executing__acts(
    request: Any, restless: Restless, deadline: int, relayer: Any, name: str
) -> None:
    act, done = ACTS[name](World(request, restless, deadline))
    restless.execute(act, relayer)
    assert done()
