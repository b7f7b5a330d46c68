"""Signs the contracts' EIP-712 messages with a test account's key, from the types beside the source."""

from typing import Any

from contracts.compiling import typed_data
from eth_account import Account

from scripts._chain_client.typed_data import reachable as reachable

DOMAIN_NAMES = {
    "AttestedByKey": "Allmende Attestation",
    "Bookings": "Allmende Bookings",
    "Escrow": "Allmende Escrow",
    "GroupSignatures": "Allmende Group",
    "Payments": "Allmende Payments",
    "ReputationLedger": "Allmende Reputation",
    "Spaces": "Allmende Spaces",
}
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
EMPTY_AUTH = ("0x" + "00" * 20, 0, b"")


def sign(
    account: Any,
    contract: Any,
    primary_type: str,
    message: dict[str, Any],
    *,
    chain_id: int | None = None,
    name: str | None = None,
    verifying_contract: str | None = None,
    signer: str | None = None,
) -> tuple[str, int, bytes]:
    """An authorisation `(signer, deadline, signature)`; the deadline is the message's own last field, or 0 in
    messages of other standards that have none.

    `chain_id`, `name`, `verifying_contract` and `signer` differ from the truth only in tests of refusal and
    of wallets.
    """
    kind = contract.contract_type.name
    signed = Account.sign_typed_data(
        account.private_key,
        full_message={
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                **reachable(typed_data(kind), primary_type),
            },
            "primaryType": primary_type,
            "domain": {
                "name": name or DOMAIN_NAMES[kind],
                "version": "1",
                "chainId": chain_id or contract.provider.chain_id,
                "verifyingContract": verifying_contract or contract.address,
            },
            "message": message,
        },
    )
    return (signer or account.address, message.get("deadline", 0), bytes(signed.signature))
