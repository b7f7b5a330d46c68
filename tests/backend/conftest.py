"""A real installation in a folder of its own: chain tables folded from typed events, app tables, HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from chain_rows import CHAIN_ID, ChainRows
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from fastapi.testclient import TestClient
from live_server import HERE
from sqlalchemy import Engine, MetaData, Table, inspect, select

from backend.bootstrap import application
from backend.settings import Settings
from indexer.chain import deployment

START_S = 1_800_000_000


@dataclass
class Clock:
    """Wall time that stands still until told otherwise."""

    now_s: int = START_S

    def __call__(self) -> int:
        return self.now_s


@dataclass
class Installation:
    """One running backend over one chain file."""

    settings: Settings
    rows: ChainRows
    clock: Clock
    client: TestClient
    engine: Engine
    deployed: deployment.Deployment
    members: dict[str, LocalAccount] = field(default_factory=dict)

    def member(self, role: str) -> LocalAccount:
        """The same key for the same role."""
        if role not in self.members:
            self.members[role] = Account.from_key(f"{len(self.members) + 1:064x}")
        return self.members[role]

    def address(self, role: str) -> bytes:
        """20 bytes."""
        return bytes.fromhex(self.member(role).address[2:])

    def sign_in(self, role: str) -> dict[str, str]:
        """Headers of a new session."""
        account = self.member(role)
        offered = self.client.post("/api/session/nonce", json={"address": account.address}).json()["data"]
        signed = account.sign_message(encode_defunct(text=offered["message"]))
        body = {"message": offered["message"], "signature": "0x" + signed.signature.hex().removeprefix("0x")}
        answer = self.client.post("/api/session", json=body)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['data']['token']}"}

    def app_tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table of ours, to show that something changed nothing."""
        with self.engine.connect() as conn:
            names = inspect(conn).get_table_names(schema="app")
            return {
                name: [
                    tuple(row)
                    for row in conn.execute(select(Table(name, MetaData(), schema="app", autoload_with=conn)))
                ]
                for name in names
            }


def error(answer: object) -> str:
    """The code of an error answer."""
    return answer.json()["error"]["code"]  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    deployment.save(
        deployment.Deployment(
            chain_id=CHAIN_ID, start_block=1, ledger=b"\x0a" * 20, bookings=b"\x0b" * 20, escrow=b"\x0c" * 20
        ),
        tmp_path / "deployment.json",
    )
    return tmp_path


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def installation(settings: Settings) -> Iterator[Installation]:
    rows = ChainRows(settings.chain_file, START_S)
    clock = Clock()
    app = application(settings, clock)
    # without the application's lifespan: no worker, so that nothing moves by itself
    client = TestClient(app, HERE, raise_server_exceptions=False)
    parts = app.state.runtime
    yield Installation(settings, rows, clock, client, parts.engine, parts.deployment)
    client.close()
    parts.engine.dispose()
    rows.engine.dispose()
