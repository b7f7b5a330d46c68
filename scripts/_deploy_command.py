"""`allmende deploy` on the command line; the work is in `scripts.deploy`, which `ape run deploy` calls as
well."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import Session


def deploy(
    ctx: typer.Context,
    chain_id: Annotated[int | None, typer.Option(help="Refuse any other chain than this.")] = None,
) -> None:
    """Put the contracts on a chain and write down where they are. Run again it changes nothing.

    Local chains write into the run's folder, real networks into contracts/deployments/.

    [bold]Example:[/bold]  allmende deploy --rpc http://127.0.0.1:8545 --as deployer
    """
    from indexer.chain.deployment import to_json
    from scripts._accounts import keystore_account, persona_account
    from scripts._chain_client.rpc import Rpc
    from scripts.deploy import deploy as deploy_contracts

    session: Session = ctx.obj
    if session.keystore is not None:
        account = keystore_account(session.keystore)
    elif session.acting is not None:
        rpc = Rpc(session.rpc_url)
        account = persona_account(session.acting, int(rpc.call("eth_chainId"), 16))
        rpc.close()
    else:
        raise CommandError(
            "cli: who acts", "Somebody has to pay the gas.", "Add --keystore FILE, or --as deployer."
        )
    lines: list[str] = []
    deployed, path = deploy_contracts(
        session.rpc_url, account, session.home, chain_id=chain_id, progress=lines.append
    )

    def readable() -> None:
        for line in lines:
            _output.done(line)
        _output.facts([("written to", str(path))])

    _output.show(session.as_json, {"data": to_json(deployed) | {"file": str(path)}}, readable)
