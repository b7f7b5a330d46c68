"""`GET /api/search` on a real installation: the answer's form, what is refused, and how fresh it is."""

import hashlib
import math
from typing import Any

import pytest
from chain_facts import gated, in_state
from offer_factory import CELLS, DAY_S, HOUR_S, NOW_S
from sqlalchemy import delete

from backend.adapters.content_store import cid_of
from backend.booking.service import service_number
from backend.kit.canonical_json import canonical_json
from backend.matching.geometry import cell_centre, distance_m
from backend.reputation.rules import UNIT
from indexer.chain.generated.booking import BookingGranted, BookingRequested, ResourceAnnounced
from indexer.chain.generated.reputation import RatingCommitted, RatingRevealed
from indexer.store.tables import cursor, head, resources, trail
from scripts._chain_client.bookings import ResourceTerms

HERE = {"lat": "48.27", "lng": "16.37"}
PLACE: dict[str, Any] = {
    "v": 1,
    "title": "Drill",
    "text": "",
    "service": "tools",
    "cell": CELLS[0],
    "max_distance_m": 50_000,
    "price": {"amount": 300, "currency": "EUR-cent", "per": "day"},
    "deposit": 5_000,
    "criteria": {"watts": 800, "corded": True, "bits": ["wood", "stone"]},
    "tz": "Europe/Vienna",
    "salt": "00" * 16,
}


def offered(installation: Any, role: str, number: int, **changes: Any) -> bytes:
    """Store a description, announce the thing in a block of its own; its id."""
    document = PLACE | changes
    answer = installation.client.post(
        "/api/descriptions", json={"documents": [document]}, headers=installation.sign_in(role)
    )
    assert answer.status_code == 200, answer.text
    return announced(installation, role, number, hashlib.sha256(canonical_json(document)).digest())


def announced(installation: Any, role: str, number: int, digest: bytes) -> bytes:
    """Announce a thing that can be booked by the hour."""
    resource, owner = number.to_bytes(32, "big"), installation.address(role)
    terms = ResourceTerms(service=service_number("tools"), horizon_days=30).word()
    event = ResourceAnnounced(resource, owner, owner, terms, digest, bytes(32))
    installation.rows.block(installation.rows.time_s + 1, [event])
    return resource


def offered_gated(
    installation: Any, role: str, number: int, capacity: int = 3, buffer: int = 0, **asks: Any
) -> bytes:
    """Store a description, announce a thing of several units with conditions; its id."""
    document = PLACE | {"title": f"Thing {number}"}
    installation.client.post(
        "/api/descriptions", json={"documents": [document]}, headers=installation.sign_in(role)
    )
    thing, owner = number.to_bytes(32, "big"), installation.address(role)
    word = ResourceTerms(
        service=service_number("tools"), capacity=capacity, buffer_quanta=buffer, gated=True
    ).word()
    digest = hashlib.sha256(canonical_json(document)).digest()
    events = [ResourceAnnounced(thing, owner, owner, word, digest, bytes(32)), gated(thing, **asks)]
    installation.rows.block(installation.rows.time_s + 1, events)
    return thing


