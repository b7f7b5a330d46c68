"""Signing in with a contract wallet, through a real node: the way in, and every wallet that misbehaves."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from contracts.compiling import compiled
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from backend.identity.contract_wallet import SUFFIX_6492, unwrap
from backend.settings import Settings
from scripts._anvil import MNEMONIC, Anvil

# The CREATE2 factory that most chains have: salt ++ init code.
FACTORY = bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c")
REVERT, BURN, BOMB, WRONG = 1, 2, 3, 4
SAYS_YES_AT_LENGTH = "631626ba7e60e01b5f5261{length:04x}5ff3"
BURNS_ALL_GAS = "5b5f56"
RETURNS_A_MEBIBYTE = f"63{2**20:08x}5ff3"
REMEMBERS = "60015f5500"
SAYS_YES_IF_IT_REMEMBERS = "5f54631626ba7e0260e01b5f5260205ff3"
SAYS_YES_UNLESS_IT_REMEMBERS = "5f5415631626ba7e0260e01b5f5260205ff3"
# called without data it remembers, by anybody; called by zero it remembers
PREPARED_BY_ANYBODY = "36600957" + REMEMBERS + "5b" + SAYS_YES_IF_IT_REMEMBERS
SPOILT_BY_ANYBODY = "36600957" + REMEMBERS + "5b" + SAYS_YES_UNLESS_IT_REMEMBERS
PREPARED_BY_ZERO = "3315601657" + SAYS_YES_IF_IT_REMEMBERS + "5b" + REMEMBERS


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    with Anvil() as running:
        yield running


@pytest.fixture
def settings(home: Path, anvil: Anvil) -> Settings:
    return Settings(home=home, rpc_url=anvil.rpc_url)


@pytest.fixture
def owner() -> LocalAccount:
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC)
    return account


class Wallet:
    """A contract wallet with one key; its address is known before it is deployed."""

    def __init__(self, owner: LocalAccount, salt: int) -> None:
        self.owner = owner
        code = bytes.fromhex(compiled("MockWallet")["bytecode"][2:]) + encode(["address"], [owner.address])
        self.make = salt.to_bytes(32, "big") + code
        place = b"\xff" + FACTORY + self.make[:32] + keccak(code)
        self.address = to_checksum_address(keccak(place)[-20:])

    def deploy(self, anvil: Anvil, mode: int = 0) -> "Wallet":
        send(anvil, self.owner.address, to_checksum_address(FACTORY), self.make)
        if mode:
            set_mode = keccak(text="set_mode(uint256,uint256)")[:4] + encode(["uint256"] * 2, [mode, 0])
            send(anvil, self.owner.address, self.address, set_mode)
        return self

    def sign(self, text: str) -> bytes:
        return by_key(self.owner, text)

    def wrapped(self, signature: bytes) -> bytes:
        return wrap(FACTORY, self.make, signature)


_salts = count(1)


@pytest.fixture
def wallet(owner: LocalAccount) -> Wallet:
    return Wallet(owner, next(_salts))


def send(anvil: Anvil, sender: str, to: str, data: bytes) -> None:
    sent = {"from": sender, "to": to, "input": "0x" + data.hex(), "gas": hex(10_000_000)}
    transaction = anvil.rpc("eth_sendTransaction", sent)
    while (receipt := anvil.rpc("eth_getTransactionReceipt", transaction)) is None:
        time.sleep(0.005)
    assert receipt["status"] == "0x1"


def place_code(anvil: Anvil, code: str) -> str:
    """The address of a contract with this runtime code."""
    address = to_checksum_address(keccak(text=code)[-20:])
    anvil.rpc("anvil_setCode", address, "0x" + code)
    return address


def by_key(account: LocalAccount, text: str) -> bytes:
    return bytes(account.sign_message(encode_defunct(text=text)).signature)


def wrap(factory: bytes, make: bytes, signature: bytes) -> bytes:
    return encode(["address", "bytes", "bytes"], [factory, make, signature]) + SUFFIX_6492


def offered(installation: Any, address: str) -> str:
    answer = installation.client.post("/api/session/nonce", json={"address": address})
    assert answer.status_code == 200
    return str(answer.json()["data"]["message"])


def attempt(installation: Any, message: str, signature: bytes) -> Any:
    body = {"message": message, "signature": "0x" + signature.hex()}
    return installation.client.post("/api/session", json=body)


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def test_deployed_wallet__with_its_owners_signature__gives_a_session(
    installation: Any, anvil: Anvil, wallet: Wallet
) -> None:
    wallet.deploy(anvil)
    message = offered(installation, wallet.address)
    answer = attempt(installation, message, wallet.sign(message))
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['data']['token']}"}
    shown = installation.client.get("/api/session", headers=headers).json()["data"]
    assert shown["address"] == wallet.address


def test_undeployed_wallet__with_a_wrapped_signature__gives_a_session_and_stays_undeployed(
    installation: Any, anvil: Anvil, wallet: Wallet
) -> None:
    message = offered(installation, wallet.address)
    answer = attempt(installation, message, wallet.wrapped(wallet.sign(message)))
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["address"] == wallet.address
    assert anvil.rpc("eth_getCode", wallet.address, "latest") == "0x"


def test_undeployed_wallet__with_a_bare_signature__is_refused(installation: Any, wallet: Wallet) -> None:
    message = offered(installation, wallet.address)
    assert code(attempt(installation, message, wallet.sign(message))) == "session: bad signature"


def test_wallet_deployed_since__with_a_wrapped_signature__gives_a_session(
    installation: Any, anvil: Anvil, wallet: Wallet
) -> None:
    message = offered(installation, wallet.address)
    signature = wallet.wrapped(wallet.sign(message))
    wallet.deploy(anvil)
    assert attempt(installation, message, signature).status_code == 200


def test_wallet__that_must_be_prepared__is_prepared_in_the_question(installation: Any, anvil: Anvil) -> None:
    address = place_code(anvil, PREPARED_BY_ANYBODY)
    message = offered(installation, address)
    assert code(attempt(installation, message, b"\x01")) == "session: bad signature"
    wrapped = wrap(bytes.fromhex(address[2:]), b"", b"\x01")
    assert attempt(installation, message, wrapped).status_code == 200
    assert int(anvil.rpc("eth_getStorageAt", address, "0x0", "latest"), 16) == 0


def test_wallet__that_says_yes_as_it_is__needs_no_preparation(installation: Any, anvil: Anvil) -> None:
    address = place_code(anvil, SPOILT_BY_ANYBODY)
    message = offered(installation, address)
    assert attempt(installation, message, wrap(bytes.fromhex(address[2:]), b"", b"\x01")).status_code == 200


@pytest.mark.parametrize("deployed", [False, True])
def test_wallet__with_a_strangers_signature__is_refused(
    installation: Any, anvil: Anvil, wallet: Wallet, deployed: bool
) -> None:
    message = offered(installation, wallet.address)
    foreign = by_key(installation.member("stranger"), message)
    if deployed:
        wallet.deploy(anvil)
    before = installation.app_tables()
    for signature in (foreign, wallet.wrapped(foreign), wallet.wrapped(b"")):
        answer = attempt(installation, message, signature)
        assert (answer.status_code, code(answer)) == (401, "session: bad signature")
    assert installation.app_tables() == before
    # the nonce was not burnt by it
    assert attempt(installation, message, wallet.wrapped(wallet.sign(message))).status_code == 200


def test_wallet__of_somebody_else_in_the_wrapper__is_refused(
    installation: Any, wallet: Wallet, owner: LocalAccount
) -> None:
    other = Wallet(installation.member("stranger"), next(_salts))
    message = offered(installation, wallet.address)
    assert (
        code(attempt(installation, message, other.wrapped(other.sign(message)))) == "session: bad signature"
    )


@pytest.mark.parametrize("mode", [REVERT, BURN, BOMB, WRONG])
@pytest.mark.parametrize("is_wrapped", [False, True])
def test_wallet__that_misbehaves__is_refused(
    installation: Any, anvil: Anvil, wallet: Wallet, mode: int, is_wrapped: bool
) -> None:
    wallet.deploy(anvil, mode)
    message = offered(installation, wallet.address)
    signature = wallet.sign(message)
    answer = attempt(installation, message, wallet.wrapped(signature) if is_wrapped else signature)
    assert (answer.status_code, code(answer)) == (401, "session: bad signature")


@pytest.mark.parametrize(
    "runtime",
    [
        SAYS_YES_AT_LENGTH.format(length=4),
        SAYS_YES_AT_LENGTH.format(length=31),
        SAYS_YES_AT_LENGTH.format(length=33),
        SAYS_YES_AT_LENGTH.format(length=64),
        RETURNS_A_MEBIBYTE,
        BURNS_ALL_GAS,
        "5f195f5260205ff3",  # a word of ones
        "631626ba7e5f5260205ff3",  # the magic value at the wrong end
        "00",
        "fe",
    ],
)
def test_contract__with_an_answer_that_is_not_exactly_yes__is_refused(
    installation: Any, anvil: Anvil, runtime: str
) -> None:
    message = offered(installation, place_code(anvil, runtime))
    answer = attempt(installation, message, b"\x01\x02")
    assert (answer.status_code, code(answer)) == (401, "session: bad signature")


def test_contract__that_answers_with_one_word_of_yes__is_let_in(installation: Any, anvil: Anvil) -> None:
    message = offered(installation, place_code(anvil, SAYS_YES_AT_LENGTH.format(length=32)))
    assert attempt(installation, message, b"\x01\x02").status_code == 200


@pytest.mark.parametrize("number", range(1, 11))
def test_precompiled_contract__even_one_that_echoes__is_refused(installation: Any, number: int) -> None:
    message = offered(installation, f"0x{number:040x}")
    for signature in (b"\x01", wrap(bytes(19) + b"\x04", b"\x16\x26\xba\x7e" + bytes(28), b"")):
        assert code(attempt(installation, message, signature)) == "session: bad signature"


def test_factory__that_says_yes_itself__is_not_the_wallet(installation: Any, anvil: Anvil) -> None:
    factory = place_code(anvil, SAYS_YES_AT_LENGTH.format(length=32))
    victim = installation.member("victim").address
    message = offered(installation, victim)
    wrapped = wrap(bytes.fromhex(factory[2:]), b"", b"\x01")
    assert code(attempt(installation, message, wrapped)) == "session: bad signature"


def test_wallet__that_obeys_the_zero_address__is_not_opened_by_the_question(
    installation: Any, anvil: Anvil
) -> None:
    address = place_code(anvil, PREPARED_BY_ZERO)
    message = offered(installation, address)
    wrapped = wrap(bytes.fromhex(address[2:]), b"", b"\x01")
    assert code(attempt(installation, message, wrapped)) == "session: bad signature"
    # the trap works: a call from zero makes the wallet say yes
    anvil.rpc("anvil_impersonateAccount", "0x" + "00" * 20)
    anvil.rpc("anvil_setBalance", "0x" + "00" * 20, hex(10**18))
    send(anvil, "0x" + "00" * 20, address, b"")
    assert attempt(installation, message, b"\x01").status_code == 200


@pytest.mark.parametrize(
    "wrapper",
    [
        SUFFIX_6492,
        b"\x00" * 32 + SUFFIX_6492,
        b"\xff" * 96 + SUFFIX_6492,
        b"\xff" * 8_000 + SUFFIX_6492,
        wrap(FACTORY, b"", b"\x01")[32:],
        encode(["address", "uint256", "uint256"], ["0x" + "11" * 20, 2**255, 2**256 - 1]) + SUFFIX_6492,
    ],
)
def test_wrapper__that_cannot_be_read__is_refused(installation: Any, wallet: Wallet, wrapper: bytes) -> None:
    message = offered(installation, wallet.address)
    assert code(attempt(installation, message, wrapper)) == "session: bad signature"


def test_wrapper__of_anything_else__is_none() -> None:
    assert unwrap(b"") is None
    assert unwrap(SUFFIX_6492[:-1]) is None


@pytest.mark.parametrize("signature", ["", "0x", "0x1", "0xzz", "11", "0x" + "11" * 8_193, "0x11\n"])
def test_signature__that_is_none__is_refused(installation: Any, wallet: Wallet, signature: str) -> None:
    body = {"message": offered(installation, wallet.address), "signature": signature}
    assert code(installation.client.post("/api/session", json=body)) == "request: invalid"


def test_signature__of_the_greatest_length__is_asked_about(
    installation: Any, anvil: Anvil, wallet: Wallet
) -> None:
    wallet.deploy(anvil)
    message = offered(installation, wallet.address)
    assert code(attempt(installation, message, b"\xff" * 8_192)) == "session: bad signature"


def test_wallet__for_another_chain__is_refused(installation: Any, anvil: Anvil, wallet: Wallet) -> None:
    wallet.deploy(anvil)
    message = offered(installation, wallet.address).replace("Chain ID: 31907", "Chain ID: 1")
    assert code(attempt(installation, message, wallet.sign(message))) == "session: wrong chain"


def test_nonce__used_by_a_wallet__is_used(installation: Any, anvil: Anvil, wallet: Wallet) -> None:
    wallet.deploy(anvil)
    message = offered(installation, wallet.address)
    assert attempt(installation, message, wallet.sign(message)).status_code == 200
    before = installation.app_tables()
    assert code(attempt(installation, message, wallet.sign(message))) == "session: used nonce"
    assert installation.app_tables() == before


def test_wallet__many_times_at_once_with_one_nonce__succeeds_once(
    installation: Any, anvil: Anvil, wallet: Wallet
) -> None:
    wallet.deploy(anvil)
    message = offered(installation, wallet.address)
    signature = wallet.sign(message)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: attempt(installation, message, signature), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]
    assert {code(answer) for answer in answers if answer.status_code == 401} == {"session: used nonce"}
    assert len(installation.app_tables()["sessions"]) == 1
