"""What the command line signs for an API that it does not trust."""

from typing import Any

import pytest
from eth_account import Account

from backend.identity.eip4361 import compose
from scripts._api_client import Answer, ApiClient
from scripts._errors import CommandError

MEMBER = Account.from_key(f"{7:064x}").address
STRANGER = Account.from_key(f"{8:064x}").address


class OfferingApi(ApiClient):
    """An API that offers this text to sign and takes whatever comes back."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__(url)
        self.text = text

    def post(self, path: str, body: Any) -> Answer:
        """The offer, or a session."""
        return Answer({"message": self.text} if path == "/session/nonce" else {"token": "t"}, {})


def sign_in_text(domain: str, address: str = MEMBER) -> str:
    """A sign-in message as the API writes it."""
    return compose(
        domain=domain,
        uri=f"https://{domain}",
        chain_id=1,
        address=bytes.fromhex(address[2:]),
        nonce="abcdefgh1",
        now_s=1_800_000_000,
        expires_at_s=1_800_000_600,
        says="Sign in.",
    )


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://allmende.example", "allmende.example"),
        ("https://allmende.example:8443/", "allmende.example:8443"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost:8000", "127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "0.0.0.0:8000"),
    ],
)
def test_sign_in__at_the_api_that_is_named__is_signed(url: str, domain: str) -> None:
    signed: list[str] = []
    OfferingApi(url, sign_in_text(domain)).sign_in(MEMBER, lambda text: signed.append(text) or "0x")
    assert signed == [sign_in_text(domain)]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://allmende.example", sign_in_text("bank.example")),
        ("https://allmende.example", sign_in_text("127.0.0.1:8000")),
        ("http://127.0.0.1:8000", sign_in_text("bank.example")),
        ("https://allmende.example", sign_in_text("allmende.example", STRANGER)),
        ("https://allmende.example", "I sell my house to the bearer of this text."),
        ("https://allmende.example", ""),
    ],
)
def test_sign_in__with_the_text_of_another_site__signs_nothing(url: str, text: str) -> None:
    signed: list[str] = []
    with pytest.raises(CommandError) as caught:
        OfferingApi(url, text).sign_in(MEMBER, lambda text: signed.append(text) or "0x")
    assert (caught.value.code, signed) == ("cli: foreign sign-in", [])