def search(installation: Any, **params: Any) -> dict[str, Any]:
    answer = installation.client.get("/api/search", params={"service": "tools"} | HERE | params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def ids(body: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(item["resource"][2:]) for item in body["data"]["items"]]


def granted(installation: Any, resource: bytes, start_s: int, hours: int, units: int = 1) -> None:
    """A request by somebody and its grant, in one block."""
    request = hashlib.sha256(resource + start_s.to_bytes(8, "big")).digest()
    somebody = installation.address("requester")
    asked = BookingRequested(
        request,
        resource,
        somebody,
        somebody,
        start_s,
        hours,
        units,
        bytes(32),
        bytes(32),
        bytes(32),
        start_s,
    )
    events = [asked, BookingGranted(request, resource, somebody)]
    installation.rows.block(installation.rows.time_s + 1, events)


def test_search__for_a_drill__gives_the_offer_with_every_reason_in_words(installation: Any) -> None:
    resource = offered(installation, "owner", 1)
    body = search(installation, budget="600", currency="EUR-cent", criteria=["watts:700", "corded:false"])
    (item,) = body["data"]["items"]
    distance = distance_m(48.27, 16.37, *cell_centre(CELLS[0]))
    assert item["resource"] == "0x" + resource.hex()
    assert item["owner"] == installation.member("owner").address
    assert (item["title"], item["cell"], item["distance_m"]) == ("Drill", CELLS[0], distance)
    assert item["price"] == {"amount": "300", "currency": "EUR-cent", "per": "day"}
    assert item["deposit"] == "5000"
    assert [factor["name"] for factor in item["factors"]] == [
        "proximity",
        "reputation",
        "availability",
        "price",
        "criteria",
    ]
    assert [factor["weight"] for factor in item["factors"]] == [0.3, 0.25, 0.2, 0.15, 0.1]
    proximity = 1_000_000 - distance * 1_000_000 // 10_000
    assert [factor["value"] for factor in item["factors"]] == [proximity / 1e6, 0.5, 1.0, 0.75, 0.5]
    expected = (30 * proximity + 25 * 500_000 + 20 * 1_000_000 + 15 * 750_000 + 10 * 500_000) // 100
    assert item["score"] == expected / 1e6
    assert [factor["words"]["text"] for factor in item["factors"]] == [
        f"{distance} m away; you look within 10000 m.",
        "Nobody has rated this owner for this service yet, which counts as the middle.",
        "Free for the whole week.",
        "300 EUR-cent, within your budget of 600.",
        "Has 1 of 2 things you asked for; missing: corded.",
    ]
    assert body["took_ms"] > 0
    assert body["as_of"]["block"] == installation.rows.number


def test_search__without_a_time__names_the_next_free_hour(installation: Any) -> None:
    resource = offered(installation, "owner", 1)
    hour_s = -(-installation.rows.time_s // HOUR_S) * HOUR_S + HOUR_S
    granted(installation, resource, hour_s - HOUR_S, 3)
    (item,) = search(installation)["data"]["items"]
    assert item["slot"] == {"start_s": hour_s + 2 * HOUR_S, "end_s": hour_s + 3 * HOUR_S}
    assert item["factors"][2]["words"]["text"].startswith("Free for 98 %")


def test_search__names_the_first_photo_or_none(installation: Any) -> None:
    cids = [cid_of(b"front"), cid_of(b"back")]
    shown, bare = offered(installation, "owner", 1, photos=cids), offered(installation, "owner", 2)
    found = {item["resource"]: item["photo"] for item in search(installation)["data"]["items"]}
    assert found == {"0x" + shown.hex(): cids[0], "0x" + bare.hex(): None}


def test_search__with_a_time__covers_it_and_prices_it(installation: Any) -> None:
    offered(installation, "owner", 1)
    start_s = NOW_S - NOW_S % HOUR_S + 2 * DAY_S + 60
    (item,) = search(installation, start_s=start_s, end_s=start_s + DAY_S + 1)["data"]["items"]
    assert item["slot"] == {"start_s": start_s - 60, "end_s": start_s - 60 + DAY_S + HOUR_S}
    assert item["price"]["amount"] == "600"


def test_search__after_a_grant__offers_the_slot_no_more(installation: Any) -> None:
    first, second = offered(installation, "owner", 1), offered(installation, "owner", 2, title="Other")
    start_s = NOW_S - NOW_S % HOUR_S + 2 * DAY_S
    wanted = {"start_s": start_s, "end_s": start_s + HOUR_S}
    assert ids(search(installation, **wanted)) == [first, second]
    granted(installation, first, start_s, 1)
    assert ids(search(installation, **wanted)) == [second]
    assert ids(search(installation)) == [second, first]


def test_search__of_what_is_paused_or_retired__finds_it_no_more(installation: Any) -> None:
    thing, owner = offered(installation, "owner", 1), installation.address("owner")
    for state, found in ((2, []), (1, [thing]), (3, [])):
        installation.rows.block(installation.rows.time_s + 1, [in_state(thing, state, owner)])
        assert ids(search(installation)) == found


def test_search__of_a_thing_described_while_it_is_paused__finds_it_once_it_is_active(
    installation: Any,
) -> None:
    document = PLACE | {"title": "Later"}
    thing = announced(installation, "owner", 1, hashlib.sha256(canonical_json(document)).digest())
    owner = installation.address("owner")
    installation.rows.block(installation.rows.time_s + 1, [in_state(thing, 2, owner)])
    assert ids(search(installation)) == []
    installation.client.post(
        "/api/descriptions", json={"documents": [document]}, headers=installation.sign_in("owner")
    )
    assert ids(search(installation)) == []
    installation.rows.block(installation.rows.time_s + 1, [in_state(thing, 1, owner)])
    assert ids(search(installation)) == [thing]


def test_search__of_a_gated_thing__says_so_and_keeps_its_opening_hours(installation: Any) -> None:
    start_s = NOW_S - NOW_S % HOUR_S + 2 * DAY_S
    open_at = (start_s // HOUR_S + 72) % 168
    other = b"\x77" * 32
    asks = {"opening": 1 << open_at, "requires": other}
    thing = offered_gated(installation, "owner", 1, **asks)
    (item,) = search(installation, start_s=start_s, end_s=start_s + HOUR_S)["data"]["items"]
    assert item["resource"] == "0x" + thing.hex()
    assert (item["gated"], item["requires"], item["capacity"]) == (True, "0x" + other.hex(), 3)
    assert ids(search(installation, start_s=start_s + HOUR_S, end_s=start_s + 2 * HOUR_S)) == []
    (item,) = search(installation)["data"]["items"]
    assert (item["slot"]["start_s"] // HOUR_S + 72) % 168 == open_at


def test_search__while_a_unit_is_left__still_offers_the_time(installation: Any) -> None:
    thing = offered_gated(installation, "owner", 1)
    start_s = NOW_S - NOW_S % HOUR_S + 2 * DAY_S
    wanted = {"start_s": start_s, "end_s": start_s + HOUR_S}
    granted(installation, thing, start_s, 1, units=2)
    assert ids(search(installation, **wanted)) == [thing]
    granted(installation, thing, start_s - HOUR_S, 3)
    assert ids(search(installation, **wanted)) == []


def test_search__right_after_a_grant__leaves_its_buffer_free(installation: Any) -> None:
    thing = offered_gated(installation, "owner", 1, capacity=1, buffer=2)
    hour_s = installation.rows.time_s - installation.rows.time_s % HOUR_S
    granted(installation, thing, hour_s - HOUR_S, 1)
    (item,) = search(installation)["data"]["items"]
    assert item["slot"]["start_s"] == hour_s + 2 * HOUR_S


def test_search__after_a_good_rating__ranks_the_rated_owner_first(installation: Any) -> None:
    unrated, rated = offered(installation, "owner", 1), offered(installation, "other owner", 2, title="Other")
    assert ids(search(installation)) == [unrated, rated]
    rater, subject = installation.address("requester"), installation.address("other owner")
    source, deal, service = installation.deployed.escrow, b"\x07" * 32, service_number("tools")
    now_s = installation.rows.time_s
    installation.rows.block(
        now_s + 1,
        [
            RatingCommitted(source, deal, rater, subject, 0, service, 300, b"\x01" * 32),
            RatingRevealed(source, deal, subject, rater, rater, 0, service, 300, 5, bytes(32), UNIT),
        ],
    )
    body = search(installation)
    assert ids(body) == [rated, unrated]
    factor = body["data"]["items"][0]["factors"][1]
    assert factor["value"] == 0.666666
    assert factor["words"]["text"] == "Rated 5.00 of 5 on average (ratings: 1)."


def test_search__of_a_thing_without_a_description__waits_until_it_is_stored(
    installation: Any,
) -> None:
    document = PLACE | {"title": "Later"}
    resource = announced(installation, "owner", 1, hashlib.sha256(canonical_json(document)).digest())
    assert ids(search(installation)) == []
    installation.client.post(
        "/api/descriptions", json={"documents": [document]}, headers=installation.sign_in("owner")
    )
    assert ids(search(installation)) == [resource]


def test_search__after_a_reorganisation_took_an_announcement_away__forgets_it(
    installation: Any,
) -> None:
    kept, gone = offered(installation, "owner", 1), offered(installation, "owner", 2, title="Gone")
    assert ids(search(installation)) == [kept, gone]
    with installation.rows.engine.begin() as conn:
        conn.execute(delete(resources).where(resources.c.resource == gone))
        for table in (cursor, head):
            conn.execute(table.update().values(number=table.c.number - 1, hash=b"\x99" * 32))
        conn.execute(delete(trail).where(trail.c.number >= installation.rows.number - 1))
    assert ids(search(installation)) == [kept]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"lat": "nan"}, "matching: impossible position"),
        ({"lng": "inf"}, "matching: impossible position"),
        ({"lat": "90.1"}, "matching: impossible position"),
        ({"lat": str(-math.inf)}, "matching: impossible position"),
        ({"radius_m": "0"}, "matching: impossible radius"),
        ({"radius_m": "100001"}, "matching: impossible radius"),
        ({"radius_m": "nan"}, "request: invalid"),
        ({"limit": "201"}, "matching: impossible limit"),
        ({"start_s": "5"}, "matching: half a time"),
        ({"start_s": "5", "end_s": "6"}, "matching: time is past"),
        ({"start_s": str(2**41), "end_s": str(2**42)}, "matching: impossible time"),
        ({"start_s": str(2 * NOW_S), "end_s": str(2 * NOW_S)}, "matching: impossible time"),
        ({"start_s": "inf", "end_s": "6"}, "request: invalid"),
        ({"budget": "5"}, "matching: budget and currency belong together"),
        ({"budget": "-5", "currency": "EUR-cent"}, "matching: impossible budget"),
        ({"criteria": "watts"}, "matching: malformed criterion"),
        ({"criteria": "Watts:5"}, "matching: malformed criterion"),
        ({"criteria": "watts:" + "9" * 30}, "matching: impossible criterion"),
        ({"radius": "5"}, "request: unknown field"),
        ({"service": "Tools!"}, "request: invalid"),
    ],
)
def test_search__that_cannot_be_meant__is_refused_with_its_own_code(
    installation: Any, params: dict[str, str], code: str
) -> None:
    answer = installation.client.get("/api/search", params={"service": "tools"} | HERE | params)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code


def test_search__with_weights_that_do_not_sum_to_one__keeps_the_installation_from_starting() -> None:
    from backend.matching.service import Matching

    with pytest.raises(ValueError, match="sum to exactly 1"):
        Matching.of(".30,.25,.20,.15,.11", [])
