"""The demo token by signature: EIP-2612 permits and ERC-3009 authorisations, each with its refusals."""

from typing import Any

import ape
import pytest
from contracts.signing import CURVE_ORDER
from eth_utils.crypto import keccak

NAME = "Demo Euro"
NONCE = keccak(b"a nonce")
AMOUNT = 300


@pytest.fixture
def held(token: Any, payer: Any, payee: Any, deployer: Any) -> Any:
    """The token; the payer has 1,000, the payee 1."""
    token.mint(payer, 1_000, sender=deployer)
    token.mint(payee, 1, sender=deployer)
    return token


@pytest.fixture
def deadline(now: Any) -> int:
    """An hour from now."""
    return int(now()) + 3_600


def parts(signature: bytes) -> tuple[int, bytes, bytes]:
    """v, r, s."""
    return signature[64], signature[:32], signature[32:64]


def flipped(signature: bytes) -> bytes:
    """The other signature that recovers to the same key."""
    s = CURVE_ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.fixture
def permit(held: Any, sign: Any, payer: Any, payee: Any, deadline: int) -> Any:
    """`permit(signer=..., value=..., ...)`: the signature over `Permit`; the payer lets the payee take."""

    def make(signer: Any = None, elsewhere: Any = None, **changes: Any) -> bytes:
        message = {"owner": payer.address, "spender": payee.address, "value": AMOUNT, "nonce": 0}
        message |= {"deadline": deadline} | changes
        return bytes(sign(signer or payer, held, "Permit", message, name=NAME, **(elsewhere or {}))[2])

    return make


@pytest.fixture
def authorize(held: Any, sign: Any, payer: Any, payee: Any, deadline: int) -> Any:
    """`authorize("ReceiveWithAuthorization", signer=...)`: the signature; from the payer to the payee."""

    def make(kind: str, signer: Any = None, **changes: Any) -> bytes:
        message = {"from": payer.address, "to": payee.address, "value": AMOUNT, "validAfter": 0}
        message |= {"validBefore": deadline, "nonce": NONCE} | changes
        return bytes(sign(signer or payer, held, kind, message, name=NAME)[2])

    return make


def test_permit__signed_by_the_holder__allows(
    held: Any, permit: Any, payer: Any, payee: Any, relayer: Any, deadline: int
) -> None:
    held.permit(payer, payee, AMOUNT, deadline, *parts(permit()), sender=relayer)
    assert (held.allowance(payer, payee), held.nonces(payer)) == (AMOUNT, 1)
    held.transferFrom(payer, payee, AMOUNT, sender=payee)
    assert held.balanceOf(payee) == AMOUNT + 1


def test_permit__a_second_time__reverts(
    held: Any, permit: Any, payer: Any, payee: Any, relayer: Any, deadline: int
) -> None:
    signature = parts(permit())
    held.permit(payer, payee, AMOUNT, deadline, *signature, sender=relayer)
    with ape.reverts("token: bad signature"):
        held.permit(payer, payee, AMOUNT, deadline, *signature, sender=relayer)


@pytest.mark.parametrize("change", ["signer", "value", "spender", "nonce", "chain", "malleable", "zero"])
def test_permit__signed_otherwise__reverts(
    held: Any, permit: Any, payer: Any, payee: Any, stranger: Any, relayer: Any, deadline: int, change: str
) -> None:
    signature = {
        "signer": lambda: permit(signer=stranger),
        "value": lambda: permit(value=AMOUNT + 1),
        "spender": lambda: permit(spender=stranger.address),
        "nonce": lambda: permit(nonce=1),
        "chain": lambda: permit(elsewhere={"chain_id": 1}),
        "malleable": lambda: flipped(permit()),
        "zero": lambda: bytes(65),
    }[change]()
    owner = "0x" + "00" * 20 if change == "zero" else payer
    with ape.reverts("token: bad signature"):
        held.permit(owner, payee, AMOUNT, deadline, *parts(signature), sender=relayer)


def test_permit__at_its_deadline_and_after__is_valid_only_at_it(
    held: Any, permit: Any, payer: Any, payee: Any, relayer: Any, deadline: int, travel: Any
) -> None:
    signature = parts(permit())
    travel(deadline + 1)
    with ape.reverts("token: permit expired"):
        held.permit(payer, payee, AMOUNT, deadline, *signature, sender=relayer)
    later = deadline + 100
    travel(later)
    held.permit(payer, payee, AMOUNT, later, *parts(permit(deadline=later)), sender=relayer)


