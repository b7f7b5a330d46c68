"""Spaces, tickets, gatherings and listings over HTTP, on tables folded from events."""

from dataclasses import replace
from typing import Any

import pytest
from chain_facts import DAY_S, HOUR_S, announced, cancelled, denied, granted, number, requested

from indexer.chain.generated import spaces as said

NONE = bytes(32)
FESTIVAL, CAMP, STALL, OTHER = (number(value) for value in range(101, 105))
TICKET, FREE = number(201), number(202)
CONCERT, QUIET, FORSAKEN = (number(value) for value in range(301, 304))
DRILL, SAW = number(1), number(2)


def created(owner: bytes, space: bytes, parent: bytes = NONE, forked_from: bytes = NONE) -> said.SpaceCreated:
    return said.SpaceCreated(
        space=space,
        parent=parent,
        owner=owner,
        actor=owner,
        forked_from=forked_from,
        digest=space,
        salt=space,
    )


def issued(owner: bytes, ticket: bytes, space: bytes, capacity: int) -> said.TicketIssued:
    return said.TicketIssued(
        ticket=ticket, space=space, actor=owner, capacity=capacity, digest=ticket, salt=ticket
    )


def hosted(host: bytes, gathering: bytes, space: bytes, start: int) -> said.GatheringHosted:
    return said.GatheringHosted(
        gathering=gathering,
        space=space,
        host=host,
        actor=host,
        start=start,
        end=start + HOUR_S,
        digest=gathering,
        salt=gathering,
    )


@pytest.fixture
def festival(installation: Any) -> Any:
    """A gated festival of the owner with a camp in it, and in that a stall of a stranger; a fork of it."""
    owner, stranger = installation.address("owner"), installation.address("stranger")
    requester = installation.address("requester")
    now_s = installation.rows.time_s
    installation.start_s = now_s - now_s % HOUR_S + DAY_S
    rows = installation.rows
    rows.block(now_s, [created(owner, FESTIVAL), created(owner, CAMP, FESTIVAL)])
    rows.block(
        now_s + 5,
        [
            created(stranger, STALL, CAMP),
            created(stranger, OTHER, forked_from=FESTIVAL),
            issued(owner, TICKET, FESTIVAL, 2),
            issued(owner, FREE, FESTIVAL, 0),
            said.TicketGiven(ticket=TICKET, member=requester, actor=owner),
            said.TicketGiven(ticket=TICKET, member=stranger, actor=owner),
            said.TicketTakenBack(ticket=TICKET, member=stranger, actor=owner),
            said.GateSet(space=FESTIVAL, ticket=TICKET, actor=owner),
        ],
    )
    return installation


