"""One demo for each file of commands, and what it begins with."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from demo_process import Demo, start_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all tests of a file."""
    started = start_demo(temporary=tmp_path_factory.mktemp("demo"))
    yield started
    started.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def things(demo: Demo) -> dict[str, str]:
    """Title → resource id."""
    found = demo.json("resource", "list", "--limit", "100")["data"]["items"]
    return {item["description"]["title"]: item["resource"] for item in found}


@pytest.fixture(scope="module")
def request_of_sofia(demo: Demo) -> str:
    """The pending request that the demo begins with: Sofia asks Lena for the projector."""
    items: list[dict[str, Any]] = demo.json("requests", "--owner", "lena", "--state", "pending")["data"][
        "items"
    ]
    return str(items[0]["request"])
