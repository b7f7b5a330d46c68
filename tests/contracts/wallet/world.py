"""What is around the wallet before it acts: the contracts, other members, and what was done before."""

from collections.abc import Callable
from typing import Any

from contracts.wallet.multisig import Act, Wallet

REASON = b"\x0e" * 32
# an act, and what is true only once it was done
Prepared = tuple[Act, Callable[[], bool]]


class World:
    """The contracts and members as fixtures by their names, and the wallet that acts."""

    def __init__(self, request: Any, wallet: Wallet, deadline: int) -> None:
        self.get = request.getfixturevalue
        self.wallet, self.me, self.deadline = wallet, wallet.address, deadline
        self.stranger, self.relayer = self.get("stranger"), self.get("relayer")

    def do(self, prepared: Prepared) -> Act:
        """Have the wallet do something before; what it did."""
        act, done = prepared
        self.wallet.execute(act, self.relayer)
        assert done()
        return act

    def signed_by(self, member: Any, contract: Any, primary_type: str, message: dict[str, Any]) -> Any:
        """Another member's authorisation."""
        return self.get("sign")(member, contract, primary_type, message)

    def now(self) -> int:
        """Time of the pending block."""
        return int(self.get("now")())