def get(installation: Any, path: str, status: int = 200, **params: Any) -> Any:
    answer = installation.client.get(f"/api{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()["data" if status == 200 else "error"]


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def ids(installation: Any, path: str, key: str, **params: Any) -> list[str]:
    return [item[key] for item in get(installation, path, **params)["items"]]


def test_space__inside_others__shows_its_path_and_gate(festival: Any) -> None:
    shown = get(festival, f"/spaces/{hexed(STALL)}")
    assert shown["path"] == [hexed(FESTIVAL), hexed(CAMP), hexed(STALL)]
    assert (shown["owner"], shown["gate"], shown["open"]) == (
        festival.member("stranger").address,
        None,
        True,
    )
    assert get(festival, f"/spaces/{hexed(FESTIVAL)}")["gate"] == hexed(TICKET)
    assert get(festival, f"/spaces/{hexed(OTHER)}")["forked_from"] == hexed(FESTIVAL)


def test_space__once_the_one_around_is_closed__is_closed_too(festival: Any) -> None:
    owner = festival.address("owner")
    festival.rows.block(festival.rows.time_s + 5, [said.SpaceClosed(space=FESTIVAL, actor=owner)])
    stall = get(festival, f"/spaces/{hexed(STALL)}")
    assert (stall["open"], stall["closed_at_s"]) == (False, None)
    assert get(festival, f"/spaces/{hexed(FESTIVAL)}")["closed_at_s"] == festival.rows.time_s
    assert get(festival, f"/spaces/{hexed(OTHER)}")["open"]


def test_space__handed_over_and_ungated__shows_it(festival: Any) -> None:
    owner, stranger = festival.address("owner"), festival.address("stranger")
    handed = said.SpaceHandedOver(space=FESTIVAL, owner=stranger, actor=owner)
    opened = said.GateSet(space=FESTIVAL, ticket=NONE, actor=stranger)
    festival.rows.block(festival.rows.time_s + 5, [handed, opened])
    shown = get(festival, f"/spaces/{hexed(FESTIVAL)}")
    assert (shown["owner"], shown["creator"]) == (
        festival.member("stranger").address,
        festival.member("owner").address,
    )
    assert shown["gate"] is None


def test_spaces__by_parent_owner_origin_and_page(festival: Any) -> None:
    assert ids(festival, "/spaces", "space", parent=hexed(NONE)) == [hexed(FESTIVAL), hexed(OTHER)]
    assert ids(festival, "/spaces", "space", parent=hexed(FESTIVAL)) == [hexed(CAMP)]
    assert ids(festival, "/spaces", "space", forked_from=hexed(FESTIVAL)) == [hexed(OTHER)]
    mine = ids(festival, "/spaces", "space", owner=festival.member("stranger").address)
    assert mine == [hexed(STALL), hexed(OTHER)]
    found, after = [], None
    while True:
        page = get(festival, "/spaces", limit=1, **({"after": after} if after else {}))
        found += [item["space"] for item in page["items"]]
        after = page["next_after"]
        if after is None:
            break
    assert found == [hexed(one) for one in (FESTIVAL, CAMP, STALL, OTHER)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/spaces/{hexed(number(9))}", "booking: unknown space"),
        (f"/spaces/{hexed(number(9))}/resources", "booking: unknown space"),
        (f"/tickets/{hexed(number(9))}/holders", "booking: unknown ticket"),
        (f"/gatherings/{hexed(number(9))}", "booking: unknown gathering"),
    ],
)
def test_show__what_was_never_said__is_not_found(festival: Any, path: str, code: str) -> None:
    assert get(festival, path, 404)["code"] == code


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"parent": "0x12"}, {"colour": "red"}])
def test_spaces__with_an_impossible_filter__is_refused(festival: Any, query: dict[str, Any]) -> None:
    assert festival.client.get("/api/spaces", params=query).status_code == 422


@pytest.mark.parametrize(
    ("role", "is_member"), [("owner", True), ("requester", True), ("stranger", False)], ids=str
)
def test_membership__of_a_gated_space__is_the_owners_and_the_holders(
    festival: Any, role: str, is_member: bool
) -> None:
    path = f"/spaces/{hexed(FESTIVAL)}/members/{festival.member(role).address}"
    assert get(festival, path)["is_member"] is is_member


def test_membership__of_an_open_space__is_everybodys(festival: Any) -> None:
    path = f"/spaces/{hexed(CAMP)}/members/{festival.member('stranger').address}"
    assert get(festival, path)["is_member"] is True


def test_tickets__by_space_and_holder(festival: Any) -> None:
    items = get(festival, "/tickets", space=hexed(FESTIVAL))["items"]
    assert [(item["ticket"], item["capacity"], item["given"]) for item in items] == [
        (hexed(TICKET), 2, 1),
        (hexed(FREE), None, 0),
    ]
    held = festival.member("requester").address
    assert ids(festival, "/tickets", "ticket", member=held) == [hexed(TICKET)]
    assert ids(festival, "/tickets", "ticket", member=festival.member("stranger").address) == []
    assert get(festival, f"/tickets/{hexed(TICKET)}/holders")["members"] == [held]


def test_ticket__renounced__is_held_by_nobody(festival: Any) -> None:
    gone = said.TicketRenounced(ticket=TICKET, actor=festival.address("requester"))
    festival.rows.block(festival.rows.time_s + 5, [gone])
    assert get(festival, f"/tickets/{hexed(TICKET)}/holders")["members"] == []
    assert get(festival, "/tickets", space=hexed(FESTIVAL))["items"][0]["given"] == 0


