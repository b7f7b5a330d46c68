"""`allmende space`, `ticket` and `gathering` against a running demo: a festival, its fork, its end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from demo_chain import ADDRESS
from demo_process import Demo

pytestmark = pytest.mark.xdist_group("demo")

WEEK_S = 7 * 86_400


@pytest.fixture(scope="module")
def festival(demo: Demo) -> dict[str, Any]:
    """Mira's festival, gated by a ticket that Amir holds, with a concert of his and two things of Lena's."""
    space = demo.json("space", "create", "Summer festival", "--as", "mira")["data"]["space"]
    ticket = demo.json("ticket", "issue", space, "Day ticket", "--capacity", "2", "--as", "mira")
    key = ticket["data"]["ticket"]
    demo.json("ticket", "give", key, "amir", "lena", "--as", "mira")
    demo.json("space", "gate", space, "--ticket", key, "--as", "mira")
    things = [item["resource"] for item in demo.json("resource", "list", "--owner", "lena")["data"]["items"]]
    demo.json("space", "show-things", space, *things[:2], "--as", "lena")
    concert = demo.json(
        *("gathering", "host", space, "Concert", "--from", "sat 10:00", "--for", "4h", "--as", "amir")
    )["data"]
    return {"space": space, "ticket": key, "things": things[:2], "concert": concert}


def refused(demo: Demo, *arguments: str) -> str:
    """The code of a refusal."""
    code, _, err = demo.call(*arguments, "--json")
    assert code == 1, err
    return str(json.loads(err)["error"]["code"])


def test_space__created_and_gated__shows_its_ticket(demo: Demo, festival: dict[str, Any]) -> None:
    shown = demo.json("space", "show", festival["space"])["data"]
    assert (shown["owner"], shown["gate"], shown["open"]) == (ADDRESS["mira"], festival["ticket"], True)
    mine = demo.json("space", "list", "--owner", "mira")["data"]["items"]
    assert festival["space"] in [item["space"] for item in mine]
    held = demo.json("ticket", "list", "--member", "amir")["data"]["items"]
    assert [(item["ticket"], item["capacity"], item["given"]) for item in held] == [
        (festival["ticket"], 2, 2)
    ]


def test_gathering__by_a_stranger__is_refused(demo: Demo, festival: dict[str, Any]) -> None:
    line = ("gathering", "host", festival["space"], "Mine", "--from", "sat 10:00", "--for", "1h")
    assert refused(demo, *line, "--as", "sofia") == "spaces: not a member"


def test_ticket__beyond_the_capacity__is_refused(demo: Demo, festival: dict[str, Any]) -> None:
    line = ("ticket", "give", festival["ticket"], "jonas", "--as", "mira")
    assert refused(demo, *line) == "spaces: no tickets left"


def test_gathering__once_a_thing_for_it_is_granted__is_confirmed(
    demo: Demo, festival: dict[str, Any]
) -> None:
    concert = festival["concert"]["gathering"]
    booked = demo.json(
        *("book", festival["things"][0], "--from", "sat 10:00", "--for", "4h"),
        *("--gathering", concert, "--as", "amir"),
    )["data"]
    before = demo.json("gathering", "show", concert)["data"]
    assert before["asked"] == 1
    if booked["state"] == "pending":
        assert before["percent"] == 0
        demo.json("grant", booked["request"], "--as", "lena")
    assert demo.json("gathering", "show", concert)["data"]["percent"] == 100
    code, out, _ = demo.call("gathering", "list", "--space", festival["space"])
    assert code == 0
    assert "100 % confirmed" in out


def test_fork__copies_gatherings_later_and_things__and_nothing_else(
    demo: Demo, festival: dict[str, Any]
) -> None:
    copied = demo.json("space", "fork", festival["space"], "--shift", "52w", "--as", "jonas")
    copy = copied["data"]
    assert (copy["owner"], copy["forked_from"]) == (ADDRESS["jonas"], festival["space"])
    assert copy["gate"] is None
    assert copied["resources"] == 2
    [again] = demo.json("gathering", "list", "--space", copy["space"])["data"]["items"]
    assert again["host"] == ADDRESS["jonas"]
    assert again["start_s"] == festival["concert"]["start_s"] + 52 * WEEK_S
    assert (again["asked"], again["percent"]) == (0, None)
    assert demo.json("ticket", "list", "--space", copy["space"])["data"]["items"] == []


def test_ticket__taken_back_and_renounced__is_nobodys(demo: Demo, festival: dict[str, Any]) -> None:
    taken = demo.json("ticket", "take-back", festival["ticket"], "lena", "--as", "mira")["data"]
    assert taken["members"] == [ADDRESS["amir"]]
    assert demo.json("ticket", "renounce", festival["ticket"], "--as", "amir")["data"]["members"] == []
    assert (
        refused(demo, "ticket", "renounce", festival["ticket"], "--as", "amir") == "spaces: does not hold it"
    )


def test_gathering__called_off__says_so(demo: Demo, festival: dict[str, Any]) -> None:
    concert = festival["concert"]["gathering"]
    assert refused(demo, "gathering", "call-off", concert, "--as", "mira") == "spaces: not the host"
    assert demo.json("gathering", "call-off", concert, "--as", "amir")["data"]["called_off_at_s"]
    assert "called off" in demo.call("gathering", "show", concert)[1]


def test_space__handed_over_and_closed__closes_what_lies_in_it(demo: Demo, festival: dict[str, Any]) -> None:
    space = festival["space"]
    inner = demo.json("space", "create", "Camp", "--in", space, "--as", "paula")["data"]
    assert inner["path"] == [space, inner["space"]]
    demo.json("space", "hand-over", space, "--to", "paula", "--as", "mira")
    assert refused(demo, "space", "close", space, "--as", "mira") == "spaces: not the owner"
    assert demo.json("space", "close", space, "--as", "paula")["data"]["open"] is False
    assert demo.json("space", "show", inner["space"])["data"]["open"] is False
    assert refused(demo, "space", "create", "Late", "--in", space, "--as", "paula") == "spaces: closed"
