"""Signing in with a wallet: the right way in, and every wrong one with its own code."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from eth_account.messages import encode_defunct


def offered(installation: Any, role: str = "member") -> str:
    account = installation.member(role)
    answer = installation.client.post("/api/session/nonce", json={"address": account.address})
    assert answer.status_code == 200
    return str(answer.json()["data"]["message"])


def attempt(installation: Any, message: str, signer: str = "member", signature: str | None = None) -> Any:
    if signature is None:
        signed = installation.member(signer).sign_message(encode_defunct(text=message))
        signature = "0x" + signed.signature.hex().removeprefix("0x")
    return installation.client.post("/api/session", json={"message": message, "signature": signature})


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def test_sign_in__with_own_signature__gives_a_session(installation: Any) -> None:
    headers = installation.sign_in("member")
    shown = installation.client.get("/api/session", headers=headers).json()
    assert shown["data"]["address"] == installation.member("member").address
    assert shown["as_of"]["block"] == 1


def test_token__is_stored_as_a_hash_only(installation: Any) -> None:
    token = installation.sign_in("member")["Authorization"].removeprefix("Bearer ")
    assert token not in repr(installation.app_tables())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("127.0.0.1:8000 wants", "evil.example wants", "session: wrong domain"),
        ("URI: http://127.0.0.1:8000", "URI: http://127.0.0.1:8001", "session: wrong uri"),
        ("Chain ID: 31907", "Chain ID: 1", "session: wrong chain"),
        ("Version: 1", "Version: 2", "session: malformed message"),
        ("Sign in to Allmende.", "Sign in to\nAllmende.", "session: malformed message"),
        ("Issued At: 2027", "Issued At: 2028", "session: message not yet valid"),
        ("Expiration Time: 2027", "Expiration Time: 2026", "session: expired message"),
    ],
)
def test_sign_in__with_changed_message__is_refused(
    installation: Any, old: str, new: str, expected: str
) -> None:
    message = offered(installation)
    assert old in message
    before = installation.app_tables()
    answer = attempt(installation, message.replace(old, new))
    assert code(answer) == expected
    assert answer.json()["error"]["next_step"]
    assert installation.app_tables() == before


def test_sign_in__with_foreign_signature__is_refused(installation: Any) -> None:
    message = offered(installation)
    before = installation.app_tables()
    answer = attempt(installation, message, signer="stranger")
    assert (answer.status_code, code(answer)) == (401, "session: bad signature")
    assert installation.app_tables() == before
    # the nonce was not burnt by it
    assert attempt(installation, message).status_code == 200


@pytest.mark.parametrize("signature", ["0x" + "00" * 65, "0x" + "ff" * 65])
def test_sign_in__with_nonsense_signature__is_refused(installation: Any, signature: str) -> None:
    assert code(attempt(installation, offered(installation), signature=signature)) == "session: bad signature"


def test_sign_in__twice_with_one_nonce__is_refused(installation: Any) -> None:
    message = offered(installation)
    assert attempt(installation, message).status_code == 200
    before = installation.app_tables()
    assert code(attempt(installation, message)) == "session: used nonce"
    assert installation.app_tables() == before


def test_sign_in__many_times_at_once_with_one_nonce__succeeds_once(installation: Any) -> None:
    message = offered(installation)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: attempt(installation, message), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]
    assert {code(answer) for answer in answers if answer.status_code == 401} == {"session: used nonce"}


def test_sign_in__with_own_nonce__is_refused(installation: Any) -> None:
    message = offered(installation)
    nonce = message.split("Nonce: ")[1].split("\n")[0]
    assert code(attempt(installation, message.replace(nonce, "abcdefgh12345678"))) == "session: unknown nonce"


def test_sign_in__at_the_end_of_the_message__is_refused(installation: Any) -> None:
    message = offered(installation)
    installation.clock.now_s += installation.settings.nonce_ttl_s - 1
    assert attempt(installation, message).status_code == 200
    message = offered(installation)
    installation.clock.now_s += installation.settings.nonce_ttl_s
    assert code(attempt(installation, message)) == "session: expired message"


def test_sign_in__with_late_nonce_in_an_endless_message__is_refused(installation: Any) -> None:
    message = offered(installation).split("\nExpiration Time")[0]
    installation.clock.now_s += installation.settings.nonce_ttl_s
    assert code(attempt(installation, message)) == "session: expired nonce"


def test_session__after_sign_out__is_revoked(installation: Any) -> None:
    headers = installation.sign_in("member")
    assert installation.client.delete("/api/session", headers=headers).json()["data"]["revoked"] is True
    answer = installation.client.get("/api/session", headers=headers)
    assert (answer.status_code, code(answer)) == (401, "session: revoked")


def test_session__at_its_end__is_expired(installation: Any) -> None:
    headers = installation.sign_in("member")
    installation.clock.now_s += installation.settings.session_ttl_s - 1
    assert installation.client.get("/api/session", headers=headers).status_code == 200
    installation.clock.now_s += 1
    assert code(installation.client.get("/api/session", headers=headers)) == "session: expired"


def test_session__without_or_with_unknown_token__is_refused(installation: Any) -> None:
    assert code(installation.client.get("/api/session")) == "session: missing"
    answer = installation.client.get("/api/session", headers={"Authorization": "Bearer nobody"})
    assert code(answer) == "session: unknown"
