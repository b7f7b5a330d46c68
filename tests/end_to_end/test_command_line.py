"""The command line against a running demo: searching, booking, the way of a deal, and what it shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from demo_chain import ADDRESS, DEUR, NODE, money, rpc, state
from demo_process import ROOT, Demo, allmende

from scripts._accounts import RELAYER
from scripts._demo.library import JONAS_CARGO_BIKE, JONAS_DRILL, LENAS_DRILL, PROJECTOR
from scripts.main import app

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def deal(demo: Demo, things: dict[str, str]) -> str:
    """A funded deal: Amir borrows Lena's drill, Paula would arbitrate."""
    booked = demo.json("book", things[LENAS_DRILL], "--from", "sat 10:00", "--for", "8h", "--as", "amir")[
        "data"
    ]
    assert booked["state"] == "pending"
    assert demo.json("grant", booked["request"], "--as", "lena")["data"]["state"] == "granted"
    funded = demo.json("deal", "fund", booked["request"], "--arbitrator", "paula", "--as", "amir")["data"]
    assert (funded["price"], funded["deposit"]) == (str(4 * DEUR), str(50 * DEUR))
    assert funded["state"] == "funded"
    return str(funded["escrow"])


def test_search__shows_the_reasons_in_readable_form(demo: Demo, things: dict[str, str]) -> None:
    done = allmende(
        "--home", str(demo.home), "search", "drill", "--from", "sat 10:00", "--for", "8h", "--why"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.index(JONAS_DRILL) < done.stdout.index(LENAS_DRILL)
    assert things[LENAS_DRILL] in done.stdout
    assert "deposit 50.00 dEUR" in done.stdout
    assert done.stdout.count("× 0.30") == 3
    assert re.search(
        rf"\$ allmende book {things[JONAS_DRILL]} --from \"\d{{4}}-\d\d-\d\d 10:00\+0[12]:00\" --to ",
        done.stdout,
    )


def test_search__with_wishes__prefers_who_meets_them(demo: Demo) -> None:
    found = demo.json("search", "drill", "--want", "watts=700", "--budget", "10")
    assert found["data"]["items"][0]["title"] == LENAS_DRILL
    assert found["took_ms"] > 0
    assert {"block", "head", "lag_blocks", "lag_s"} <= found["as_of"].keys()


def test_resource__announce_show_and_availability(demo: Demo) -> None:
    announced = demo.json(
        *("resource", "announce", "Wallpaper table", "--service", "table", "--near", "48.2035,16.3588"),
        *(
            "--price",
            "2.50",
            "--deposit",
            "10",
            "--criterion",
            "metres=3",
            "--rule",
            "first-come",
            "--as",
            "amir",
        ),
    )["data"]
    shown = demo.json("resource", "show", announced["resource"])["data"]
    assert shown["owner"] == ADDRESS["amir"]
    assert shown["description"]["price"] == {"amount": 2_500_000, "currency": "dEUR", "per": "day"}
    assert shown["description"]["criteria"] == {"metres": 3}
    free = demo.json("resource", "availability", announced["resource"], "--days", "2")["data"]["free"]
    assert len(free) == 1
    assert demo.json("search", "table")["data"]["items"][0]["resource"] == announced["resource"]


def test_pay__straight_to_a_member__moves_exactly_that_and_is_listed(demo: Demo, deal: str) -> None:
    lena, amir = money(demo, ADDRESS["lena"]), money(demo, ADDRESS["amir"])
    paid = demo.json("pay", "lena", "1.50", "--for", deal, "--as", "amir")["data"]
    assert (paid["payee"], paid["amount"]) == (ADDRESS["lena"], "1500000")
    assert (money(demo, ADDRESS["lena"]), money(demo, ADDRESS["amir"])) == (
        lena + 1_500_000,
        amir - 1_500_000,
    )
    listed = demo.json("payments", "lena")["data"]["items"][0]
    assert (listed["kind"], listed["payer"], listed["reference"]) == ("paid", ADDRESS["amir"], deal)
    done = allmende("--home", str(demo.home), "payments", "--as", "amir")
    assert "1.50 dEUR" in done.stdout, done.stdout + done.stderr


def test_pay__more_than_is_there_or_to_oneself__changes_nothing(demo: Demo, deal: str) -> None:
    before = state(demo)
    for line, code in (
        (("pay", "lena", "999999999", "--as", "amir"), "cli: not enough money"),
        (("pay", "lena", "0.0000001", "--as", "amir"), "cli: malformed amount"),
        (("deal", "give-back", deal, "1", "--as", "mira"), "payments: not the payee"),
    ):
        done = allmende("--home", str(demo.home), "--json", *line)
        assert done.returncode == 1
        assert json.loads(done.stderr)["error"]["code"] == code, done.stderr
    assert state(demo)[:2] == before[:2]


def test_deal__from_funding_to_revealed_ratings(demo: Demo, deal: str) -> None:
    lena, amir = money(demo, ADDRESS["lena"]), money(demo, ADDRESS["amir"])
    assert deal in [item["escrow"] for item in demo.json("deal", "list", "amir")["data"]["items"]]
    done = allmende("--home", str(demo.home), "deal", "show", deal)
    assert re.search(r"next\s+Lena: hand over", done.stdout), done.stdout
    assert re.search(r"next\s+Amir: give back", done.stdout), done.stdout  # the other leg has its own turn
    assert "4.00 dEUR" in done.stdout

    assert demo.json("deal", "release", deal, "--as", "amir")["data"]["money"]["price_closed"] is True
    assert demo.json("deal", "finish", deal, "--as", "lena")["data"]["state"] == "closed"
    assert money(demo, ADDRESS["lena"]) == lena + 4 * DEUR
    assert money(demo, ADDRESS["amir"]) == amir + 50 * DEUR

    assert demo.json("rate", "reveal", "--as", "amir")["data"] == []
    demo.json("rate", "commit", deal, "--score", "5", "--as", "amir")
    assert demo.json("rate", "reveal", "--as", "amir")["data"] == []  # not due: Lena has not committed
    assert demo.refusal("rate", "reveal", deal, "--as", "amir")["code"] == "reputation: too early"
    demo.json("rate", "commit", deal, "--score", "2", "--as", "lena")
    assert [item["score"] for item in demo.json("rate", "reveal", "--as", "amir")["data"]] == [5]
    assert [item["score"] for item in demo.json("rate", "reveal", deal, "--as", "lena")["data"]] == [2]
    assert (
        demo.refusal("rate", "commit", deal, "--score", "1", "--as", "amir")["code"]
        == "reputation: already committed"
    )
    private = demo.home / "members" / ADDRESS["amir"].lower() / "ratings.json"
    assert private.stat().st_mode & 0o077 == 0


def test_answers__name_who_acts_and_the_line_that_does_it(demo: Demo, things: dict[str, str]) -> None:
    when = ("--from", "wed 10:00", "--for", "4h")
    code, asked, _ = demo.call("book", things[LENAS_DRILL], *when, "--as", "amir")
    assert code == 0
    assert re.search(r"next\s+Lena: grant or deny\s+by\s+\w+ \d{4}-", asked), asked
    # each answer ends with the next line, whole, so that it can be pasted
    for next_act in ("grant", "deal fund", "deal show"):
        line = re.search(rf"\$ allmende ({next_act} .*)$", asked, re.MULTILINE)
        assert line is not None, asked
        code, asked, err = demo.call(*line[1].split())
        assert code == 0, err
        if next_act == "deal fund":
            asked = demo.call("requests", line[1].split()[2])[1]
    assert LENAS_DRILL in demo.call("requests", "--requester", "amir")[1]


def test_damage__claimed_disputed_and_ruled(demo: Demo, things: dict[str, str], tmp_path: Path) -> None:
    before = {name: money(demo, address) for name, address in ADDRESS.items()}
    bike = things[JONAS_CARGO_BIKE]
    booked = demo.json("book", bike, "--from", "tomorrow 05:00", "--to", "tomorrow 09:00", "--as", "mira")[
        "data"
    ]
    assert booked["state"] == "granted"
    funded = demo.json("deal", "fund", booked["request"], "--arbitrator", "paula", "--as", "mira")["data"]
    deal = funded["escrow"]
    photograph = tmp_path / "bent.jpg"
    photograph.write_bytes(b"a bent bed")
    claimed = demo.json("deal", "claim-damage", deal, "80", "--evidence", str(photograph), "--as", "jonas")[
        "data"
    ]
    assert claimed["state"] == "claimed"
    assert {"accept_claim", "dispute"} <= set(claimed["may"]["payer"])
    demo.json("deal", "release", deal, "--as", "mira")
    assert demo.json("deal", "dispute", deal, "--as", "mira")["data"]["state"] == "disputed"
    ruled = demo.json("deal", "rule", deal, "--to-payee", "50.5", "--fee", "4", "--as", "paula")["data"]
    assert (ruled["state"], ruled["outcome"]) == ("closed", 5)
    after = {name: money(demo, address) - before[name] for name, address in ADDRESS.items()}
    price = 4 * 3 * DEUR
    assert after["jonas"] == price + 50_500_000
    assert after["mira"] == -price - 50_500_000 - 4 * DEUR
    assert after["paula"] == 4 * DEUR


def test_claim__takes_what_could_not_be_paid_out(demo: Demo, things: dict[str, str]) -> None:
    sofia, paula = ADDRESS["sofia"], ADDRESS["paula"]
    when = ("--from", "tomorrow 12:00", "--for", "1h")
    pots = things["Pots for a hundred portions of goulash"]
    booked = demo.json("book", pots, *when, "--as", "amir")["data"]["request"]
    if demo.json("requests", booked)["data"]["state"] == "pending":
        demo.json("grant", booked, "--as", "sofia")
    paid = ("--token", "coin", "--price", "0.5", "--deposit", "0")
    deal = demo.json("deal", "fund", booked, *paid, "--as", "amir")["data"]["escrow"]
    rpc(demo, "anvil_setCode", sofia, "0x60006000fd")  # PUSH 0, PUSH 0, REVERT: takes no coin
    code, out, _ = demo.call("deal", "release", deal, "--as", "amir")
    assert code == 0
    assert "0.50 ETH could not be paid to Sofia" in out
    assert "allmende deal claim --as sofia" in out
    rpc(demo, "anvil_setCode", sofia, "0x")

    waits = demo.json("deal", "claim", "--look", "--as", "sofia")["data"]["items"]
    assert waits == [{"token": "0x" + "00" * 20, "amount": str(5 * 10**17)}]
    assert demo.json("deal", "claim", "--as", "jonas")["data"]["items"] == []
    before = state(demo)
    wrong = ("deal", "claim", "--as", "sofia", "--to")
    assert demo.refusal(*wrong, "0x" + "00" * 20)["code"] == "escrow: unfit receiver"
    assert demo.refusal(*wrong, "0x12")["code"] == "cli: malformed address"
    assert demo.json("deal", "claim", "--token", "coin", "--as", "jonas")["data"]["items"] == []
    assert state(demo) == before

    held = int(rpc(demo, "eth_getBalance", paula, "latest"), 16)
    taken = demo.json("deal", "claim", "--to", "paula", "--as", "sofia")["data"]["items"]
    assert [(item["amount"], item["to"]) for item in taken] == [(str(5 * 10**17), paula)]
    assert int(rpc(demo, "eth_getBalance", paula, "latest"), 16) == held + 5 * 10**17
    assert "Nothing waits for Sofia." in demo.call("deal", "claim", "--as", "sofia")[1]


def test_advance__moves_the_clock_of_the_running_demo(demo: Demo) -> None:
    before = int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    moved = demo.json("demo", "--advance", "2m")["data"]
    assert moved["advanced_s"] == 120
    assert moved["now_s"] >= before + 120
    assert demo.json("requests")["as_of"]["block_time_s"] >= moved["now_s"]


def test_cancel_and_deny__close_a_request(demo: Demo, things: dict[str, str]) -> None:
    when = ("--from", "tomorrow 08:00", "--for", "2h")
    first = demo.json("book", things[JONAS_DRILL], *when, "--as", "sofia")["data"]["request"]
    assert demo.json("deny", first, "--as", "jonas")["data"]["state"] == "denied"
    second = demo.json("book", things[JONAS_DRILL], *when, "--as", "sofia")["data"]["request"]
    assert demo.json("cancel", second, "--as", "sofia")["data"]["state"] == "cancelled"
    assert demo.refusal("grant", second, "--as", "jonas")["code"] == "bookings: not pending"


def test_json__is_one_document_and_nothing_else(demo: Demo, deal: str, things: dict[str, str]) -> None:
    lines = (
        ["requests"],
        ["resource", "list"],
        ["resource", "show", things[PROJECTOR]],
        ["deal", "show", deal],
        ["deal", "list", "lena"],
        ["index", "status"],
        ["doctor", "--fast"],
    )
    for line in lines:
        assert "data" in demo.json(*line), line


def test_help__is_quick_and_every_command_has_an_example() -> None:
    began = time.monotonic()
    whole = allmende("--help")
    assert whole.returncode == 0
    assert time.monotonic() - began < 3  # an idle machine needs 0.3 s; heavy imports would take far more
    commands = re.findall(r"^│ ([a-z][a-z-]*) ", whole.stdout, re.MULTILINE)
    assert {"demo", "doctor", "deploy", "index", "serve", "import", "search", "book", "grant", "deny"} <= set(
        commands
    )
    heavy = ("web3", "eth_account", "sqlalchemy", "httpx", "pydantic", "h3", "numpy")
    probe = f"import sys, scripts.main; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
    for command in every_command(typer.main.get_command(app)):
        assert "[bold]Example" in (command.help or ""), command.name


def every_command(group: Any) -> Iterator[Any]:
    """All commands below a group, those of its sub-groups too."""
    for command in group.commands.values():
        if hasattr(command, "commands"):
            yield from every_command(command)
        else:
            yield command


def test_relay__member_who_signs_only__acts_and_pays_no_gas(demo: Demo, things: dict[str, str]) -> None:
    coins = int(rpc(demo, "eth_getBalance", ADDRESS["mira"], "latest"), 16)
    sent = int(rpc(demo, "eth_getTransactionCount", ADDRESS["mira"], "latest"), 16)
    line = ("book", things[JONAS_CARGO_BIKE], "--from", "sun 10:00", "--for", "2h", "--as", "mira", "--relay")
    booked = demo.json(*line)
    assert booked["data"]["state"] == "granted"
    assert booked["data"]["requester"] == ADDRESS["mira"]
    given_back = demo.json("cancel", booked["data"]["request"], "--as", "mira", "--relay")["data"]
    assert given_back["state"] == "cancelled"
    assert int(rpc(demo, "eth_getBalance", ADDRESS["mira"], "latest"), 16) == coins
    assert int(rpc(demo, "eth_getTransactionCount", ADDRESS["mira"], "latest"), 16) == sent
    transaction = rpc(demo, "eth_getTransactionByHash", booked["transaction"])
    assert transaction["from"] == RELAYER.address.lower()
    answer = NODE.get(f"{demo.run['api_url']}/api/relay/budget", params={"member": ADDRESS["mira"]}).json()
    assert 0 < int(answer["data"]["spent_wei"]) < int(answer["data"]["budget_wei"])
