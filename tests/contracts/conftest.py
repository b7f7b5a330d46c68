"""What all contract tests share: the deployed contracts and the roles, on eth-tester through ape.

Every fixture is lazy and fresh per test; a contract is compiled only when a test asks for it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ape.contracts import ContractContainer
from contracts.compiling import compiled
from contracts.signing import sign as sign_message
from ethpm_types import ContractType

ROLES = (
    "deployer",
    "owner",
    "requester",
    "payer",
    "payee",
    "arbitrator",
    "stranger",
    "relayer",
    "rater",
    "other_owner",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on eth-tester are isolated by ape; titanoboa's anchors do not nest with parametrised fixtures."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.path.parent.name != "stateful":
            item.add_marker("ignore_isolation")


@pytest.fixture(scope="session")
def container() -> Callable[[str], Any]:
    """`container("Bookings")`: the deployable as an ape container, `.deploy(*arguments, sender=...)`."""

    def make(name: str) -> Any:
        artefact = compiled(name)
        return ContractContainer(
            ContractType.model_validate(
                {
                    "contractName": name,
                    "abi": artefact["abi"],
                    "deploymentBytecode": {"bytecode": artefact["bytecode"]},
                    "runtimeBytecode": {"bytecode": artefact["runtime"]},
                }
            )
        )

    return make


@pytest.fixture
def sign() -> Callable[..., tuple[str, int, bytes]]:
    """`sign(account, contract, "Confirm", {...})` gives the authorisation to pass as last argument."""
    return sign_message


@pytest.fixture
def now(chain: Any) -> Callable[[], int]:
    """Chain time in seconds: that of the pending block."""

    def read() -> int:
        return int(chain.pending_timestamp)

    return read


@pytest.fixture
def travel(chain: Any) -> Callable[[int], None]:
    """`travel(timestamp_s)`: the next transaction is mined at exactly that time."""

    def move(timestamp_s: int) -> None:
        chain.pending_timestamp = timestamp_s

    return move


@pytest.fixture
def reach(chain: Any) -> Callable[[int], None]:
    """`reach(timestamp_s)`: a block is mined at that time, and views see it."""

    def move(timestamp_s: int) -> None:
        chain.pending_timestamp = timestamp_s
        chain.mine()

    return move


@pytest.fixture
def ledger(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `ReputationLedger`."""
    return container("ReputationLedger").deploy(sender=deployer)


@pytest.fixture
def bookings(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `Bookings`."""
    return container("Bookings").deploy(sender=deployer)


@pytest.fixture
def spaces(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `Spaces`."""
    return container("Spaces").deploy(sender=deployer)


@pytest.fixture
def escrow(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `Escrow`."""
    return container("Escrow").deploy(sender=deployer)


@pytest.fixture
def payments(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `Payments`."""
    return container("Payments").deploy(sender=deployer)


@pytest.fixture
def router(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `Router`."""
    return container("Router").deploy(sender=deployer)


@pytest.fixture
def token(container: Callable[[str], Any], deployer: Any) -> Any:
    """A fresh `MockToken`, nothing minted yet."""
    return container("MockToken").deploy("Demo Euro", "dEUR", 2, sender=deployer)


def _role(index: int, name: str) -> Any:
    @pytest.fixture(name=name)
    def role(accounts: Any) -> Any:
        return accounts[index]

    return role


for _index, _name in enumerate(ROLES):
    globals()[_name] = _role(_index, _name)
