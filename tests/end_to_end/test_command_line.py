"""The command line against a running demo: the way of a deal, refusals that change nothing, imports that
resume."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from demo_process import ROOT, Demo, allmende, environment, start_demo

from scripts._accounts import PERSONAS, RELAYER
from scripts._demo.library import JONAS_CARGO_BIKE, JONAS_DRILL, LENAS_DRILL, PROJECTOR, THINGS
from scripts.main import app

pytestmark = pytest.mark.xdist_group("demo")

ADDRESS = {persona.name: persona.address for persona in PERSONAS}
DEUR = 10**6
SOFIAS_THINGS = sum(thing.owner == "sofia" for thing in THINGS)
UNKNOWN = "0x" + "ab" * 32
NODE = httpx.Client(trust_env=False, timeout=30)
VIENNA = ROOT / "data" / "vienna-listings.csv"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all tests here."""
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


def rpc(demo: Demo, method: str, *params: Any) -> Any:
    """One method of the demo's chain."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return NODE.post(demo.run["rpc_url"], json=body).json()["result"]


def money(demo: Demo, holder: str) -> int:
    """What somebody holds of the token, asked with nothing but the ABI of ERC-20."""
    token = json.loads((demo.home / "deployment.json").read_text())["token"]
    data = "0x70a08231" + holder[2:].rjust(64, "0")  # balanceOf(address)
    return int(rpc(demo, "eth_call", {"to": token, "data": data}, "latest"), 16)


def state(demo: Demo) -> tuple[Any, ...]:
    """All that a member can change: rows, money, and how many transactions each has sent."""
    escrow = json.loads((demo.home / "deployment.json").read_text())["escrow"]
    holders = [*ADDRESS.values(), escrow]
    sent = [rpc(demo, "eth_getTransactionCount", address, "pending") for address in ADDRESS.values()]
    return demo.facts(), [money(demo, holder) for holder in holders], sent


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


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("demo --advance soon", "cli: malformed duration"),
        ("demo --advance 0d", "cli: malformed duration"),
        ("demo --advance 99999w", "cli: malformed duration"),
        ("demo --advance 3d --check", "cli: start or advance"),
        ("demo --advance 3d --rpc API", "cli: no chain"),
    ],
)
def test_advance__by_a_wrong_line__moves_nothing(demo: Demo, line: str, code: str) -> None:
    before = int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    assert demo.refusal(*line.replace("API", demo.run["api_url"]).split())["code"] == code
    assert int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16) < before + 60


def test_advance__without_a_demo__is_refused(tmp_path: Path) -> None:
    done = allmende("--home", str(tmp_path), "demo", "--advance", "3d")
    assert done.returncode == 1
    assert "cli: no demo" in done.stderr


def test_cancel_and_deny__close_a_request(demo: Demo, things: dict[str, str]) -> None:
    when = ("--from", "tomorrow 08:00", "--for", "2h")
    first = demo.json("book", things[JONAS_DRILL], *when, "--as", "sofia")["data"]["request"]
    assert demo.json("deny", first, "--as", "jonas")["data"]["state"] == "denied"
    second = demo.json("book", things[JONAS_DRILL], *when, "--as", "sofia")["data"]["request"]
    assert demo.json("cancel", second, "--as", "sofia")["data"]["state"] == "cancelled"
    assert demo.refusal("grant", second, "--as", "jonas")["code"] == "bookings: not pending"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("grant SOFIAS --as mira", "bookings: not the owner"),
        ("deny SOFIAS --as sofia", "bookings: not the owner"),
        ("cancel SOFIAS --as lena", "bookings: not the requester"),
        ("grant SOFIAS", "cli: who acts"),
        ("grant SOFIAS --as nobody", "cli: unknown persona"),
        (f"grant {UNKNOWN} --as lena", "bookings: unknown request"),
        ("grant 0x12 --as lena", "cli: malformed id"),
        (f"book {UNKNOWN} --from @4000000000 --for 2h --as amir", "booking: unknown resource"),
        ("book BIKE --from @1600000200 --for 2h --as amir", "bookings: start has passed"),
        ("book BIKE --from @4000000200 --for 2h --as amir", "bookings: beyond the horizon"),
        ("book BIKE --from sat_25:99 --for 2h --as amir", "request: impossible time"),
        ("book BIKE --from 2027-02-30_10:00 --for 2h --as amir", "request: impossible time"),
        ("book BIKE --from sat_10:00 --to sat_09:00 --as amir", "request: impossible time"),
        ("book BIKE --from sat_10:00 --for 2h --tz Europe/Nowhere --as amir", "cli: unknown time zone"),
        ("book BIKE --from sat_10:07 --for 2h --as amir", "bookings: off the grid"),
        ("book BIKE --from sat_10:00 --for 3w --as amir", "bookings: too long"),
        ("book BIKE --from sat_10:00 --for some --as amir", "cli: malformed duration"),
        ("deal fund SOFIAS --as sofia", "cli: not granted yet"),
        ("deal fund PAID --as mira", "cli: not your request"),
        ("deal fund PAID --arbitrator paula --as amir", "cli: paid already"),
        (f"deal release {UNKNOWN} --as amir", "escrow: unknown"),
        (f"deal show {UNKNOWN}", "escrow: unknown deal"),
        ("deal release DEAL --as jonas", "escrow: not the payer"),
        ("deal finish DEAL --as amir", "escrow: not the payee"),
        ("deal rule DEAL --to-payee 1 --as jonas", "escrow: not in dispute"),
        ("deal expire DEAL --as jonas", "escrow: too early"),
        ("deal claim-damage DEAL 51 --as lena", "escrow: more than the deposit"),
        ("deal claim-damage DEAL 0 --as lena", "escrow: nothing claimed"),
        ("deal claim-damage DEAL 0.0000001 --as lena", "cli: malformed amount"),
        ("deal claim-damage DEAL -- -5 --as lena", "usage"),
        ("rate commit DEAL --score 5 --as amir", "escrow: not closed"),
        ("rate commit DEAL --score 5 --as jonas", "reputation: not the rater"),
        ("rate commit DEAL --score 6 --as amir", "usage"),
        (f"rate reveal {UNKNOWN} --as amir", "cli: no sealed rating"),
        ("search drill --near 95,16", "cli: malformed point"),
        ("search drill --radius 0", "matching: impossible radius"),
        ("search drill --from @1600000000 --for 2h", "matching: time is past"),
        ("search drill --api RPC", "cli: no api"),
        ("requests --rpc API --as amir --owner 0x12", "cli: malformed address"),
        ("deal release DEAL --rpc API --as amir", "cli: no chain"),
        ("search drill --to sat_10:00", "matching: half a time"),
        ("resource list --service No_Such", "request: invalid"),
        ("import no-such.csv --as jonas", "cli: no such file"),
        ("nonsense", "usage"),
    ],
)
def test_refusal__has_a_code_and_changes_nothing(
    demo: Demo, things: dict[str, str], request_of_sofia: str, open_deal: str, line: str, code: str
) -> None:
    names = {"SOFIAS": request_of_sofia, "BIKE": things[JONAS_CARGO_BIKE], "DEAL": open_deal}
    names["PAID"] = demo.json("deal", "show", open_deal)["data"]["booking"]
    names |= {"RPC": demo.run["rpc_url"], "API": demo.run["api_url"]}
    parts = [names.get(part, part.replace("_", " ") if ":" in part else part) for part in line.split()]
    before = state(demo)
    if code == "usage":
        assert demo.call(*parts)[0] == 2
    else:
        assert demo.refusal(*parts)["code"] == code
    assert state(demo) == before


@pytest.fixture(scope="module")
def open_deal(demo: Demo, things: dict[str, str]) -> str:
    """Another funded deal of Amir and Lena that stays open."""
    when = ("--from", "sun 10:00", "--for", "4h")
    booked = demo.json("book", things[LENAS_DRILL], *when, "--as", "amir")["data"]["request"]
    demo.json("grant", booked, "--as", "lena")
    return str(demo.json("deal", "fund", booked, "--arbitrator", "paula", "--as", "amir")["data"]["escrow"])


def test_book__over_a_taken_slot__is_refused_under_both_rules(demo: Demo, things: dict[str, str]) -> None:
    bike, when = things[JONAS_CARGO_BIKE], ("--from", "mon 10:00", "--for", "4h")
    demo.json("book", bike, *when, "--as", "amir")
    drill = things[JONAS_DRILL]
    asked = demo.json("book", drill, *when, "--as", "amir")["data"]["request"]
    demo.json("grant", asked, "--as", "jonas")
    before = state(demo)
    for thing in (bike, drill):
        overlapping = ("--from", "mon 12:00", "--for", "4h")
        assert demo.refusal("book", thing, *overlapping, "--as", "sofia")["code"] == "bookings: not free"
    assert state(demo) == before


def test_fund__without_the_money__is_refused(demo: Demo, things: dict[str, str]) -> None:
    when = ("--from", "tue 10:00", "--for", "1h")
    booked = demo.json("book", things[JONAS_CARGO_BIKE], *when, "--as", "sofia")["data"]["request"]
    before = state(demo)
    wanted = ("deal", "fund", booked, "--as", "sofia")
    assert demo.refusal(*wanted, "--price", "5000")["code"] == "cli: not enough money"
    assert demo.refusal(*wanted, "--price", "0", "--deposit", "0")["code"] == "escrow: nothing to hold"
    assert state(demo) == before


def test_error__in_readable_form__says_code_sentence_and_next_step(demo: Demo, request_of_sofia: str) -> None:
    done = allmende("--home", str(demo.home), "grant", request_of_sofia, "--as", "mira")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("✗ bookings: not the owner — ")
    assert "\n  → " in done.stderr


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


def test_index__rebuild_gives_the_same_hash(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "deployment.json").write_bytes((demo.home / "deployment.json").read_bytes())
    options = ("--home", str(tmp_path), "--rpc", demo.run["rpc_url"], "--json")
    assert allmende(*options, "index", "--until-head").returncode == 0
    first = json.loads(allmende(*options, "index", "status").stdout)["data"]
    assert allmende(*options, "index", "--rebuild").returncode == 0
    again = json.loads(allmende(*options, "index", "status").stdout)["data"]
    assert first == again
    assert re.fullmatch("[0-9a-f]{64}", first["table_hash"])


def test_import__stopped_and_started_again__makes_no_doubles(demo: Demo, tmp_path: Path) -> None:
    lines = VIENNA.read_text().splitlines()
    good = lines[1:901]
    malformed = [good[0].replace("62.33", "cheap", 1), "1,2,3", good[1] + ',"']
    listings = tmp_path / "listings.csv"
    listings.write_text("\n".join([lines[0], *good[:450], *malformed, *good[450:]]) + "\n")
    line = ("import", str(listings), "--as", "sofia")
    first = subprocess.Popen(
        [sys.executable, "-m", "scripts.main", "--home", str(demo.home), *line],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while announced_by(demo, "sofia") == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    there = announced_by(demo, "sofia")
    assert there >= 400

    summary = demo.json(*line)["data"]
    assert summary["announced"] + summary["already_there"] == 900
    assert summary["already_there"] >= 400
    assert [row["line"] for row in summary["bad"]] == [452, 453, 454]
    assert all(row["reason"] for row in summary["bad"])
    again = demo.json(*line)["data"]
    assert (again["announced"], again["already_there"]) == (0, 900)
    places = {row for row in demo.facts()["resources"] if row[1] == bytes.fromhex(ADDRESS["sofia"][2:])}
    assert len(places) == 900 + SOFIAS_THINGS
    assert announced_by(demo, "sofia") == 900


def test_import__stopped_by_hand__says_how_to_go_on(demo: Demo) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "scripts.main",
            "--home",
            str(demo.home),
            "import",
            str(VIENNA),
            "--as",
            "mira",
        ],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    mira = "0x" + ADDRESS["mira"][2:].lower().rjust(64, "0")
    query = {"fromBlock": "earliest", "toBlock": "latest", "topics": [None, None, mira]}
    before = len(rpc(demo, "eth_getLogs", query))
    deadline = time.monotonic() + 60
    while len(rpc(demo, "eth_getLogs", query)) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert re.search(r"Stopped with \d+ of 7074 in\. The same line goes on", err), err


def announced_by(demo: Demo, name: str) -> int:
    """How many things a member has announced beyond the library's, from the chain's logs."""
    bookings = json.loads((demo.home / "deployment.json").read_text())["bookings"]
    owner = "0x" + ADDRESS[name][2:].lower().rjust(64, "0")
    query = {"address": bookings, "fromBlock": "0x0", "toBlock": "latest", "topics": [None, None, owner]}
    logs = rpc(demo, "eth_getLogs", query)
    return sum(len(log["data"]) == 2 + 3 * 64 for log in logs) - SOFIAS_THINGS


def test_index__beside_the_running_one__is_refused(demo: Demo) -> None:
    done = allmende("--home", str(demo.home), "index")
    assert done.returncode == 1
    assert "cli: already indexing" in done.stderr


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


def test_relay__what_the_contract_refuses__is_told_in_its_words_and_changes_nothing(
    demo: Demo, request_of_sofia: str
) -> None:
    before = state(demo)
    refusal = demo.refusal("cancel", request_of_sofia, "--as", "mira", "--relay")
    assert refusal["code"] == "bookings: not the requester"
    assert state(demo) == before


def test_relay__step_that_cannot_be_signed__says_to_do_it_oneself(demo: Demo, things: dict[str, str]) -> None:
    """An allowance is given by who gives it, where no signature for the token is asked for."""
    line = (
        "book",
        things[JONAS_CARGO_BIKE],
        "--from",
        "sun 14:00",
        "--for",
        "2h",
        "--as",
        "sofia",
        "--relay",
    )
    booked = demo.json(*line)["data"]["request"]
    before = state(demo)
    refusal = demo.refusal("deal", "fund", booked, "--by", "allowance", "--as", "sofia", "--relay")
    assert refusal["code"] == "cli: not signable"
    assert state(demo) == before
