"""EIP-4361 messages: writing one, reading one exactly, and checking a plain key's EIP-191 signature of it.

The library brings web3 along, which takes a second to import: import this module where it is used.
"""

from datetime import UTC, datetime

from eth_account.messages import defunct_hash_message
from siwe.siwe import ISO8601Datetime, SiweMessage, VerificationError, VersionEnum

from backend.identity.rules import SignInMessage
from backend.kit.hexadecimal import from_hex, to_address


def compose(
    *,
    domain: str,
    uri: str,
    chain_id: int,
    address: bytes,
    nonce: str,
    now_s: int,
    expires_at_s: int,
    says: str,
) -> str:
    """The text to sign."""
    message = SiweMessage(
        scheme=None,
        domain=domain,
        address=to_address(address),
        statement=says,
        uri=uri,
        version=VersionEnum.one,
        chain_id=chain_id,
        nonce=nonce,
        issued_at=_iso(now_s),
        expiration_time=_iso(expires_at_s),
    )
    return str(message.prepare_message())


def parse(text: str) -> SignInMessage:
    """The fields of a message. ValueError unless the text is exactly what these fields are written as."""
    message = SiweMessage.from_message(text)
    if message.prepare_message() != text:
        raise ValueError("the text says more or less than its fields")
    return SignInMessage(
        address=from_hex(message.address.lower(), 20),
        domain=message.domain,
        uri=str(message.uri),
        chain_id=message.chain_id,
        nonce=message.nonce,
        issued_at_s=_seconds(message.issued_at),
        not_before_s=None if message.not_before is None else _seconds(message.not_before),
        expires_at_s=None if message.expiration_time is None else _seconds(message.expiration_time),
    )


def is_signed(text: str, signature: str, now_s: int) -> bool:
    """Whether the key of the address in the message made the signature (0x and 130 digits) of this text."""
    try:
        SiweMessage.from_message(text).verify(signature, timestamp=datetime.fromtimestamp(now_s, UTC))
    except VerificationError:
        return False
    return True


def digest(text: str) -> bytes:
    """The EIP-191 hash of a message (32 bytes), as contract wallets are given it."""
    return bytes(defunct_hash_message(text=text))


def _iso(at_s: int) -> ISO8601Datetime:
    return ISO8601Datetime(datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _seconds(value: ISO8601Datetime) -> int:
    return int(datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp())
