"""Resources, availability and requests over HTTP, on tables folded from events."""

from typing import Any

import pytest
from chain_facts import DAY_S, HOUR_S, announced, denied, granted, number, requested
from description_factory import a_document

from backend.booking.service import service_number

RESOURCE, OTHER = number(1), number(2)
FIRST, SECOND, THIRD = number(11), number(12), number(13)


@pytest.fixture
def library(installation: Any) -> Any:
    """Two resources of an owner, the first one described; three requests for it."""
    owner, requester = installation.address("owner"), installation.address("requester")
    answer = installation.client.post(
        "/api/descriptions", json={"documents": [a_document()]}, headers=installation.sign_in("owner")
    )
    digest = bytes.fromhex(answer.json()["data"]["items"][0]["digest"][2:])
    now_s = installation.rows.time_s
    start_s = now_s - now_s % HOUR_S + DAY_S
    installation.start_s = start_s
    installation.rows.block(
        now_s,
        [
            announced(owner, RESOURCE, digest, service=service_number("tools")),
            announced(installation.address("stranger"), OTHER, number(99), service=service_number("space")),
        ],
    )
    installation.rows.block(
        now_s + 10,
        [
            requested(RESOURCE, FIRST, requester, start_s, 2, expires_at=start_s),
            granted(RESOURCE, FIRST, owner),
            requested(RESOURCE, SECOND, requester, start_s + 4 * HOUR_S, 1, expires_at=now_s + 3_600),
            requested(RESOURCE, THIRD, requester, start_s + 6 * HOUR_S, 1, expires_at=now_s + 7_200),
        ],
    )
    return installation


def get(installation: Any, path: str, **params: Any) -> Any:
    answer = installation.client.get(f"/api{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def test_resource__with_a_stored_description__shows_it(library: Any) -> None:
    shown = get(library, f"/resources/{hexed(RESOURCE)}")
    assert shown["owner"] == library.member("owner").address
    assert shown["description"]["title"] == "Drill 1"
    assert (shown["rule"], shown["quantum_s"], shown["notice_s"]) == ("manual", HOUR_S, HOUR_S)
    assert shown["salt"] == hexed(RESOURCE)  # these announcements are salted with their id
    assert shown["cid"] in {row[2] for row in library.app_tables()["descriptions"]}


def test_resource__without_a_stored_description__shows_the_chain_part(library: Any) -> None:
    assert get(library, f"/resources/{hexed(OTHER)}")["description"] is None


def test_resources__by_owner_service_and_page(library: Any) -> None:
    mine = get(library, "/resources", owner=library.member("owner").address)["items"]
    assert [item["resource"] for item in mine] == [hexed(RESOURCE)]
    assert [item["resource"] for item in get(library, "/resources", service="space")["items"]] == [
        hexed(OTHER)
    ]
    first = get(library, "/resources", limit=1)
    second = get(library, "/resources", limit=1, after=first["next_after"])
    assert [item["resource"] for item in first["items"] + second["items"]] == [hexed(RESOURCE), hexed(OTHER)]
    assert second["next_after"] is None


def test_availability__leaves_out_grants_and_nothing_else(library: Any) -> None:
    start_s = library.start_s
    shown = get(
        library,
        f"/resources/{hexed(RESOURCE)}/availability",
        from_s=start_s - HOUR_S,
        to_s=start_s + 8 * HOUR_S,
    )
    assert shown["free"] == [
        {"start_s": start_s - HOUR_S, "end_s": start_s},
        {"start_s": start_s + 2 * HOUR_S, "end_s": start_s + 8 * HOUR_S},
    ]
    assert shown["earliest_start_s"] == library.rows.time_s + HOUR_S
    assert shown["latest_start_s"] == library.rows.time_s + 60 * DAY_S


def test_request__pending__is_the_owners_until_it_expires(library: Any) -> None:
    path = f"/requests/{hexed(SECOND)}"
    library.rows.block(library.rows.time_s + 3_589)
    shown = get(library, path)
    assert (shown["state"], shown["next_actor"], shown["by_s"]) == (
        "pending",
        "owner",
        library.rows.time_s + 1,
    )
    assert shown["may"] == {"owner": ["confirm", "deny"], "requester": ["cancel"]}
    library.rows.block(library.rows.time_s + 1)
    shown = get(library, path)
    assert (shown["state"], shown["next_actor"], shown["by_s"]) == ("expired", "nobody", None)


def test_requests__by_their_state_now(library: Any) -> None:
    library.rows.block(library.rows.time_s + 3_600, [denied(RESOURCE, THIRD, library.address("owner"))])

    def ids(**params: Any) -> list[str]:
        return [item["request"] for item in get(library, "/requests", **params)["items"]]

    assert ids() == [hexed(FIRST), hexed(SECOND), hexed(THIRD)]
    assert ids(state="expired") == [hexed(SECOND)]
    assert ids(state="pending") == []
    assert ids(state="denied") == [hexed(THIRD)]
    assert ids(owner=library.member("owner").address, state="granted") == [hexed(FIRST)]
    assert ids(requester=library.member("owner").address) == []
    assert ids(resource=hexed(OTHER)) == []
    first = get(library, "/requests", limit=2)
    assert len(first["items"]) == 2
    assert len(get(library, "/requests", limit=2, after=first["next_after"])["items"]) == 1
