"""Health, contracts, and the registry over HTTP."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chain_rows import CHAIN_ID
from fastapi.testclient import TestClient
from live_server import HERE
from sqlalchemy import delete, text, update

from backend.bootstrap import application
from backend.errors import ERRORS, UnavailableError
from backend.messages import MESSAGES
from backend.settings import Settings
from indexer.chain import deployment
from indexer.store.tables import cursor, head, trail


def test_answers__say_at_which_block_they_were_read(installation: Any) -> None:
    installation.rows.block(installation.rows.time_s + 12)
    with installation.rows.engine.begin() as conn:
        conn.execute(update(head).values(number=12, final=1, timestamp_s=installation.rows.time_s + 120))
    answer = installation.client.get("/api/health").json()
    assert answer["as_of"] == {
        "block": 2,
        "block_hash": "0x" + (2).to_bytes(32, "big").hex(),
        "block_time_s": installation.rows.time_s,
        "head": 12,
        "final": 1,
        "lag_blocks": 10,
        "lag_s": 120,
    }
    assert answer["data"]["status"] == "behind"


def test_health__at_the_head__is_ok(installation: Any) -> None:
    assert installation.client.get("/api/health").json()["data"] == {"status": "ok"}


def test_chain__names_the_contracts(installation: Any) -> None:
    shown = installation.client.get("/api/chain").json()["data"]
    assert shown["chain_id"] == shown["indexed_chain_id"] == CHAIN_ID
    assert shown["escrow"].lower() == "0x" + "0c" * 20
    assert (shown["token"], shown["token_symbol"], shown["token_decimals"]) == (None, None, None)


def test_chain__says_which_chain_it_is_for_as_long_as_it_is_that_one(installation: Any) -> None:
    first = "0x" + (1).to_bytes(32, "big").hex()
    assert installation.client.get("/api/chain").json()["data"]["first_block_hash"] == first
    installation.rows.block(installation.rows.time_s + 12)
    assert installation.client.get("/api/chain").json()["data"]["first_block_hash"] == first


def test_chain__with_a_token__says_its_unit(home: Path, installation: Any) -> None:
    deployed = replace(installation.deployed, token=b"\x0d" * 20, token_symbol="dEUR", token_decimals=6)
    deployment.save(deployed, home / "deployment.json")
    shown = TestClient(application(installation.settings), HERE).get("/api/chain").json()["data"]
    assert (shown["token_symbol"], shown["token_decimals"]) == ("dEUR", 6)


def test_chain__keeps_the_operators_node_to_itself(installation: Any) -> None:
    # the address of a hosted node holds the key that the operator pays for
    assert "rpc_url" not in installation.client.get("/api/chain").json()["data"]


def test_block__ahead_indexed_and_final__says_so(installation: Any) -> None:
    installation.rows.final = 1
    installation.rows.block(installation.rows.time_s + 12)
    ahead, read, final = (installation.client.get(f"/api/blocks/{n}").json()["data"] for n in (3, 2, 1))
    assert ahead == {"number": 3, "state": "ahead", "block_hash": None}
    assert read == {"number": 2, "state": "indexed", "block_hash": "0x" + (2).to_bytes(32, "big").hex()}
    assert final == {"number": 1, "state": "final", "block_hash": "0x" + (1).to_bytes(32, "big").hex()}


def test_block__whose_header_is_not_kept__has_no_hash(installation: Any) -> None:
    with installation.rows.engine.begin() as conn:
        conn.execute(delete(trail))
    shown = installation.client.get("/api/blocks/1").json()["data"]
    assert shown == {"number": 1, "state": "indexed", "block_hash": None}


@pytest.mark.parametrize("number", ["-1", "x", str(2**53), "0x1"])
def test_block__impossible_number__is_refused(installation: Any, number: str) -> None:
    answer = installation.client.get(f"/api/blocks/{number}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request: invalid")


def test_registry__has_every_error_and_every_sentence(installation: Any) -> None:
    shown = installation.client.get("/api/errors").json()["data"]
    assert {entry["code"] for entry in shown["errors"]} == set(ERRORS)
    assert {entry["key"] for entry in shown["messages"]} == set(MESSAGES)


def test_answers__before_the_first_block__say_so(installation: Any) -> None:
    with installation.rows.engine.begin() as conn:
        conn.execute(delete(cursor))
    answer = installation.client.get("/api/health")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "chain: not indexed")


def test_answers__tables_of_another_version__wait_for_the_indexer(installation: Any) -> None:
    with installation.rows.engine.begin() as conn:
        conn.execute(text("ALTER TABLE chain.head DROP COLUMN final"))
    for path in ("/api/health", "/api/chain", "/api/stream"):
        answer = installation.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "chain: not indexed")


def test_application__without_a_deployment__does_not_start(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="chain: no deployment"):
        application(Settings(home=tmp_path))


def test_application__without_chain_tables__does_not_start(home: Path) -> None:
    with pytest.raises(UnavailableError, match="chain: not indexed"):
        application(Settings(home=home))


def test_application__started_again__keeps_what_it_has(installation: Any) -> None:
    headers = installation.sign_in("member")
    again = TestClient(application(installation.settings, installation.clock), HERE)
    assert again.get("/api/session", headers=headers).status_code == 200


def test_openapi__describes_every_path(installation: Any) -> None:
    paths = installation.client.get("/api/openapi.json").json()["paths"]
    assert {"/api/search", "/api/deals/{escrow}", "/api/members/{member}/reputation"} <= set(paths)


def test_indexer_health__is_mounted(installation: Any) -> None:
    assert installation.client.get("/api/indexer/health").json()["ready"] is True


def test_page_of_paths__names_each_and_asks_no_other_host(installation: Any) -> None:
    page = installation.client.get("/api/docs").text
    for path in installation.client.get("/api/openapi.json").json()["paths"]:
        assert f"<td>{path}" in page
    assert "//" not in page.replace("<!doctype html>", "")
