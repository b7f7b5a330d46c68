"""What cannot be understood is refused with a code of the registry, and changes nothing."""

import json
from typing import Any

import pytest

from backend.errors import ERRORS


def code(answer: Any) -> str:
    body = answer.json()["error"]
    assert set(body) <= {"code", "message", "next_step", "details"}
    assert body["message"] == ERRORS[body["code"]].message
    assert answer.status_code == ERRORS[body["code"]].status
    return str(body["code"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "request: not json"),
        (b"\xff\xfe", "request: not json"),
        (b"[" * 100_000, "request: nested too deeply"),
        (b'{"a":' * 100_000, "request: nested too deeply"),
        (b'"' + b"[" * 100_000 + b'"', "request: invalid"),
        (b'{"address": ' + b"9" * 5_000 + b"}", "request: not json"),
        (b"", "request: invalid"),
        (b"[]", "request: invalid"),
        (b'{"address": "\\ud800"}', "request: invalid"),
        (b'{"address": 7}', "request: invalid"),
        (b'{"address": "0x12"}', "request: invalid"),
        (b'{"address": "0x' + b"00" * 20 + b'", "admin": true}', "request: unknown field"),
    ],
)
def test_body__that_cannot_be_understood__is_refused(
    installation: Any, content: bytes, expected: str
) -> None:
    before = installation.app_tables()
    headers = {"content-type": "application/json"}
    answer = installation.client.post("/api/session/nonce", content=content, headers=headers)
    assert code(answer) == expected
    assert installation.app_tables() == before


@pytest.mark.parametrize("chunked", [False, True])
def test_body__above_a_mebibyte__is_refused_before_it_is_read(installation: Any, chunked: bool) -> None:
    headers = installation.sign_in("owner") | {"content-type": "application/json"}
    before = installation.app_tables()
    body = json.dumps({"documents": ["x" * 1024] * 1024}).encode()
    content: Any = (body[at : at + 65_536] for at in range(0, len(body), 65_536)) if chunked else body
    answer = installation.client.post("/api/descriptions", content=content, headers=headers)
    assert code(answer) == "request: body too large"
    assert answer.json()["error"]["details"] == {"max_bytes": 1024 * 1024}
    assert installation.app_tables() == before


def test_body__of_exactly_the_limit__is_read(installation: Any) -> None:
    limit = installation.settings.max_body_bytes
    body = b'{"address": "' + b"x" * (limit - 15) + b'"}'
    assert len(body) == limit
    answer = installation.client.post(
        "/api/session/nonce", content=body, headers={"content-type": "application/json"}
    )
    assert code(answer) == "request: invalid"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/nowhere", "request: unknown route"),
        ("/api/resources/0x12", "request: invalid"),
        ("/api/resources?colour=red", "request: unknown field"),
        ("/api/resources?limit=0", "request: invalid"),
        ("/api/resources?limit=201", "request: invalid"),
        ("/api/resources?limit=many", "request: invalid"),
        ("/api/resources?after=1", "request: invalid"),
        ("/api/resources?owner=nobody", "request: invalid"),
        ("/api/requests?state=open", "request: invalid"),
        ("/api/deals?member=0x00", "request: invalid"),
        ("/api/deals?before=1", "request: unknown field"),
        (f"/api/members/0x{'00' * 20}/notices?before=-1", "request: invalid"),
        ("/api/members/lena/reputation", "request: invalid"),
        (f"/api/resources/0x{'00' * 32}", "booking: unknown resource"),
        (f"/api/resources/0x{'00' * 32}/availability?from_s=1&to_s=2", "booking: unknown resource"),
        (f"/api/resources/0x{'00' * 32}/availability?from_s=2&to_s=2", "request: impossible time"),
        (f"/api/resources/0x{'00' * 32}/availability?from_s=-1&to_s=2", "request: invalid"),
        (f"/api/resources/0x{'00' * 32}/availability?from_s=1&to_s={2**40}", "request: invalid"),
        (f"/api/resources/0x{'00' * 32}/availability?from_s=1&to_s=40000000", "request: span too long"),
        (f"/api/resources/0x{'00' * 32}/availability", "request: invalid"),
        (f"/api/requests/0x{'00' * 32}", "booking: unknown request"),
        (f"/api/deals/0x{'00' * 32}", "escrow: unknown deal"),
    ],
)
def test_path_or_query__that_cannot_be__is_refused(installation: Any, path: str, expected: str) -> None:
    assert code(installation.client.get(path)) == expected


def test_method__that_a_path_does_not_take__is_refused(installation: Any) -> None:
    assert code(installation.client.put("/api/session")) == "request: unknown method"


def test_unexpected_error__is_an_error_like_the_others(installation: Any) -> None:
    with installation.rows.engine.begin() as conn:
        conn.exec_driver_sql("DROP TABLE chain.escrows")
    assert code(installation.client.get("/api/deals")) == "server: internal"
