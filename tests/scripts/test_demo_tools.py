"""The tools that the page of a demo has, and that no other server has."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_process import Demo, all_gone_within, is_running, start_demo
from eth_account import Account
from fastapi.testclient import TestClient
from live_server import HERE

from backend.bootstrap import application
from backend.settings import Settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

DAY_S = 86_400
COIN_WEI, TOKEN_UNITS = 10**18, 1_000 * 10**6
WRONG_CHECKSUM = "0x3c44CdDdB6a900fa2b585dd299e03d12FA4293BC"
POSTS = {
    "time": {"seconds": 60},
    "indexer": {"running": False},
    "faucet": {"address": "0x" + "11" * 20},
    "rpc": {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []},
}


class Tools:
    """The tools of a running demo."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.http = httpx.Client(base_url=demo.run["api_url"] + "/api", timeout=60, trust_env=False)

    def facts(self) -> dict[str, Any]:
        """What GET /api/demo says."""
        return self.http.get("/demo").raise_for_status().json()["data"]

    def do(self, tool: str, **body: Any) -> dict[str, Any]:
        """A tool that must succeed; its whole answer."""
        answer = self.http.post(f"/demo/{tool}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, tool: str, body: Any) -> tuple[int, str]:
        """A tool that must fail; status and code."""
        answer = self.http.post(f"/demo/{tool}", json=body)
        error = answer.json()["error"]
        assert error["message"]
        assert error["next_step"]
        return answer.status_code, error["code"]

    def rpc(self, method: str, *params: Any) -> Any:
        """A JSON-RPC call through the page's own door; its reply."""
        return self.do("rpc", jsonrpc="2.0", id=7, method=method, params=list(params))

    def number(self, method: str, *params: Any) -> int:
        """The number that an allowed method answers."""
        return int(self.rpc(method, *params)["result"], 16)

    def indexed(self) -> dict[str, Any]:
        """At which block the API answers."""
        return self.http.get("/chain").raise_for_status().json()["as_of"]

    def tokens(self, member: str) -> int:
        """What a member holds of the demo's token, from the chain."""
        data = "0x70a08231" + member[2:].lower().rjust(64, "0")
        return self.number("eth_call", {"to": self.facts()["token"], "data": data}, "latest")

    def pids(self) -> dict[str, int]:
        """The processes as the demo says now."""
        return json.loads((self.demo.home / "run.json").read_text())["pids"]


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    demo = start_demo(temporary=tmp_path_factory.mktemp("demo"))
    yield Tools(demo)
    assert demo.stop() == 0


@pytest.fixture
def newcomer() -> str:
    return str(Account.create().address)


def test_welcome__names_the_page(tools: Tools) -> None:
    assert f"page: {tools.demo.run['api_url']} " in tools.demo.printed


def test_facts__name_the_personas_whose_keys_the_mnemonic_gives(tools: Tools) -> None:
    facts = tools.facts()
    assert [someone["name"] for someone in facts["personas"]] == [
        "lena",
        "amir",
        "mira",
        "jonas",
        "sofia",
        "paula",
    ]
    Account.enable_unaudited_hdwallet_features()
    for someone in facts["personas"]:
        path = f"m/44'/60'/0'/0/{someone['index']}"
        assert Account.from_mnemonic(facts["mnemonic"], account_path=path).address == someone["address"]
    assert (facts["chain_id"], facts["rpc_url"]) == (31_907, tools.demo.run["rpc_url"])
    assert (facts["token_symbol"], facts["token_decimals"]) == ("dEUR", 6)
    assert facts["indexer"] == "running"
    assert facts["simulated"] == [f"demo.simulated.{what}" for what in ("chain", "money", "keys", "time")]
    assert facts["head"] >= tools.indexed()["block"]


def test_server_without_a_demo__has_none_of_the_paths(tools: Tools) -> None:
    with TestClient(application(Settings(home=tools.demo.home)), HERE) as client:
        answers = [client.get("/api/demo")] + [
            client.post(f"/api/demo/{path}", json=POSTS[path]) for path in POSTS
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "request: unknown route")
        assert not [path for path in client.get("/api/openapi.json").json()["paths"] if "demo" in path]


@pytest.mark.parametrize("tool", POSTS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_post__with_a_content_type_that_needs_no_permission__is_refused(
    tools: Tools, tool: str, kind: str
) -> None:
    before = tools.number("eth_blockNumber")
    headers = {"content-type": kind} if kind else {}
    answer = tools.http.post(f"/demo/{tool}", content=json.dumps(POSTS[tool]), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "demo: wrong content type")
    assert tools.facts()["indexer"] == "running"
    assert tools.number("eth_blockNumber") <= before + 1  # its ten-second rhythm


def test_time__moves_forward_and_is_indexed(tools: Tools) -> None:
    before = tools.indexed()["block_time_s"]
    answer = tools.do("time", seconds=3 * DAY_S)
    assert answer["data"]["now_s"] >= before + 3 * DAY_S
    assert answer["as_of"]["block"] >= answer["data"]["block"]
    assert answer["as_of"]["block_time_s"] >= answer["data"]["now_s"]


@pytest.mark.parametrize(
    "body",
    [{}, [], 60, *({"seconds": value} for value in (0, -DAY_S, 367 * DAY_S, "60", 1.5, True, None))],
)
def test_time__that_cannot_be__moves_nothing(tools: Tools, body: Any) -> None:
    before = tools.facts()["now_s"]
    assert tools.refusal("time", body) == (422, "request: invalid")
    assert tools.facts()["now_s"] < before + 60


def test_time__with_a_field_too_many__is_refused(tools: Tools) -> None:
    assert tools.refusal("time", {"seconds": 60, "hours": 1}) == (422, "request: unknown field")


def test_faucet__gives_a_coin_and_a_thousand(tools: Tools, newcomer: str) -> None:
    given = tools.do("faucet", address=newcomer)["data"]
    assert tools.number("eth_getBalance", newcomer, "latest") == COIN_WEI
    assert tools.tokens(newcomer) == TOKEN_UNITS
    for transaction in (given["coin_transaction"], given["transaction"]):
        assert int(tools.rpc("eth_getTransactionReceipt", transaction)["result"]["status"], 16) == 1


def test_faucet__asked_by_several_at_once__gives_to_each(tools: Tools) -> None:
    newcomers = [str(Account.create().address) for _ in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(lambda member: tools.do("faucet", address=member), newcomers))
    assert [tools.tokens(member) for member in newcomers] == [TOKEN_UNITS] * 4
    assert [tools.number("eth_getBalance", member, "latest") for member in newcomers] == [COIN_WEI] * 4


@pytest.mark.parametrize(
    "address",
    ["", "0x", "lena", "0x" + "1" * 39, "0x" + "g" * 40, "0x" + "00" * 20, None, 7, WRONG_CHECKSUM],
)
def test_faucet__without_an_address__gives_nothing(tools: Tools, address: Any) -> None:
    assert tools.refusal("faucet", {"address": address}) == (422, "request: invalid")


def test_faucet__for_a_contract_that_takes_no_coin__says_so_and_mints_nothing(tools: Tools) -> None:
    escrow = tools.http.get("/chain").json()["data"]["escrow"]
    before = tools.tokens(escrow)
    assert tools.refusal("faucet", {"address": escrow})[1] == "chain: reverted"
    assert tools.tokens(escrow) == before


def test_rpc__passes_reads_and_signed_transactions_on(tools: Tools, newcomer: str) -> None:
    assert tools.rpc("eth_chainId") == {"jsonrpc": "2.0", "id": 7, "result": hex(31_907)}
    facts = tools.facts()
    Account.enable_unaudited_hdwallet_features()
    sofia = Account.from_mnemonic(facts["mnemonic"], account_path="m/44'/60'/0'/0/5")
    signed = sofia.sign_transaction(
        {
            "type": 2,
            "chainId": facts["chain_id"],
            "nonce": tools.number("eth_getTransactionCount", sofia.address, "pending"),
            "to": newcomer,
            "value": 5,
            "gas": 21_000,
            "maxFeePerGas": 10**10,
            "maxPriorityFeePerGas": 1,
        }
    )
    sent = tools.rpc("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex())["result"]
    assert within(5, lambda: tools.rpc("eth_getTransactionReceipt", sent)["result"] is not None)
    assert tools.number("eth_getBalance", newcomer, "latest") == 5


@pytest.mark.parametrize(
    "method",
    [
        "anvil_setBalance",
        "anvil_impersonateAccount",
        "debug_traceTransaction",
        "eth_accounts",
        "eth_sendTransaction",
        "eth_sign",
        "eth_signTypedData_v4",
        "ETH_CHAINID",
        "evm_increaseTime",
        "evm_mine",
        "hardhat_reset",
        "txpool_content",
    ],
)
def test_rpc__method_that_is_no_read__is_refused_as_json_rpc_says(tools: Tools, method: str) -> None:
    reply = tools.rpc(method)
    assert (reply["jsonrpc"], reply["id"], reply["error"]["code"]) == ("2.0", 7, -32601)
    assert "result" not in reply


def test_rpc__batch__keeps_order_and_ids_and_refuses_call_by_call(tools: Tools) -> None:
    asked = [
        {"jsonrpc": "2.0", "id": "a", "method": "eth_chainId", "params": []},
        {"jsonrpc": "2.0", "id": 1, "method": "evm_mine", "params": []},
        {"jsonrpc": "2.0", "id": 1, "method": "net_version"},
        {"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": ["nobody", "latest"]},
        "eth_chainId",
        {"jsonrpc": "2.0", "method": "eth_chainId"},
        {"jsonrpc": "2.0", "id": 2, "method": "eth_chainId", "params": {}},
    ]
    replies = tools.http.post("/demo/rpc", json=asked).json()
    assert [reply["id"] for reply in replies] == ["a", 1, 1, 1, None, None, 2]
    assert replies[0]["result"] == hex(31_907)
    assert replies[2]["result"] == "31907"
    assert [reply.get("error", {}).get("code") for reply in replies] == [
        None,
        -32601,
        None,
        -32602,  # the node's own
        -32600,
        -32600,
        -32600,
    ]


@pytest.mark.parametrize("size", [0, 51])
def test_rpc__batch_of_a_size_that_is_not_taken__is_refused(tools: Tools, size: int) -> None:
    reply = tools.http.post("/demo/rpc", json=[POSTS["rpc"]] * size).json()
    assert (reply["id"], reply["error"]["code"]) == (None, -32600)


def test_rpc__largest_batch__is_taken(tools: Tools) -> None:
    replies = tools.http.post("/demo/rpc", json=[POSTS["rpc"]] * 50).json()
    assert [reply["result"] for reply in replies] == [hex(31_907)] * 50


def test_rpc__body_that_is_too_large_or_no_json__is_refused(tools: Tools) -> None:
    huge = {**POSTS["rpc"], "method": "eth_call", "params": ["0" * 300_000]}
    assert tools.refusal("rpc", huge) == (413, "request: body too large")
    answer = tools.http.post("/demo/rpc", content="{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "request: not json")


@pytest.mark.parametrize(
    "call",
    [
        r'{"jsonrpc": "2.0", "id": "\ud800", "method": "eth_chainId"}',
        r'{"jsonrpc": "2.0", "id": 7, "method": "eth_call", "params": ["\ud800"]}',
        '{"jsonrpc": "2.0", "id": 7, "method": "eth_call", "params": [NaN]}',
        '{"jsonrpc": "2.0", "id": 7, "method": "eth_call", "params": [1e999]}',
    ],
)
def test_rpc__call_that_cannot_be_passed_on__is_refused_and_the_node_is_not_blamed(
    tools: Tools, call: str
) -> None:
    answer = tools.http.post("/demo/rpc", content=call, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, -32600)


def test_indexer__stopped__lets_the_chain_go_on_alone_and_catches_up_when_started(
    tools: Tools, newcomer: str
) -> None:
    indexer = tools.pids()["index"]
    assert tools.do("indexer", running=False)["data"] == {"indexer": "stopped"}
    assert not is_running(indexer)
    assert tools.do("indexer", running=False)["data"] == {"indexer": "stopped"}
    stopped_at = tools.indexed()["block"]

    def lag() -> int:
        return int(tools.facts()["head"]) - int(tools.indexed()["block"])

    before = lag()
    answer = tools.do("time", seconds=DAY_S)  # does not wait for an indexer that is not there
    tools.do("faucet", address=newcomer)
    assert answer["data"]["block"] > stopped_at
    assert answer["as_of"]["block"] == stopped_at
    assert tools.indexed()["block"] == stopped_at
    assert lag() >= before + 3
    assert tools.facts()["now_s"] >= answer["data"]["now_s"]
    assert tools.demo.process.poll() is None  # a wanted stop is no crash

    assert tools.do("indexer", running=True)["data"] == {"indexer": "running"}
    assert within(15, lambda: lag() <= 1)
    assert tools.indexed()["block"] > stopped_at
    assert tools.pids()["index"] != indexer
    assert is_running(tools.pids()["index"])


@pytest.mark.parametrize("body", [{}, {"running": "no"}, {"running": 0}, {"running": None}, []])
def test_indexer__wish_that_cannot_be_understood__changes_nothing(tools: Tools, body: Any) -> None:
    assert tools.refusal("indexer", body) == (422, "request: invalid")
    assert tools.facts()["indexer"] == "running"


def test_stop__while_the_indexer_is_stopped__leaves_no_process_and_no_file(tmp_path: Path) -> None:
    demo = start_demo(temporary=tmp_path)
    Tools(demo).do("indexer", running=False)
    assert demo.process.poll() is None
    assert demo.stop() == 0
    assert all_gone_within(demo.pids(), 5)
    assert list(tmp_path.iterdir()) == []


def test_indexer__that_dies_after_it_was_started_again__ends_the_demo(tmp_path: Path) -> None:
    demo = start_demo("--home", str(tmp_path / "kept"), "--keep", temporary=tmp_path)
    tools = Tools(demo)
    tools.do("indexer", running=False)
    assert demo.stop() == 0

    demo = start_demo("--home", str(tmp_path / "kept"), "--keep", temporary=tmp_path)
    tools = Tools(demo)
    assert tools.facts()["indexer"] == "running"  # a stop does not outlive its demo
    tools.do("indexer", running=False)
    tools.do("indexer", running=True)
    restarted = tools.pids()
    os.kill(restarted["index"], signal.SIGKILL)
    demo.process.communicate(timeout=30)
    assert demo.process.returncode == 1
    assert all_gone_within([demo.process.pid, *restarted.values()], 5)


def test_node__that_is_gone__is_told_apart_from_a_refusal(tmp_path: Path) -> None:
    demo = start_demo(temporary=tmp_path)
    tools = Tools(demo)
    os.kill(demo.run["pids"]["anvil"], signal.SIGKILL)
    answer = tools.http.post("/demo/rpc", json=POSTS["rpc"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, -32603)
    assert (tools.facts()["head"], tools.facts()["now_s"]) == (None, None)
    assert tools.refusal("time", {"seconds": 60}) == (503, "cli: no chain")
    assert tools.refusal("faucet", POSTS["faucet"]) == (503, "cli: no chain")
    assert demo.stop() == 0
    assert all_gone_within(demo.pids(), 5)
