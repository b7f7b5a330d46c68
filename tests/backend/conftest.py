"""A real installation in a folder of its own: chain tables folded from typed events, app tables, HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chain_rows import CHAIN_ID, ChainRows
from fastapi.testclient import TestClient
from installation import START_S, Clock, Installation
from live_server import HERE

from backend.bootstrap import application
from backend.settings import Settings
from indexer.chain import deployment


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
