"""A server on this machine answers under its own names only, so that no site's name can be pointed at it."""

from pathlib import Path
from typing import Any

import pytest

from backend.kit.known_hosts import host_of, is_loopback
from backend.settings import Settings

REFUSED = (421, "request: unknown host")
PATHS = ["/", "/api/chain", "/api/stream", "/assets/x.js"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""]
)
def test_request__under_a_foreign_name__is_refused(installation: Any, host: str, path: str) -> None:
    answer = installation.client.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == REFUSED
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_request__with_two_hosts__is_refused(installation: Any) -> None:
    answer = installation.client.get("/api/health", headers=[("Host", "127.0.0.1"), ("Host", "evil.example")])
    assert (answer.status_code, answer.json()["error"]["code"]) == REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST.:81", "[::1]:8000", "127.0.0.1"])
def test_request__under_its_own_name__is_answered(installation: Any, host: str) -> None:
    answer = installation.client.get("/api/nowhere", headers={"Host": host})
    assert answer.json()["error"]["code"] == "request: unknown route"


def test_hosts__with_a_domain_and_more_names__are_all_of_them(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, domain="things.example", hosts="other.example:444, Third.Example")
    assert settings.known_hosts == frozenset(
        {"127.0.0.1", "::1", "localhost", "other.example", "things.example", "third.example"}
    )


@pytest.mark.parametrize("host", ["203.0.113.7", "::2", "192.168.1.5", "things.example"])
def test_hosts__listening_beyond_this_machine__are_not_judged(tmp_path: Path, host: str) -> None:
    assert Settings(home=tmp_path, api_host=host).known_hosts is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback__is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    ("authority", "host"),
    [("A.example:80", "a.example"), ("[::1]:8000", "::1"), ("[::1]", "::1"), ("a.example.", "a.example")],
)
def test_host__of_an_authority__has_no_port(authority: str, host: str) -> None:
    assert host_of(authority) == host
