"""`allmende deploy` and `ape run deploy`: the contracts onto a chain, and their addresses into a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from indexer.chain.deployment import Deployment

ROOT = Path(__file__).resolve().parents[1]
# Names an encrypted keystore file for `ape run deploy` on anything but a local network
KEYSTORE_VARIABLE = "ALLMENDE_KEYSTORE"


def deployment_path(chain_id: int, home: Path) -> Path:
    """Where the addresses of a chain are kept: local ones in the run's folder, real ones in ours."""
    from scripts._deployment import LOCAL_CHAIN_IDS

    if chain_id in LOCAL_CHAIN_IDS:
        return home / "deployment.json"
    return ROOT / "contracts" / "deployments" / f"{chain_id}.json"


def deploy(
    rpc_url: str,
    account: LocalAccount,
    home: Path,
    *,
    chain_id: int | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> tuple[Deployment, Path]:
    """Deploy the contracts to the chain at `rpc_url`; where they are, and the file that says so.

    Args:
        rpc_url: JSON-RPC over HTTP.
        account: Pays and signs; it has no rights afterwards.
        home: The run's folder, for local chains.
        chain_id: Refuse any other chain; None takes the one that answers.
        progress: Told one line per contract.

    Raises:
        CommandError: see `scripts._deployment.deploy_contracts`.
    """
    from scripts._chain_client.rpc import Rpc
    from scripts._deployment import deploy_contracts

    rpc = Rpc(rpc_url)
    try:
        path = deployment_path(int(rpc.call("eth_chainId"), 16), home)
        return deploy_contracts(rpc, account, path, chain_id=chain_id, progress=progress), path
    finally:
        rpc.close()


class ApeRpc:
    """JSON-RPC of the network that ape is connected to, which may live inside this process."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def call(self, method: str, *params: Any) -> Any:
        """The result of one method; None for a receipt that is not there yet."""
        return _as_json(self._provider.web3.manager.request_blocking(method, list(params)))


def main() -> None:
    """`ape run deploy --network …`, for a local network paid by the first test account.

    Ape's own local network ends with the command: its addresses are kept only where `ALLMENDE_HOME` is set.
    """
    import sys
    import tempfile

    # ape takes the project's folder off the path before it calls this
    sys.path.insert(0, str(ROOT))
    from ape import accounts, networks

    from scripts._accounts import keystore_account
    from scripts._deployment import LOCAL_CHAIN_IDS, deploy_contracts

    rpc = ApeRpc(networks.provider)
    found = int(rpc.call("eth_chainId"), 16)
    if found in LOCAL_CHAIN_IDS:
        from eth_account import Account

        signer = Account.from_key(accounts.test_accounts[0].private_key)
    else:
        signer = keystore_account(Path(os.environ[KEYSTORE_VARIABLE]))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get("ALLMENDE_HOME", folder))
        deploy_contracts(rpc, signer, deployment_path(found, home), progress=print)


def _as_json(value: Any) -> Any:
    """Values as JSON-RPC writes them, from a provider that hands out bytes and integers."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes | bytearray):
        return "0x" + bytes(value).hex()
    if isinstance(value, dict) or hasattr(value, "items"):
        return {key: _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value]
