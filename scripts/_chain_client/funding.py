"""Paying into a deal by a signature for the token instead of an allowance: a permit (EIP-2612), or an
ERC-3009 authorisation whose nonce is the deal's id, so that this one signature binds token and terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import DecodingError

from scripts._chain_client import typed_data
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS, ZERO_HASH, Chain, Receipt
from scripts._chain_client.escrow import Core, Rest, escrow_id
from scripts._errors import CommandError

# The kinds of `IEscrow.Funding`
PERMIT, ERC_3009 = 1, 2
# A plain ERC-20 with both kinds of signatures
TOKEN = "MockToken"  # noqa: S105
# What a token has that takes a kind, and the arguments after the holder
PROBES: dict[int, tuple[str, tuple[Any, ...]]] = {
    ERC_3009: ("authorizationState", (ZERO_HASH,)),
    PERMIT: ("nonces", ()),
}
VERSIONS = ("1", "2")


@dataclass(frozen=True, slots=True)
class Funding:
    """The payer's signature for the token: `kind` is `PERMIT` or `ERC_3009`, `deadline_s` that of the
    signature, which has 65 bytes."""

    kind: int
    deadline_s: int
    signature: bytes

    def values(self) -> tuple[int, int, int, bytes, bytes]:
        """As the ABI wants them."""
        signed = self.signature
        return self.kind, self.deadline_s, signed[64], signed[:32], signed[32:64]


def ways(chain: Chain, token: str) -> tuple[int, ...]:
    """The kinds of signatures that a token takes, the one that needs no other signature first; none where its
    domain cannot be told, so that nothing is signed which it would not take."""
    if token == ZERO_ADDRESS or domain_of(chain, token) is None:
        return ()
    return tuple(
        kind
        for kind, (name, more) in PROBES.items()
        if _answer(chain, token, name, chain.me, *more) is not None
    )


def domain_of(chain: Chain, token: str) -> dict[str, Any] | None:
    """The EIP-712 domain of a token, held against its own separator; None where it has none or another."""
    name, separator = _answer(chain, token, "name"), _answer(chain, token, "DOMAIN_SEPARATOR")
    if name is None or separator is None:
        return None
    types = typed_data.types_of(TOKEN)
    for version in VERSIONS:
        domain = {
            "name": name,
            "version": version,
            "chainId": chain.deployment.chain_id,
            "verifyingContract": token,
        }
        message = _permit(chain, 0, 0, 0)
        if typed_data.signable(typed_data.full_message(types, "Permit", domain, message)).header == separator:
            return domain
    return None


def signed_funding(chain: Chain, core: Core, kind: int, deadline_s: int) -> Funding:
    """The account's permit for price and deposit, or its ERC-3009 authorisation whose nonce is the deal's id.

    Raises:
        CommandError: "cli: who acts", or "cli: no such signature" where the token takes none.
    """
    domain = domain_of(chain, core.token)
    if domain is None:
        raise no_such_signature()
    amount = core.price + core.deposit
    if kind == PERMIT:
        message = _permit(chain, amount, chain.read(TOKEN, "nonces", chain.me, at=core.token), deadline_s)
    else:
        message = {"from": chain.me, "to": chain.address("Escrow"), "value": amount, "validAfter": 0}
        message |= {"validBefore": deadline_s, "nonce": escrow_id(chain, core)}
    primary = "Permit" if kind == PERMIT else "ReceiveWithAuthorization"
    full = typed_data.full_message(typed_data.types_of(TOKEN), primary, domain, message)
    return Funding(kind, deadline_s, chain.sign_typed(full))


def fund_signed(chain: Chain, core: Core, rest: Rest, how: Funding) -> tuple[bytes, Receipt]:
    """Pay price and deposit in; the id. With ERC-3009 anybody may send it, with a permit the payer, or
    anybody who has his authorisation too."""
    receipt = chain.send("Escrow", "open_funded", core.values(), rest.values(), how.values(), NO_AUTH)
    return receipt.event("Escrow", "EscrowFunded")["escrow"], receipt


def no_such_signature() -> CommandError:
    """The token takes no such signature."""
    return CommandError(
        "cli: no such signature",
        "This token takes no signature of this kind in place of an allowance.",
        "Pay with --by allowance.",
    )


def _permit(chain: Chain, amount: int, nonce: int, deadline_s: int) -> dict[str, Any]:
    return {
        "owner": chain.me,
        "spender": chain.address("Escrow"),
        "value": amount,
        "nonce": nonce,
        "deadline": deadline_s,
    }


def _answer(chain: Chain, token: str, name: str, *arguments: Any) -> Any:
    """What a token answers, None where it does not."""
    try:
        return chain.read(TOKEN, name, *arguments, at=token)
    except (DecodingError, OverflowError):
        return None
    except CommandError as error:
        if error.code == "cli: no chain":
            raise
        return None
