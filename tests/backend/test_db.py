"""Two files, one connection: what may be written, half a transaction, a replaced file, many writers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chain_rows import ChainRows
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backend import db
from backend.identity import repository


def test_app_connections__cannot_write_the_chain_tables(installation: Any) -> None:
    with pytest.raises(OperationalError, match="readonly"), db.writing(installation.engine) as conn:
        conn.execute(text("DELETE FROM chain.cursor"))


def test_writing__that_fails__leaves_nothing(installation: Any) -> None:
    before = installation.app_tables()

    def store_and_fail() -> None:
        with db.writing(installation.engine) as conn:
            repository.add_nonce(conn, "abcdefgh", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store_and_fail()
    assert installation.app_tables() == before


def test_chain_file__replaced_while_serving__is_read_anew(installation: Any) -> None:
    assert installation.client.get("/api/health").json()["as_of"]["block"] == 1
    installation.rows.engine.dispose()
    for path in installation.settings.home.glob("chain.sqlite*"):
        path.unlink()
    answer = installation.client.get("/api/health")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "chain: not indexed")
    rows = ChainRows(installation.settings.chain_file, installation.rows.time_s)
    rows.block(rows.time_s)
    assert installation.client.get("/api/health").json()["as_of"]["block"] == 2


def test_writers__at_the_same_time__wait_for_each_other(installation: Any) -> None:
    def add(number: int) -> None:
        with db.writing(installation.engine) as conn:
            conn.execute(text("SELECT count(*) FROM app.nonces")).one()
            repository.add_nonce(conn, f"nonce{number:08}", number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert len(installation.app_tables()["nonces"]) == 40


def test_error__of_a_statement__does_not_repeat_what_members_wrote(installation: Any) -> None:
    with pytest.raises(OperationalError) as caught, db.reading(installation.engine) as conn:
        conn.execute(text("INSERT INTO app.nowhere VALUES (:text)"), {"text": "ring at Novak, third floor"})
    assert "Novak" not in str(caught.value)
