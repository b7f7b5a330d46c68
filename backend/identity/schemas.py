"""What signing in takes and gives."""

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.hexadecimal import Address

# ERC-6492 carries the call that makes the wallet.
MAX_SIGNATURE_DIGITS = 16_384


class NonceIn(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(extra="forbid")
    address: Address


class NonceOut(BaseModel):
    """The message to sign (EIP-191 `personal_sign`), good until `expires_at_s`."""

    nonce: str
    expires_at_s: int
    message: str


class SessionIn(BaseModel):
    """A signed message: by a plain key (130 digits), or as a contract wallet signs (ERC-1271, ERC-6492)."""

    model_config = ConfigDict(extra="forbid")
    message: str = Field(min_length=1, max_length=4_096)
    signature: str = Field(pattern="^0x([0-9a-fA-F]{2})+$", max_length=2 + MAX_SIGNATURE_DIGITS)


class SessionOut(BaseModel):
    """Who is signed in, until when (wall seconds, UTC)."""

    address: Address
    expires_at_s: int


class NewSessionOut(SessionOut):
    """A new session; the token is shown only here."""

    token: str


class RevokedOut(BaseModel):
    """The session has ended."""

    address: Address
    revoked: bool