@pytest.mark.parametrize("kind", ["transferWithAuthorization", "receiveWithAuthorization"])
def test_authorization__signed_by_the_holder__moves_once(
    held: Any, authorize: Any, payer: Any, payee: Any, deadline: int, kind: str
) -> None:
    signature = parts(authorize(kind[0].upper() + kind[1:]))
    arguments = (payer, payee, AMOUNT, 0, deadline, NONCE, *signature)
    getattr(held, kind)(*arguments, sender=payee)
    assert (held.balanceOf(payer), held.balanceOf(payee)) == (700, AMOUNT + 1)
    assert held.authorizationState(payer, NONCE)
    with ape.reverts("token: authorisation used"):
        getattr(held, kind)(*arguments, sender=payee)


def test_transfer_authorization__submitted_by_anybody__moves(
    held: Any, authorize: Any, payer: Any, payee: Any, relayer: Any, deadline: int
) -> None:
    signature = parts(authorize("TransferWithAuthorization"))
    held.transferWithAuthorization(
        payer, payee, AMOUNT, 0, deadline, NONCE, *signature, sender=relayer
    )  # fmt: skip
    assert held.balanceOf(payee) == AMOUNT + 1


def test_receive_authorization__submitted_by_another__reverts(
    held: Any, authorize: Any, payer: Any, payee: Any, relayer: Any, deadline: int
) -> None:
    signature = parts(authorize("ReceiveWithAuthorization"))
    with ape.reverts("token: not the receiver"):
        held.receiveWithAuthorization(
            payer, payee, AMOUNT, 0, deadline, NONCE, *signature, sender=relayer
        )  # fmt: skip


def test_receive_authorization__with_the_signature_of_a_transfer__reverts(
    held: Any, authorize: Any, payer: Any, payee: Any, deadline: int
) -> None:
    signature = parts(authorize("TransferWithAuthorization"))
    with ape.reverts("token: bad signature"):
        held.receiveWithAuthorization(
            payer, payee, AMOUNT, 0, deadline, NONCE, *signature, sender=payee
        )  # fmt: skip


@pytest.mark.parametrize("field", ["signer", "value", "to", "nonce"])
def test_transfer_authorization__signed_otherwise__reverts(
    held: Any, authorize: Any, payer: Any, payee: Any, stranger: Any, deadline: int, field: str
) -> None:
    other = {"signer": stranger, "value": 1, "to": stranger.address, "nonce": bytes(32)}[field]
    signature = parts(authorize("TransferWithAuthorization", **{field: other}))
    with ape.reverts("token: bad signature"):
        held.transferWithAuthorization(
            payer, payee, AMOUNT, 0, deadline, NONCE, *signature, sender=payee
        )  # fmt: skip


def test_transfer_authorization__outside_its_time__reverts(
    held: Any, authorize: Any, payer: Any, payee: Any, deadline: int, travel: Any, now: Any
) -> None:
    begins = now() + 100
    signature = parts(authorize("TransferWithAuthorization", validAfter=begins))
    arguments = (payer, payee, AMOUNT, begins, deadline, NONCE, *signature)
    travel(begins)
    with ape.reverts("token: not valid yet"):
        held.transferWithAuthorization(*arguments, sender=payee)
    travel(deadline)
    with ape.reverts("token: no longer valid"):
        held.transferWithAuthorization(*arguments, sender=payee)


def test_cancel_authorization__by_signature__makes_it_worthless(
    held: Any, authorize: Any, sign: Any, payer: Any, payee: Any, stranger: Any, relayer: Any, deadline: int
) -> None:
    message = {"authorizer": payer.address, "nonce": NONCE}
    foreign = sign(stranger, held, "CancelAuthorization", message, name=NAME)[2]
    with ape.reverts("token: bad signature"):
        held.cancelAuthorization(payer, NONCE, *parts(foreign), sender=relayer)
    own = sign(payer, held, "CancelAuthorization", message, name=NAME)[2]
    held.cancelAuthorization(payer, NONCE, *parts(own), sender=relayer)
    signature = parts(authorize("TransferWithAuthorization"))
    with ape.reverts("token: authorisation used"):
        held.transferWithAuthorization(
            payer, payee, AMOUNT, 0, deadline, NONCE, *signature, sender=payee
        )  # fmt: skip
    with ape.reverts("token: authorisation used"):
        held.cancelAuthorization(payer, NONCE, *parts(own), sender=relayer)


def test_domain__of_the_token__carries_its_name(held: Any, chain: Any) -> None:
    _, name, version, chain_id, contract, _, _ = held.eip712Domain()
    assert (name, version, chain_id, contract) == (NAME, "1", chain.chain_id, held.address)
    types = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    words = [keccak(text=types), keccak(text=NAME), keccak(b"1"), chain.chain_id.to_bytes(32, "big")]
    assert held.DOMAIN_SEPARATOR() == keccak(b"".join(words) + bytes(12) + bytes.fromhex(contract[2:]))