@pytest.fixture
def concert(festival: Any) -> Any:
    """A gathering of the requester: of five requests one is granted, one denied, one withdrawn, two wait;
    a stranger names it in a request of his own."""
    owner, requester = festival.address("owner"), festival.address("requester")
    stranger, rows, start_s = festival.address("stranger"), festival.rows, festival.start_s
    asked = [
        replace(requested(DRILL, number(400 + i), who, start_s, 1, expires_at=start_s), gathering=CONCERT)
        for i, who in enumerate([requester] * 5 + [stranger])
    ]
    rows.block(
        rows.time_s + 5,
        [
            hosted(requester, CONCERT, FESTIVAL, start_s),
            hosted(requester, QUIET, FESTIVAL, start_s + HOUR_S),
            hosted(stranger, FORSAKEN, CAMP, start_s),
            announced(owner, DRILL),
            announced(stranger, SAW),
        ],
    )
    rows.block(
        rows.time_s + 5,
        [
            *asked,
            granted(DRILL, number(400), owner),
            denied(DRILL, number(401), owner),
            cancelled(DRILL, number(402), requester),
            granted(DRILL, number(405), owner),
        ],
    )
    return festival


def test_gathering__counts_what_its_host_asked_for_and_did_not_withdraw(concert: Any) -> None:
    shown = get(concert, f"/gatherings/{hexed(CONCERT)}")
    assert (shown["asked"], shown["granted"], shown["percent"]) == (4, 1, 25)
    assert shown["host"] == concert.member("requester").address


def test_gathering__without_requests__has_no_share(concert: Any) -> None:
    shown = get(concert, f"/gatherings/{hexed(QUIET)}")
    assert (shown["asked"], shown["granted"], shown["percent"]) == (0, 0, None)


def test_gathering__called_off__says_when(concert: Any) -> None:
    gone = said.GatheringCalledOff(gathering=CONCERT, actor=concert.address("requester"))
    concert.rows.block(concert.rows.time_s + 5, [gone])
    assert get(concert, f"/gatherings/{hexed(CONCERT)}")["called_off_at_s"] == concert.rows.time_s


def test_gatherings__by_space_host_and_page(concert: Any) -> None:
    here = ids(concert, "/gatherings", "gathering", space=hexed(FESTIVAL))
    assert here == [hexed(CONCERT), hexed(QUIET)]
    host = concert.member("stranger").address
    assert ids(concert, "/gatherings", "gathering", host=host) == [hexed(FORSAKEN)]
    first = get(concert, "/gatherings", limit=2)
    second = get(concert, "/gatherings", limit=2, after=first["next_after"])
    assert [item["percent"] for item in first["items"]] == [25, None]
    assert [item["gathering"] for item in second["items"]] == [hexed(FORSAKEN)]


def test_listings__show_what_its_owner_or_the_spaces_owner_says(concert: Any) -> None:
    bookings = b"\x0b" * 20
    owner, stranger, requester = (concert.address(role) for role in ("owner", "stranger", "requester"))

    def listed(resource: bytes, actor: bytes, space: bytes, where: bytes = bookings) -> said.ResourceListed:
        return said.ResourceListed(space=space, resource=resource, actor=actor, bookings=where)

    concert.rows.block(
        concert.rows.time_s + 5,
        [
            listed(SAW, requester, FESTIVAL),
            listed(SAW, owner, CAMP),
            listed(SAW, owner, CAMP),
            listed(DRILL, owner, FESTIVAL),
            listed(DRILL, owner, STALL, b"\x77" * 20),
            listed(number(9), owner, FESTIVAL),
        ],
    )
    concert.rows.block(concert.rows.time_s + 5, [listed(SAW, stranger, CAMP)])
    shown = {
        space: ids(concert, f"/spaces/{hexed(space)}/resources", "resource")
        for space in (FESTIVAL, CAMP, STALL)
    }
    assert shown == {FESTIVAL: [hexed(DRILL)], CAMP: [hexed(SAW)], STALL: []}


def test_nonce__cancelled__changes_no_row(festival: Any) -> None:
    before = ids(festival, "/spaces", "space")
    gone = said.NonceCancelled(signer=festival.address("owner"), nonce=7)
    festival.rows.block(festival.rows.time_s + 5, [gone])
    assert ids(festival, "/spaces", "space") == before
