"""A wallet of three keys, of whom two decide: what it executes and what it signs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from contracts.compiling import typed_data
from contracts.signing import DOMAIN_NAMES, EMPTY_AUTH, reachable
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

KEYS = tuple(Account.from_key(keccak(f"owner {number}".encode())) for number in range(4))
OWNERS, NEWCOMER = KEYS[:3], KEYS[3]
Arguments, Auth = tuple[Any, ...], tuple[str, int, bytes]


def auth_last(arguments: Arguments, auth: Auth) -> Arguments:
    """Most functions take the authorisation behind everything else."""
    return (*arguments, auth)


@dataclass(frozen=True)
class Act:
    """One act of a member: the call without its authorisation, and the typed data that is signed for it.

    `complete` puts the authorisation where the function wants it.
    """

    contract: Any
    function: str
    arguments: Arguments
    primary_type: str
    message: dict[str, Any]
    complete: Callable[[Arguments, Auth], Arguments] = auth_last

    @property
    def digest(self) -> bytes:
        """The EIP-712 digest of the message."""
        kind = self.contract.contract_type.name
        signable = encode_typed_data(
            {
                "name": DOMAIN_NAMES[kind],
                "version": "1",
                "chainId": self.contract.provider.chain_id,
                "verifyingContract": self.contract.address,
            },
            reachable(typed_data(kind), self.primary_type),
            self.message,
        )
        return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))

    def send(self, auth: Auth, sender: Any) -> Any:
        """Submit it with an authorisation; the receipt."""
        return getattr(self.contract, self.function)(*self.complete(self.arguments, auth), sender=sender)

    def data(self, auth: Auth = EMPTY_AUTH) -> bytes:
        """The call with an authorisation."""
        return bytes(getattr(self.contract, self.function).encode_input(*self.complete(self.arguments, auth)))


@dataclass(frozen=True)
class Wallet:
    """The wallet, and the keys that sign for it now."""

    contract: Any
    keys: tuple[Any, ...] = OWNERS[:2]

    @property
    def address(self) -> str:
        """Whom the contracts see."""
        return str(self.contract.address)

    def but(self, *keys: Any) -> "Wallet":
        """The same wallet with other keys signing."""
        return replace(self, keys=keys)

    def signatures(self, digest: bytes) -> bytes:
        """One behind the other, the signers in ascending order."""
        ordered = sorted(self.keys, key=lambda key: int(key.address, 16))
        return b"".join(bytes(key.unsafe_sign_hash(digest).signature) for key in ordered)

    def call(self, target: Any, data: bytes, sender: Any, value: int = 0) -> Any:
        """Execute a call as the wallet; anybody submits it."""
        signed = self.signatures(bytes(self.contract.execution_hash(target, data, value)))
        return self.contract.execute(target, data, value, signed, sender=sender)

    def execute(self, act: Act, sender: Any) -> Any:
        """Act by executing."""
        return self.call(act.contract, act.data(), sender)

    def signed(self, act: Act) -> bytes:
        """The ERC-1271 signature under what an act says."""
        return self.signatures(bytes(self.contract.message_hash(act.digest)))

    def authorise(self, act: Act) -> Auth:
        """Act by an ERC-1271 signature; types without a deadline have none to pass on."""
        return self.address, act.message.get("deadline", 0), self.signed(act)

    def shut(self, sender: Any) -> Any:
        """From now on refuse native coin."""
        return self.call(self.contract, self.contract.shut.encode_input(), sender)

    def rotate(self, old: Any, new: Any, sender: Any) -> "Wallet":
        """Replace an owner; the wallet with two of the new owners signing."""
        self.call(self.contract, self.contract.rotate.encode_input(old.address, new.address), sender)
        staying = [key for key in (*OWNERS, NEWCOMER) if key.address not in (old.address, new.address)]
        return self.but(new, staying[0])
