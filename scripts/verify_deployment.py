"""`allmende verify-deployment`: what stands on a chain, held against the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._verification import Finding


def verify_deployment(ctx: typer.Context) -> None:
    """Compile the contracts from source and compare every byte with the chain, the artefacts and the
    manifest. Exit code 1 when anything differs.

    Immutables are compared too: the constructors run again in this process. Needs the compiler, which comes
    with `make check`.

    [bold]Example:[/bold]  allmende verify-deployment --rpc http://127.0.0.1:8545
    """
    from scripts._chain_client.rpc import Rpc
    from scripts._verification import verify

    session: Session = ctx.obj
    deployed = session.deployment
    rpc = Rpc(session.rpc_url)
    try:
        findings = verify(rpc, deployed)
    finally:
        rpc.close()
    wrong = [finding for finding in findings if not finding.well]
    document = {
        "chain_id": deployed.chain_id,
        "verified": not wrong,
        "contracts": {name: "0x" + address.hex() for name, address in deployed.addresses.items()},
        "differences": [_record(finding) for finding in wrong],
    }
    if not wrong:
        _output.show(session.as_json, {"data": document}, lambda: _readable(deployed.addresses))
        return
    raise CommandError(
        "cli: not verified",
        "; ".join(f"{item.name} differs from the {item.against}: {', '.join(item.wrong)}" for item in wrong)
        + ".",
        "Trust nothing of it before you know why: another version, another compiler, or another contract.",
        document,
    )


def _record(finding: Finding) -> dict[str, object]:
    return {"name": finding.name, "against": finding.against, "differs": list(finding.wrong)}


def _readable(addresses: dict[str, bytes]) -> None:
    for name, address in addresses.items():
        _output.done(f"{name} at 0x{address.hex()} is what its sources say")
