"""Everything that `Bookings` can do, by commands against a running demo: states, conditions, policies,
series, bundles, early returns, lotteries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_chain import ADDRESS, DEUR
from demo_process import Demo

from scripts._accounts import RELAYER

pytestmark = pytest.mark.xdist_group("demo")

HOUR_S, WEEK_S = 3_600, 7 * 86_400

Announce = Callable[..., str]


@pytest.fixture(scope="module")
def announce(demo: Demo) -> Announce:
    """Announce a thing of Lena's, or of somebody else's, by its options; its id."""

    def announced(*options: str, owner: str = "lena", service: str = "room") -> str:
        line = ("resource", "announce", "A room", "--service", service, "--near", "48.2035,16.3588")
        found: str = demo.json(*line, *options, "--as", owner)["data"]["resource"]
        return found

    return announced


def book(demo: Demo, thing: str, who: str, start: str, *options: str, length: str = "2h") -> dict[str, Any]:
    """Ask for a thing; what the API says of the request."""
    line = ("book", thing, "--from", start, "--for", length, *options, "--as", who)
    found: dict[str, Any] = demo.json(*line)["data"]
    return found


def code_of(demo: Demo, *line: str) -> str:
    """The code with which a line is refused."""
    return str(demo.refusal(*line)["code"])


def test_states__paused_resumed_and_retired__decide_who_may_ask(demo: Demo, announce: Announce) -> None:
    thing = announce("--rule", "first-come", service="pausing")
    ask = ("book", thing, "--from", "sat 10:00", "--for", "1h", "--as", "amir")
    found = demo.json("search", "pausing")["data"]["items"]
    assert [(item["resource"], item["gated"]) for item in found] == [(thing, False)]

    assert demo.json("resource", "pause", thing, "--as", "lena")["data"]["state"] == "paused"
    assert code_of(demo, *ask) == "bookings: paused"
    assert demo.json("search", "pausing")["data"]["items"] == []
    kept = demo.json("block", thing, "--from", "sun 10:00", "--for", "1h", "--as", "lena", "--relay")["data"]
    assert (kept["state"], kept["requester"]) == ("granted", ADDRESS["lena"])

    assert code_of(demo, "resource", "resume", thing, "--as", "amir") == "bookings: not the owner"
    assert demo.json("resource", "resume", thing, "--as", "lena", "--relay")["data"]["state"] == "active"
    granted = demo.json(*ask)["data"]["request"]
    assert demo.json("resource", "retire", thing, "--as", "lena")["data"]["state"] == "retired"
    assert code_of(demo, "resource", "resume", thing, "--as", "lena") == "bookings: retired"
    assert demo.json("requests", granted)["data"]["state"] == "granted"
    assert demo.json("resource", "availability", thing)["data"]["free"] == []
    assert "retired" in demo.call("resource", "show", thing)[1]


def test_block__of_somebody_elses_thing__is_refused(demo: Demo, announce: Announce) -> None:
    line = ("block", announce(), "--from", "sat 10:00", "--for", "1h", "--as", "amir")
    assert code_of(demo, *line) == "cli: not your thing"


def test_opening_quota_and_units__bind_who_asks_but_not_the_owner(demo: Demo, announce: Announce) -> None:
    thing = announce(
        *("--rule", "first-come", "--capacity", "3", "--quota", "8h"),
        *("--open", "mon-fri 09:00-18:00", "--open", "sat 10:00-14:00"),
    )
    shown = demo.json("resource", "show", thing)["data"]
    assert (shown["capacity"], shown["conditions"]["quota"]) == (3, 8)
    assert len(shown["conditions"]["open_hours"]) == 5 * 9 + 4
    readable = demo.call("resource", "show", thing)[1]
    assert "mon-fri 09:00-18:00, sat 10:00-14:00 (CET; an hour off in CEST)" in readable
    assert "8 h of all units together a member in 30 days" in readable

    free = demo.json("resource", "availability", thing, "--from", "sun 00:00", "--days", "1")["data"]["free"]
    assert free == []
    assert code_of(demo, "book", thing, "--from", "sun 10:00", "--for", "1h", "--as", "amir") == (
        "bookings: closed at that time"
    )
    assert book(demo, thing, "amir", "mon 10:00", "--units", "2")["units"] == "2"
    assert code_of(
        demo, "book", thing, "--from", "mon 11:00", "--for", "1h", "--units", "2", "--as", "sofia"
    ) == ("bookings: not free")
    assert book(demo, thing, "sofia", "mon 11:00", "--relay", length="1h")["state"] == "granted"
    # four hours of two units are eight
    assert code_of(demo, "book", thing, "--from", "tue 10:00", "--for", "5h", "--as", "amir") == (
        "bookings: quota used up"
    )
    kept = demo.json("block", thing, "--from", "sun 10:00", "--for", "1h", "--units", "3", "--as", "lena")
    assert kept["data"]["state"] == "granted"


def test_announce__with_what_cannot_be__is_refused_and_changes_nothing(demo: Demo) -> None:
    before = demo.facts()
    line = ("resource", "announce", "A room", "--service", "room", "--near", "48.2,16.3", "--as", "lena")
    for options, code in (
        (("--open", "mon 9-18"), "cli: malformed opening"),
        (("--open", "mon 09:00-18:00", "--tz", "Asia/Kolkata"), "cli: inexact opening"),
        (("--quota", "90m"), "cli: impossible terms"),
        (("--quantum", "0h"), "cli: impossible terms"),
        (("--buffer", "90m"), "cli: impossible terms"),
        (("--buffer", "1h", "--capacity", "2"), "bookings: buffer needs one unit"),
        (("--rule", "policy"), "cli: policy and rule"),
        (("--lottery", "2h"), "cli: policy and rule"),
        (("--escrow", "1 2"), "cli: policy and rule"),
        (("--escrow", "1", "--rule", "policy"), "cli: malformed amount"),
        (("--group", "3 lena mira"), "cli: impossible terms"),
        (("--group", "lena mira"), "cli: malformed group"),
        (("--reputation", "six"), "cli: malformed reputation"),
        (("--attested", "paula", "--lottery", "2h", "--rule", "policy"), "cli: one policy"),
        (("--members-only", "0x12"), "cli: malformed id"),
        (("--requires", "0x12"), "cli: malformed id"),
        (("--rule", "whim"), "cli: unknown rule"),
    ):
        assert code_of(demo, *line, *options) == code, options
    assert demo.facts() == before


def test_members_and_holders__are_admitted_and_nobody_else(demo: Demo, announce: Announce) -> None:
    space = demo.json("space", "create", "House", "--as", "mira")["data"]["space"]
    ticket = demo.json("ticket", "issue", space, "Key", "--as", "mira")["data"]["ticket"]
    demo.json("ticket", "give", ticket, "amir", "--as", "mira")
    demo.json("space", "gate", space, "--ticket", ticket, "--as", "mira")
    for option, of_it in (("--members-only", space), ("--ticket", ticket)):
        thing = announce(option, of_it, "--rule", "first-come", "--relay")
        assert book(demo, thing, "amir", "sat 10:00", "--relay")["state"] == "granted"
        ask = ("book", thing, "--from", "sat 12:00", "--for", "1h", "--as", "sofia")
        assert code_of(demo, *ask) == "bookings: not admitted"
        by_hand = announce(option, of_it)
        assert book(demo, by_hand, "amir", "sat 10:00")["state"] == "pending"
    readable = "".join(demo.call("resource", "show", thing)[1].split())
    assert f"admits:whoholdstheticket{ticket}" in readable  # long cells fold
    assert "first come, with conditions" in demo.call("search", "room", "--radius", "20000")[1]


def test_reputation__too_few_ratings__wait_for_the_owner(demo: Demo, announce: Announce) -> None:
    thing = announce("--reputation", "4.5 3", "--rule", "policy")
    asked = book(demo, thing, "amir", "sat 10:00")
    assert (asked["state"], asked["may"]["anyone"]) == ("pending", ["poke"])
    assert code_of(demo, "poke", asked["request"], "--as", "mira") == "bookings: still pending"
    assert demo.json("grant", asked["request"], "--as", "lena")["data"]["state"] == "granted"
    assert code_of(demo, "poke", asked["request"], "--as", "mira") == "bookings: not pending"


def test_group__of_which_enough_vote__decides(demo: Demo, announce: Announce, tmp_path: Path) -> None:
    thing = announce("--group", "2 mira jonas sofia", "--rule", "policy")
    asked = book(demo, thing, "amir", "sat 10:00")["request"]
    votes = {who: str(tmp_path / f"{who}.json") for who in ("mira", "jonas", "sofia")}
    for who, path in votes.items():
        against = () if who == "mira" else ("--against",)
        said = demo.json("vote", asked, "--to", path, *against, "--as", who)["data"]
        assert (said["by"], said["grant"]) == (ADDRESS[who], who == "mira")
    assert code_of(demo, "vote", asked, "--to", votes["mira"], "--as", "mira") == "cli: unwritable file"
    other = ("--to", str(tmp_path / "other.json"))
    assert code_of(demo, "vote", asked, *other, "--as", "amir") == "cli: not in the group"
    assert code_of(demo, "attest", asked, *other, "--as", "paula") == "cli: another policy"

    one = ("--with", votes["jonas"])
    assert code_of(demo, "poke", asked, "--as", "amir") == "bookings: still pending"
    assert code_of(demo, "poke", asked, *one, "--as", "amir") == "bookings: still pending"
    all_of_them = [part for path in votes.values() for part in ("--with", path)]
    assert demo.json("poke", asked, *all_of_them, "--as", "amir", "--relay")["data"]["state"] == "denied"
    again = book(demo, thing, "amir", "sat 10:00")["request"]
    assert code_of(demo, "poke", again, *one, "--as", "amir") == "cli: foreign statement"


def test_gate_by_votes__of_a_drafted_request__admits_to_it(
    demo: Demo, announce: Announce, tmp_path: Path
) -> None:
    thing = announce("--group", "1 mira", "--rule", "first-come")
    draft, vote = str(tmp_path / "draft.json"), str(tmp_path / "vote.json")
    ask = ("book", thing, "--from", "sat 10:00", "--for", "2h", "--as", "amir")
    assert code_of(demo, *ask) == "bookings: not admitted"
    before = demo.facts()
    drafted = demo.json(*ask, "--draft", draft)["data"]["request"]
    demo.json("vote", draft, "--to", vote, "--as", "mira")
    assert demo.facts() == before
    made = demo.json("book", thing, "--drafted", draft, "--with", vote, "--as", "amir")["data"]
    assert (made["request"], made["state"]) == (drafted, "granted")
    assert code_of(demo, *ask, "--drafted", draft) == "cli: foreign draft"
    assert code_of(demo, "book", thing, "--drafted", vote, "--as", "amir") == "cli: unreadable statement"


def test_attester__who_says_yes_or_no__decides(demo: Demo, announce: Announce, tmp_path: Path) -> None:
    thing = announce("--attested", "paula", "--rule", "policy")
    for number, (against, state) in enumerate(((("--against",), "denied"), ((), "granted"))):
        asked = book(demo, thing, "amir", "sat 10:00")["request"]
        path = str(tmp_path / f"{number}.json")
        assert code_of(demo, "attest", asked, "--to", path, "--as", "mira") == "cli: not the attester"
        demo.json("attest", asked, "--to", path, *against, "--as", "paula")
        assert demo.json("poke", asked, "--with", path, "--as", "jonas")["data"]["state"] == state


def test_escrow__paid_as_the_owner_asks__grants(demo: Demo, announce: Announce) -> None:
    thing = announce("--escrow", "12.50 50", "--arbitrator", "paula", "--rule", "policy")
    assert "who puts 12.50 dEUR and a deposit of 50.00 dEUR" in demo.call("resource", "show", thing)[1]
    asked = book(demo, thing, "amir", "sat 10:00")["request"]
    assert code_of(demo, "poke", asked, "--as", "mira") == "bookings: still pending"
    assert code_of(demo, "poke", asked, "--pay", "--as", "mira") == "cli: not your request"
    assert demo.json("poke", asked, "--pay", "--as", "amir")["data"]["state"] == "granted"
    [deal] = demo.json("deal", "list", "amir")["data"]["items"][-1:]
    assert (deal["booking"], deal["price"], deal["deposit"]) == (asked, str(12_500_000), str(50 * DEUR))


def test_series__weekly_and_listed__is_one_request_of_which_times_are_given_back(
    demo: Demo, announce: Announce
) -> None:
    thing = announce("--rule", "first-come")
    asked = book(demo, thing, "amir", "sat 10:00", "--weekly", "4")
    assert (asked["kind"], asked["state"]) == ("series", "granted")
    times = [one["start_s"] for one in asked["occurrences"]]
    assert [later - times[0] for later in times] == [0, WEEK_S, 2 * WEEK_S, 3 * WEEK_S]
    key = asked["request"]
    over_a_time = ("book", thing, "--from", f"@{times[2]}", "--for", "1h", "--as", "sofia")
    assert code_of(demo, *over_a_time) == "bookings: not free"

    assert code_of(demo, "cancel", key, "--only", "5", "--as", "amir") == "cli: no such occurrence"
    assert code_of(demo, "cancel", key, "--only", "3", "--as", "mira") == "bookings: not the requester"
    left = demo.json("cancel", key, "--only", "2,3", "--as", "amir", "--relay")["data"]
    assert [one["returned"] for one in left["occurrences"]] == [False, True, True, False]
    assert code_of(demo, "cancel", key, "--only", "3", "--as", "amir") == "bookings: no such occurrence"
    assert demo.json(*over_a_time)["data"]["state"] == "granted"
    readable = demo.call("requests", key)[1]
    assert "4 times for 2 h" in readable
    assert readable.count("(given back)") == 2
    assert demo.json("cancel", key, "--as", "amir")["data"]["state"] == "cancelled"

    begins = ("--starts", "tue 10:00", "--starts", "wed 12:00")
    listed = book(demo, thing, "amir", "mon 10:00", *begins, length="1h")
    assert len(listed["occurrences"]) == 3
    for options, code in (
        (("--weekly", "13"), "cli: impossible series"),
        (("--weekly", "2", "--starts", "tue 10:00"), "cli: impossible series"),
        (("--starts", "tue 10:07"), "cli: impossible series"),
        (("--starts", "sun 11:00"), "bookings: starts overlap"),
    ):
        assert code_of(
            demo, "book", thing, "--from", "sun 10:00", "--for", "2h", *options, "--as", "mira"
        ) == (code), options


def test_return__early__frees_the_rest(demo: Demo, announce: Announce) -> None:
    thing = announce("--rule", "first-come", "--quantum", "15m")
    asked = book(demo, thing, "amir", "tomorrow 10:00", length="4h")
    key = asked["request"]
    assert code_of(demo, "return", key, "--as", "mira") == "bookings: not the requester"
    assert code_of(demo, "return", key, "--at", "tomorrow 10:07", "--as", "amir") == "bookings: off the grid"
    assert (
        code_of(demo, "return", key, "--at", "tomorrow 15:00", "--as", "amir") == "bookings: end out of range"
    )
    shorter = demo.json("return", key, "--at", "tomorrow 12:00", "--as", "amir", "--relay")["data"]
    assert (shorter["end_s"], shorter["asked_end_s"]) == (asked["start_s"] + 2 * HOUR_S, asked["end_s"])
    assert book(demo, thing, "sofia", "tomorrow 12:00")["state"] == "granted"
    # without a time: as soon as can be, here right after the first time unit
    shortest = demo.json("return", key, "--as", "amir")["data"]
    assert shortest["end_s"] == asked["start_s"] + HOUR_S // 4
    assert "given back" in demo.call("requests", key)[1]
    last = book(demo, thing, "amir", "tomorrow 18:00", length="15m")["request"]
    assert code_of(demo, "return", last, "--as", "amir") == "cli: nothing to give back"


def test_bundle__of_two_owners__is_granted_when_both_say_yes(
    demo: Demo, announce: Announce, tmp_path: Path
) -> None:
    room = announce()
    beamer = announce("--requires", room, owner="mira", service="beamer")
    chairs = announce("--rule", "first-come", "--capacity", "40", owner="jonas", service="chairs")
    alone = ("book", beamer, "--from", "sat 10:00", "--for", "2h", "--as", "amir")
    assert code_of(demo, *alone) == "bookings: needs another resource"
    time = ("--from", "sat 10:00", "--for", "4h", "--as", "amir")
    assert code_of(demo, "bundle", "ask", beamer, chairs, *time) == "bookings: needs another resource"
    assert code_of(demo, "bundle", "ask", room, *time) == "cli: impossible bundle"
    assert code_of(demo, "bundle", "ask", room, f"{chairs}:many", *time) == "cli: malformed item"

    # the beamer for a part of the time, named before the room it needs
    items = (f"{beamer}@sat 11:00/2h", room, f"{chairs}:30")
    asked = demo.json("bundle", "ask", *items, *time)["data"]["items"]
    assert [one["state"] for one in asked] == ["pending"] * 3
    assert {one["units"] for one in asked} == {"1", "30"}
    key = asked[0]["request"]
    assert set(asked[0]["bundled"]) == {one["request"] for one in asked}
    of_room = next(one["request"] for one in asked if one["resource"] == room)
    assert code_of(demo, "grant", of_room, "--as", "lena") == "bookings: part of a whole"

    miras, lenas = str(tmp_path / "mira.json"), str(tmp_path / "lena.json")
    assert code_of(demo, "bundle", "sign", key, "--to", lenas, "--as", "sofia") == "bookings: not the owner"
    demo.json("bundle", "sign", key, "--to", miras, "--as", "mira")
    refusal = demo.refusal("bundle", "grant", key, "--with", miras, "--as", "sofia")
    assert (refusal["code"], "Lena" in refusal["message"]) == ("cli: signatures missing", True)
    # Lena needs to sign nothing: what she sends is her yes
    granted = demo.json("bundle", "grant", key, "--with", miras, "--as", "lena")["data"]["items"]
    assert [one["state"] for one in granted] == ["granted"] * 3
    assert demo.call("bundle", "show", key)[1].count("granted all or none") == 3
    cancelled = demo.json("bundle", "cancel", key, "--as", "amir")["data"]["items"]
    assert [one["state"] for one in cancelled] == ["cancelled"] * 3
    single = book(demo, room, "amir", "sun 10:00")["request"]
    assert code_of(demo, "bundle", "show", single) == "cli: no bundle"


def test_bundle__relayed_and_granted_by_signatures_alone__needs_nobodys_gas(
    demo: Demo, announce: Announce, tmp_path: Path
) -> None:
    room, tools = announce(), announce(owner="mira")
    stage = announce("--group", "1 jonas", "--rule", "policy", owner="paula")
    time = ("--from", "sat 10:00", "--for", "4h", "--as", "amir", "--relay")
    asked = demo.json("bundle", "ask", room, tools, stage, *time)
    key, of_stage = (asked["data"]["items"][index]["request"] for index in (0, 2))
    vote = str(tmp_path / "jonas.json")
    demo.json("vote", of_stage, "--to", vote, "--as", "jonas")
    signed = ["--with", vote]
    for owner in ("lena", "mira"):
        path = str(tmp_path / f"{owner}.json")
        demo.json("bundle", "sign", key, "--to", path, "--as", owner)
        signed += ["--with", path]
    granted = demo.json("bundle", "grant", key, *signed, "--as", "sofia", "--relay")
    assert [one["state"] for one in granted["data"]["items"]] == ["granted"] * 3
    for said in (asked, granted):
        assert sender(demo, said["transaction"]) == RELAYER.address.lower()


def test_lottery__of_two_who_asked__grants_the_winner_and_denies_the_other(
    demo: Demo, announce: Announce
) -> None:
    thing = announce("--lottery", "1h", "--rule", "policy")
    asked = {who: book(demo, thing, who, "tomorrow 10:00")["request"] for who in ("amir", "sofia")}
    for who, key in asked.items():
        said = demo.json("lottery", "enter", key, "--as", who)["data"]
        assert (said["entered"], said["winner"]) == (True, None)
    first, second = asked.values()
    assert code_of(demo, "lottery", "enter", first, "--as", "mira") == "policy: already entered"
    assert code_of(demo, "lottery", "fix", first, "--as", "mira") == "policy: entries still open"
    assert code_of(demo, "lottery", "draw", first, "--as", "mira") == "policy: not fixed"
    status = demo.json("lottery", "status", first)["data"]
    assert (status["entries"], status["block"]) == (2, None)

    until_s = status["entries_close_at_s"] - demo.json("requests")["as_of"]["block_time_s"]
    demo.json("demo", "--advance", f"{until_s // 60 + 1}m")
    assert demo.json("lottery", "fix", first, "--as", "mira")["data"]["block"]
    for _ in range(5):
        demo.json("demo", "--advance", "1m")
    won = demo.json("lottery", "draw", second, "--as", "jonas")["data"]["winner"]
    lost = first if won == second else second
    assert won in asked.values()
    assert demo.json("poke", won, "--as", "jonas")["data"]["state"] == "granted"
    assert demo.json("poke", lost, "--as", "jonas")["data"]["state"] == "denied"
    other = book(demo, announce(), "amir", "sat 10:00")["request"]
    assert code_of(demo, "lottery", "enter", other, "--as", "amir") == "cli: another policy"


def sender(demo: Demo, transaction: str) -> str:
    """Who sent a transaction and paid its gas."""
    from scripts._chain_client.rpc import Rpc

    found: str = Rpc(demo.run["rpc_url"]).call("eth_getTransactionByHash", transaction)["from"]
    return found
