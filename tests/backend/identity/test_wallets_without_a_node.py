"""Contract wallets while the node is missing, gone, slow or wrong: each has its code, and others go on."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_defunct
from lying_node import BusyError, UnknownMethodError, lying_node

from backend.adapters.simulation import SLOTS, TIMEOUT_S
from backend.settings import Settings
from scripts._anvil import Anvil
from scripts._processes import free_port

ADDRESS = "0x" + "11" * 20
# says yes to everything
YES_MAN = "0x631626ba7e60e01b5f5260205ff3"
ANSWER = {"returnData": "0x1626ba7e" + "00" * 28, "status": "0x1"}


@pytest.fixture
def rpc_url() -> str:
    """Tests give another: by a parameter or a fixture of their own."""
    return ""


@pytest.fixture
def settings(home: Path, rpc_url: str) -> Settings:
    return Settings(home=home, rpc_url=rpc_url)


def attempt(installation: Any, signature: str = "0x01", address: str = ADDRESS) -> Any:
    offered = installation.client.post("/api/session/nonce", json={"address": address}).json()["data"]
    body = {"message": offered["message"], "signature": signature}
    return installation.client.post("/api/session", json=body)


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


def test_no_node__plain_keys_sign_in_and_wallets_hear_why_not(installation: Any) -> None:
    assert installation.sign_in("member")
    assert outcome(attempt(installation)) == (503, "session: no node")


def test_no_node__a_strangers_key_is_a_bad_signature(installation: Any) -> None:
    signed = installation.member("stranger").sign_message(encode_defunct(text="something else"))
    signature = "0x" + bytes(signed.signature).hex()
    assert outcome(attempt(installation, signature)) == (401, "session: bad signature")


@pytest.mark.parametrize("rpc_url", [f"http://127.0.0.1:{free_port()}"], ids=["nobody there"])
def test_node_gone__plain_keys_sign_in_and_wallets_wait(installation: Any) -> None:
    assert installation.sign_in("member")
    before = installation.app_tables()["sessions"]
    assert outcome(attempt(installation)) == (503, "session: node unreachable")
    assert installation.app_tables()["sessions"] == before


class TestOtherChain:
    """A node of another chain is not believed."""

    @pytest.fixture
    def rpc_url(self) -> Iterator[str]:
        with Anvil(chain_id=1) as other:
            other.rpc("anvil_setCode", ADDRESS, YES_MAN)
            yield other.rpc_url

    def test_wallet_there__is_not_let_in(self, installation: Any) -> None:
        assert outcome(attempt(installation)) == (503, "session: node unreachable")


class TestLyingNode:
    """Whatever a node answers, it is no error of ours."""

    @pytest.fixture
    def lie(self) -> dict[str, Any]:
        return {}

    @pytest.fixture
    def rpc_url(self, lie: dict[str, Any]) -> Iterator[str]:
        def said(method: str, _: list[Any], result: Any) -> Any:
            if method not in lie:
                return result
            if isinstance(lie[method], type):
                raise lie[method]
            return lie[method]

        with Anvil() as anvil:
            anvil.rpc("anvil_setCode", ADDRESS, YES_MAN)
            with lying_node(anvil.rpc_url, said) as url:
                yield url

    def test_node__that_fails_once__is_asked_again_with_the_same_message(
        self, installation: Any, lie: dict[str, Any]
    ) -> None:
        offered = installation.client.post("/api/session/nonce", json={"address": ADDRESS}).json()["data"]
        body = {"message": offered["message"], "signature": "0x01"}
        lie["eth_simulateV1"] = BusyError
        answer = installation.client.post("/api/session", json=body)
        assert outcome(answer) == (503, "session: node unreachable")
        lie.clear()
        assert installation.client.post("/api/session", json=body).status_code == 200

    @pytest.mark.parametrize(
        ("method", "result"),
        [
            ("eth_simulateV1", UnknownMethodError),
            ("eth_simulateV1", BusyError),
            ("eth_simulateV1", None),
            ("eth_simulateV1", []),
            ("eth_simulateV1", "0x"),
            ("eth_simulateV1", [{}]),
            ("eth_simulateV1", [{"calls": []}]),
            ("eth_simulateV1", [{"calls": [ANSWER, ANSWER]}]),
            ("eth_simulateV1", [{"calls": [ANSWER | {"status": None}]}]),
            ("eth_simulateV1", [{"calls": [ANSWER | {"returnData": "0xzz"}]}]),
            ("eth_simulateV1", [{"calls": [ANSWER | {"returnData": None}]}]),
            ("eth_chainId", None),
            ("eth_chainId", "0x1"),
            ("eth_chainId", "one"),
        ],
    )
    def test_node__with_an_unusable_answer__lets_nobody_in(
        self, installation: Any, lie: dict[str, Any], method: str, result: Any
    ) -> None:
        lie[method] = result
        assert outcome(attempt(installation)) == (503, "session: node unreachable")


class TestSilentNode:
    """A node that takes every question and never answers."""

    @pytest.fixture
    def rpc_url(self) -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0), backlog=SLOTS) as silent:
            yield f"http://127.0.0.1:{silent.getsockname()[1]}"

    def test_others__go_on_meanwhile_and_one_too_many_is_told(self, installation: Any) -> None:
        offers = [
            installation.client.post("/api/session/nonce", json={"address": ADDRESS}).json()["data"]
            for _ in range(SLOTS + 1)
        ]
        started = threading.Barrier(SLOTS + 2)

        def sign_in(offered: dict[str, Any]) -> tuple[float, tuple[int, str]]:
            started.wait()
            began = time.monotonic()
            body = {"message": offered["message"], "signature": "0x01"}
            answer = installation.client.post("/api/session", json=body)
            return time.monotonic() - began, outcome(answer)

        with ThreadPoolExecutor(SLOTS + 1) as pool:
            waiting = [pool.submit(sign_in, offered) for offered in offers]
            started.wait()
            time.sleep(0.5)
            began = time.monotonic()
            assert installation.sign_in("member")  # two writes
            assert time.monotonic() - began < TIMEOUT_S / 2
            answers = [future.result() for future in waiting]
        assert sorted(code for _, (_, code) in answers) == [
            "session: node busy",
            *["session: node unreachable"] * SLOTS,
        ]
        assert max(seconds for seconds, _ in answers) < TIMEOUT_S + 2
