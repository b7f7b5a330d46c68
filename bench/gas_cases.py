"""The transactions that `bench.gas` measures: the tool library's whole life, case by case, on one chain."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.agreement_cases import agreement_cases
from bench.booking_cases import booking_cases
from bench.escrow_cases import escrow_cases
from bench.gas_ground import T0, Bench, Measured
from bench.gas_policies import policy_cases
from bench.gas_spaces import space_cases
from bench.payment_cases import court_cases, payment_cases, router_cases
from bench.router_cases import funded_router_cases
from bench.surcharge_cases import surcharge_cases

CONTRACTS = (
    "AttestedByKey",
    "Bookings",
    "Court792",
    "Escrow",
    "EscrowFunded",
    "GroupSignatures",
    "Lottery",
    "MembersOnly",
    "MinimumReputation",
    "Payments",
    "ReputationLedger",
    "Router",
    "Spaces",
    "TicketHolder",
)


def measured(rpc_url: str, progress: Callable[[str], None] = lambda line: None) -> list[Measured]:
    """Deploy to a fresh chain with the test accounts and play every case."""
    from eth_account import Account

    from scripts._anvil import MNEMONIC
    from scripts._chain_client.chain import Chain
    from scripts._chain_client.rpc import Rpc
    from scripts._deployment import deploy_contracts

    Account.enable_unaudited_hdwallet_features()
    rpc = Rpc(rpc_url)
    roles = ("deployer", "owner", "payer", "payee", "arbitrator", "stranger")
    accounts = {
        role: Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
        for index, role in enumerate(roles)
    }
    with tempfile.TemporaryDirectory() as folder:
        deployed = deploy_contracts(rpc, accounts["deployer"], Path(folder) / "deployment.json")
    bench = Bench({role: Chain(rpc, deployed, account) for role, account in accounts.items()}, progress)
    try:
        # a second a block whatever the wall clock says: times stand in calldata, and its zero bytes cost less
        rpc.call("anvil_setBlockTimestampInterval", 1)
        bench.at(T0)
        booking_cases(bench)
        escrow_cases(bench)
        payment_cases(bench)
        court_cases(bench)
        router_cases(bench)
        space_cases(bench)
        agreement_cases(bench)
        funded_router_cases(bench)
        policy_cases(bench)
        surcharge_cases(bench)
    finally:
        rpc.close()
    return bench.figures
