"""Description documents: stored once, by their hash, and only when every field is as it should be."""

from hashlib import sha256
from typing import Any

import pytest
from description_factory import a_document

from backend.adapters.content_store import cid_of
from backend.booking.schemas import Description
from backend.booking.service import encode
from backend.kit.canonical_json import canonical_json


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def store(installation: Any, documents: list[Any], headers: dict[str, str]) -> Any:
    return installation.client.post("/api/descriptions", json={"documents": documents}, headers=headers)


def test_descriptions__stored__are_found_by_cid_and_have_their_digest(installation: Any) -> None:
    headers = installation.sign_in("owner")
    answer = store(installation, [a_document(1), a_document(2)], headers)
    assert answer.status_code == 200
    first, second = answer.json()["data"]["items"]
    assert first != second
    block = encode(Description.model_validate(a_document(1)))
    assert first == {"cid": cid_of(block), "digest": "0x" + sha256(block).hexdigest()}
    assert (installation.settings.content_folder / first["cid"]).read_bytes() == block
    shown = installation.client.get(f"/api/descriptions/{first['cid']}").json()["data"]
    assert shown["document"] == a_document(1)


@pytest.mark.parametrize("amount", [2**53 + 1, 2**60 + 1, 2**96 - 1])
def test_descriptions__with_amounts_beyond_2_to_the_53__are_shown_to_the_last_unit(
    installation: Any, amount: int
) -> None:
    document = a_document(price={"amount": amount, "currency": "WEI", "per": "day"}, deposit=amount)
    (stored,) = store(installation, [document], installation.sign_in("owner")).json()["data"]["items"]
    assert stored["digest"] == "0x" + sha256(canonical_json(document)).hexdigest()
    answer = installation.client.get(f"/api/descriptions/{stored['cid']}")
    assert answer.json()["data"]["document"] == document
    assert answer.text.count(f":{amount},") == 2  # an integer of JSON, in no other notation


def test_descriptions__with_what_a_policy_keeps_the_hash_of__keep_their_digest(installation: Any) -> None:
    member = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    demand = {"token": member, "price": 5, "price_each": 0, "deposit": 2**96 - 1, "object_s": 60}
    demand |= {"claim_s": 60, "answer_s": 60, "silent_payer_bps": 10_000, "silent_arbitrator_bps": 0}
    ladder = [{"arbitrator": member, "window_s": 60, "fee_cap": 1}]
    documents = [
        a_document(group={"k": 1, "members": [member]}),
        a_document(demand=demand | {"ladder": ladder}),
    ]
    stored = store(installation, documents, installation.sign_in("owner")).json()["data"]["items"]
    assert [one["digest"] for one in stored] == [
        "0x" + sha256(canonical_json(document)).hexdigest() for document in documents
    ]
    shown = installation.client.get(f"/api/descriptions/{stored[1]['cid']}").json()["data"]
    assert shown["document"] == documents[1]


def test_descriptions__stored_again__change_nothing(installation: Any) -> None:
    headers = installation.sign_in("owner")
    first = store(installation, [a_document(1), a_document(1)], headers).json()["data"]
    before = installation.app_tables()
    other = installation.sign_in("stranger")
    again = store(installation, [a_document(1)], other).json()["data"]
    assert again["items"] == first["items"][:1]
    assert installation.app_tables()["descriptions"] == before["descriptions"]


def test_descriptions__without_a_session__are_refused(installation: Any) -> None:
    before = installation.app_tables()
    answer = installation.client.post("/api/descriptions", json={"documents": [a_document()]})
    assert (answer.status_code, code(answer)) == (401, "session: missing")
    assert installation.app_tables() == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"surprise": 1}, "request: unknown field"),
        ({"price": {"amount": 1, "currency": "EUR", "per": "day", "vat": 1}}, "request: unknown field"),
        ({"v": 2}, "request: invalid"),
        ({"title": ""}, "request: invalid"),
        ({"title": "x" * 121}, "request: invalid"),
        ({"title": "two\nlines"}, "request: invalid"),
        ({"title": 5}, "request: invalid"),
        ({"text": "x" * 4_001}, "request: invalid"),
        ({"service": "Power Tools"}, "request: invalid"),
        ({"cell": "891e15b64dbffff"}, "request: invalid"),  # finer than the public position may be
        ({"cell": "ffffffffffffffff"}, "request: invalid"),
        ({"cell": "881E15B64DFFFFF"}, "request: invalid"),
        ({"max_distance_m": 0}, "request: invalid"),
        ({"max_distance_m": 20_000_001}, "request: invalid"),
        ({"max_distance_m": True}, "request: invalid"),
        ({"deposit": -1}, "request: invalid"),
        ({"deposit": 2**96}, "request: invalid"),
        ({"deposit": 1.0}, "request: invalid"),
        ({"deposit": "5"}, "request: invalid"),
        ({"price": {"amount": 1, "currency": "EUR", "per": "week"}}, "request: invalid"),
        ({"criteria": {"size": 1.5}}, "request: invalid"),
        ({"criteria": {"size": None}}, "request: invalid"),
        ({"criteria": {"Size": 1}}, "request: invalid"),
        ({"criteria": {f"c{n}": n for n in range(51)}}, "request: invalid"),
        ({"tz": "Middle/Earth"}, "request: invalid"),
        ({"tz": "Factory"}, "request: invalid"),
        ({"tz": "localtime"}, "request: invalid"),
        ({"salt": "zz"}, "request: invalid"),
    ],
)
def test_description__with_a_bad_field__is_refused_with_all_others(
    installation: Any, changes: dict[str, Any], expected: str
) -> None:
    headers = installation.sign_in("owner")
    before = installation.app_tables()
    answer = store(installation, [a_document(1), a_document(2, **changes)], headers)
    assert (answer.status_code, code(answer)) == (422, expected)
    assert answer.json()["error"]["details"]["fields"][0]["field"].startswith("body.documents.1")
    assert installation.app_tables() == before
    assert not list(installation.settings.content_folder.iterdir())


def test_description__without_a_field__is_refused(installation: Any) -> None:
    document = a_document()
    del document["salt"]
    answer = store(installation, [document], installation.sign_in("owner"))
    assert code(answer) == "request: invalid"
    assert answer.json()["error"]["details"]["fields"] == [
        {"field": "body.documents.0.salt", "reason": "Field required"}
    ]


@pytest.mark.parametrize("count", [0, 201])
def test_descriptions__none_or_too_many__are_refused(installation: Any, count: int) -> None:
    answer = store(installation, [a_document(n) for n in range(count)], installation.sign_in("owner"))
    assert (answer.status_code, code(answer)) == (422, "request: invalid")


def test_descriptions__of_200__are_stored_at_once(installation: Any) -> None:
    answer = store(installation, [a_document(n) for n in range(200)], installation.sign_in("owner"))
    assert len(answer.json()["data"]["items"]) == 200
    assert len(installation.app_tables()["descriptions"]) == 200


def test_description__by_unknown_or_malformed_cid__is_not_found(installation: Any) -> None:
    answer = installation.client.get(f"/api/descriptions/{cid_of(b'never')}")
    assert (answer.status_code, code(answer)) == (404, "descriptions: unknown")
    answer = installation.client.get("/api/descriptions/QmNothing")
    assert (answer.status_code, code(answer)) == (422, "descriptions: malformed cid")
