"""Relaying over a real chain: members without coin act, the relayer pays, and nothing is paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from contracts.compiling import compiled
from installation import error
from relaying import Relaying, no_blocks

from backend.relay.rules import DAY_S, LEAST_GAS, LEAST_TIME_S, MAX_REVERTED
from backend.relay.service import AGAIN_AFTER_S, KEEP_S, LOST_AFTER_S
from scripts._chain_client import bookings
from scripts._chain_client.chain import NO_AUTH

HOUR_S = 3_600
COIN_WEI = 10**18


def receipt(here: Relaying, transaction: str) -> Any:
    return here.chain.web3.eth.wait_for_transaction_receipt(transaction, poll_latency=0.005)


def book(here: Relaying, owner: str, requester: str, salt: int) -> tuple[bookings.Request, dict[str, Any]]:
    """A request for a first-come thing of the owner's, and its signed body."""
    announced = here.announcement(owner, salt, rule=bookings.FIRST_COME)
    here.relay(owner, announced)
    here.settle()
    made = bookings.Announcement(
        int(announced["arguments"]["announcement"]["terms"]), bytes(32), salt.to_bytes(32, "big")
    )
    chain = here.client_of(requester)
    resource = bookings.resource_id(chain, here.member(owner).address, made)
    start_s = (here.chain.now_s // HOUR_S + 30) * HOUR_S
    request = bookings.Request(resource, chain.me, start_s, 2, salt.to_bytes(32, "big"))
    return request, here.signed(requester, "Bookings", "request", request.values(), NO_AUTH)


def test_relay__signed_act__is_done_by_its_signer_and_paid_by_the_relayer(here: Relaying) -> None:
    owner = here.member("owner").address
    assert here.chain.web3.eth.get_balance(owner) == 0
    sent = here.relay("owner", here.announcement("owner", 1))
    found = receipt(here, sent["transaction"])
    assert found["status"] == 1
    assert found["from"] == here.relayer.address
    (event,) = here.chain.bookings.events.ResourceAnnounced().process_receipt(found)
    assert event["args"]["owner"] == owner
    assert here.chain.web3.eth.get_transaction(sent["transaction"])["gas"] == LEAST_GAS


def test_relay__once_settled__costs_what_it_cost_and_no_more(here: Relaying) -> None:
    sent = here.relay("owner", here.announcement("owner", 2))
    most = here.budget("owner")
    assert (sent["state"], most["under_way"]) == ("sent", sent["transaction"])
    assert most["spent_wei"] == sent["cost_wei"]
    here.settle()
    found = receipt(here, sent["transaction"])
    cost_wei = found["gasUsed"] * found["effectiveGasPrice"]
    assert 0 < cost_wei < int(sent["cost_wei"])
    settled = here.sent(sent["transaction"])
    assert (settled["state"], settled["cost_wei"]) == ("done", str(cost_wei))
    budget = here.budget("owner")
    assert (budget["spent_wei"], budget["under_way"]) == (str(cost_wei), None)
    assert int(budget["left_wei"]) == here.settings.relay_member_wei - cost_wei


def test_relay__the_same_act_again__is_the_same_transaction(here: Relaying) -> None:
    body = here.announcement("owner", 3)
    sent = here.relay("owner", body)
    count = here.sent_by_relayer()
    assert here.relay("owner", body)["transaction"] == sent["transaction"]
    here.settle()
    again = here.relay("stranger", body)
    assert (again["transaction"], again["state"]) == (sent["transaction"], "done")
    assert here.sent_by_relayer() == count
    assert here.budget("stranger")["spent_wei"] == "0"


def test_relay__for_somebody_elses_act__is_paid_by_who_asks(here: Relaying) -> None:
    here.relay("friend", here.announcement("owner", 4))
    assert here.budget("owner")["spent_wei"] == "0"
    assert int(here.budget("friend")["spent_wei"]) > 0


def test_relay__without_a_session__is_refused(here: Relaying) -> None:
    count = here.sent_by_relayer()
    body = here.announcement("owner", 5)
    assert error(here.client.post("/api/relay", json=body)) == "session: missing"
    headers = {"Authorization": "Bearer nothing"}
    assert error(here.client.post("/api/relay", json=body, headers=headers)) == "session: unknown"
    assert here.sent_by_relayer() == count


def test_relay__without_a_relayer__is_off(installation: Any, here: Relaying) -> None:
    headers = installation.sign_in("owner")
    body = here.announcement("owner", 6)
    assert error(installation.client.post("/api/relay", json=body, headers=headers)) == "relay: off"
    shown = installation.client.get("/api/relay").json()["data"]
    assert (shown["relays"], shown["relayer"]) == (False, None)


def altered(body: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    *path, last = place.split(".")
    inner = body["arguments"]
    for part in path:
        inner = inner[part]
    inner[last] = value
    return body


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("announcement.digest", "0x" + "01" * 32, "auth: bad signature"),
        ("announcement.salt", "0x" + "01" * 32, "auth: bad signature"),
        ("auth.signer", "0x" + "01" * 20, "auth: bad signature"),
        ("auth.deadline", str(2**40), "auth: bad signature"),
        ("auth.signature", "0x" + "01" * 65, "auth: bad signature"),
        ("auth.signer", "0x" + "00" * 20, "relay: nobody signed"),
        ("auth.deadline", "1", "relay: deadline too near"),
        ("auth.nonce", "1", "relay: unfit arguments"),
        ("announcement.terms", "twelve", "relay: unfit arguments"),
        ("more", 1, "relay: unfit arguments"),
    ],
)
def test_relay__what_its_signer_did_not_sign__is_refused_and_costs_nothing(
    here: Relaying, place: str, value: Any, expected: str
) -> None:
    count = here.sent_by_relayer()
    body = altered(here.announcement("owner", 7), place, value)
    assert error(here.post("owner", body)) == expected
    assert here.sent_by_relayer() == count
    assert here.budget("owner")["spent_wei"] == "0"


@pytest.mark.parametrize("left_s", [LEAST_TIME_S - 5, 0, -60])
def test_relay__with_a_deadline_too_near__is_refused(here: Relaying, left_s: int) -> None:
    made = bookings.Announcement(bookings.ResourceTerms(1).word(), bytes(32), b"\x08" * 32)
    given = here.client_of("owner").authorised("Bookings", "announce", (made.values(), NO_AUTH), left_s)
    body = here.announcement("owner", 8)
    body["arguments"]["auth"] = {
        "signer": given[1][0],
        "deadline": given[1][1],
        "signature": "0x" + given[1][2].hex(),
    }
    assert error(here.post("owner", body)) == "relay: deadline too near"


@pytest.mark.parametrize(
    ("contract", "function"),
    [
        ("MockToken", "mint"),
        ("MockToken", "approve"),
        ("Bookings", "resource"),
        ("Bookings", "cancel_nonce"),
        ("Bookings", "nothing"),
        ("Nothing", "announce"),
    ],
)
def test_relay__of_what_is_no_signed_act_of_ours__is_refused(
    here: Relaying, contract: str, function: str
) -> None:
    body = {"contract": contract, "function": function, "arguments": {}}
    assert error(here.post("owner", body)) == "relay: not relayed"


def test_relay__what_the_contract_refuses__says_the_contracts_own_word(here: Relaying) -> None:
    here.relay("owner", here.announcement("owner", 9))
    here.settle()
    made = bookings.Announcement(bookings.ResourceTerms(1).word(), bytes(32), (9).to_bytes(32, "big"))
    given = here.client_of("owner").authorised("Bookings", "announce", (made.values(), NO_AUTH), 4_000)
    body = here.announcement("owner", 9)
    body["arguments"]["auth"] |= {"deadline": given[1][1], "signature": "0x" + given[1][2].hex()}
    answer = here.post("owner", body)
    assert (answer.status_code, error(answer)) == (409, "bookings: already announced")


def test_relay__beyond_the_members_budget__is_refused_until_a_day_has_passed(
    relaying: Callable[..., Relaying],
) -> None:
    # the first act may cost at most so much before it is settled
    here = relaying(relay_member_wei=2 * 10**15)
    here.relay("owner", here.announcement("owner", 20))
    here.settle()
    spent = int(here.budget("owner")["spent_wei"])
    tight = relaying(relay_member_wei=spent + 1)
    tight.clock.now_s = here.clock.now_s
    answer = tight.post("owner", tight.announcement("owner", 21))
    assert (answer.status_code, error(answer)) == (409, "relay: budget spent")
    assert tight.budget("owner")["spent_wei"] == "0"


def test_relay__budget__comes_back_after_24_hours(here: Relaying) -> None:
    here.relay("owner", here.announcement("owner", 22))
    here.settle()
    assert int(here.budget("owner")["spent_wei"]) > 0
    here.clock.now_s += DAY_S - 1
    assert int(here.budget("owner")["spent_wei"]) > 0
    here.clock.now_s += 1
    assert here.budget("owner")["spent_wei"] == "0"


def test_relay__beyond_the_budget_of_all__is_refused_for_everybody(
    relaying: Callable[..., Relaying],
) -> None:
    here = relaying(relay_all_wei=1)
    count = here.sent_by_relayer()
    for role in ("owner", "stranger"):
        answer = here.post(role, here.announcement(role, 23))
        assert (answer.status_code, error(answer)) == (503, "relay: nothing left today")
    assert here.sent_by_relayer() == count


def test_relay__while_an_act_is_under_way__takes_no_second_of_the_member(here: Relaying) -> None:
    with no_blocks(here.chain):
        first = here.relay("owner", here.announcement("owner", 30))
        second = here.announcement("owner", 31)
        assert error(here.post("owner", second)) == "relay: one at a time"
        other = here.relay("stranger", here.announcement("stranger", 32))
    here.chain.mine()
    assert here.relay("owner", second)["state"] == "sent"  # what is in a block is no longer under way
    assert {here.sent(one["transaction"])["state"] for one in (first,)} == {"done"}
    here.settle()
    assert here.sent(other["transaction"])["state"] == "done"


def test_relay__of_many_members_at_once__sends_each_once_under_its_own_number(here: Relaying) -> None:
    roles = [f"member {number}" for number in range(6)]
    bodies = {role: here.announcement(role, 40 + number) for number, role in enumerate(roles)}
    headers = {role: here.sign_in(role) for role in roles}

    def post(role: str) -> Any:
        return here.client.post("/api/relay", json=bodies[role], headers=headers[role]).json()["data"]

    count = here.sent_by_relayer()
    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(post, roles * 2))
    assert len({one["transaction"] for one in sent}) == 6
    assert here.sent_by_relayer() == count + 6
    here.settle()
    assert {here.sent(one["transaction"])["state"] for one in sent} == {"done"}


def test_relay__that_fails_in_its_block__is_paid_and_after_some_refused(here: Relaying) -> None:
    for number in range(MAX_REVERTED):
        request, body = book(here, "owner", "requester", 50 + number)
        here.clock.now_s += 1
        rival = here.chain.members[1]
        values = (request.resource, rival, request.start_s, 2, 1, bytes(32), bytes(32), bytes(32))
        with no_blocks(here.chain):
            sent = here.relay("requester", body)
            # somebody pays more to be first in the block
            here.chain.bookings.functions.request(values, NO_AUTH).transact(
                {"from": rival, "gas": 500_000, "maxPriorityFeePerGas": 10**11, "maxFeePerGas": 10**12}
            )
        here.chain.mine()
        here.settle()
        assert here.sent(sent["transaction"])["state"] == "reverted"
        assert here.budget("requester")["reverted"] == number + 1
    assert int(here.budget("requester")["spent_wei"]) > 0
    _, body = book(here, "owner", "requester", 59)
    assert error(here.post("requester", body)) == "relay: failed too often"
    here.clock.now_s += DAY_S
    assert here.relay("requester", body)["state"] == "sent"


def test_relay__forgotten_by_the_node__is_sent_again_under_the_same_number(here: Relaying) -> None:
    with no_blocks(here.chain):
        sent = here.relay("owner", here.announcement("owner", 60))
        here.chain.anvil.rpc("anvil_dropTransaction", sent["transaction"])
        here.settle(AGAIN_AFTER_S - 1)
        assert here.chain.web3.eth.get_block("pending")["transactions"] == []
        here.settle(1)
    here.chain.mine()
    here.settle()
    assert here.sent(sent["transaction"])["state"] == "done"


def test_relay__whose_number_was_used_elsewhere__is_lost_and_costs_nothing(here: Relaying) -> None:
    with no_blocks(here.chain):
        sent = here.relay("owner", here.announcement("owner", 61))
        here.chain.anvil.rpc("anvil_dropTransaction", sent["transaction"])
        itself = here.relayer.address
        here.chain.anvil.rpc("anvil_impersonateAccount", itself)
        here.chain.anvil.rpc("eth_sendTransaction", {"from": itself, "to": itself})
    here.chain.mine()
    here.settle(LOST_AFTER_S - 1)
    assert here.sent(sent["transaction"])["state"] == "sent"
    here.settle(1)
    lost = here.sent(sent["transaction"])
    assert (lost["state"], lost["cost_wei"]) == ("lost", "0")
    assert here.relay("owner", here.announcement("owner", 61))["transaction"] != sent["transaction"]


def test_relay__after_a_week__is_forgotten(here: Relaying) -> None:
    sent = here.relay("owner", here.announcement("owner", 62))
    here.settle()
    here.clock.now_s += KEEP_S + 1
    here.relay("owner", here.announcement("owner", 63))
    here.settle()
    answer = here.client.get(f"/api/relay/sent/{sent['transaction']}")
    assert (answer.status_code, error(answer)) == (404, "relay: unknown transaction")


def test_relay__above_the_highest_fee__is_refused(relaying: Callable[..., Relaying]) -> None:
    here = relaying(relay_max_fee_wei=1)
    answer = here.post("owner", here.announcement("owner", 70))
    assert (answer.status_code, error(answer)) == (503, "relay: gas too dear")


def test_relay__above_the_most_gas__is_refused(relaying: Callable[..., Relaying]) -> None:
    here = relaying(relay_max_gas=500_000)
    many = [(bookings.ResourceTerms(1).word(), bytes(32), bytes([71, n]) * 16) for n in range(20)]
    body = here.signed("owner", "Bookings", "announce_many", many, NO_AUTH)
    assert error(here.post("owner", body)) == "relay: too much gas"
    few = here.signed("owner", "Bookings", "announce_many", many[:3], NO_AUTH)
    assert here.relay("owner", few)["state"] == "sent"


def test_relay__without_money__is_refused_and_the_alarm_was_raised_before(
    relaying: Callable[..., Relaying], caplog: pytest.LogCaptureFixture
) -> None:
    here = relaying(relay_alarm_wei=2 * COIN_WEI)
    assert here.client.get("/api/relay").json()["data"]["low"] is False
    here.chain.anvil.rpc("anvil_setBalance", here.relayer.address, hex(COIN_WEI))
    here.relay("owner", here.announcement("owner", 72))
    here.settle()
    assert "holds only" in caplog.text
    assert here.client.get("/api/relay").json()["data"]["low"] is True
    here.chain.anvil.rpc("anvil_setBalance", here.relayer.address, "0x1")
    answer = here.post("owner", here.announcement("owner", 73))
    assert (answer.status_code, error(answer)) == (503, "relay: out of money")


def test_relay__of_a_contract_wallets_act__is_the_wallets(here: Relaying) -> None:
    key, payer = here.member("owner"), here.chain.members[0]
    code = compiled("MockWallet")
    made = here.chain.web3.eth.contract(abi=code["abi"], bytecode=code["bytecode"])
    deployed = made.constructor(key.address).transact({"from": payer})
    wallet = receipt(here, deployed.hex())["contractAddress"]
    body = here.announcement("owner", 74)
    body["arguments"]["auth"]["signer"] = wallet
    sent = here.relay("owner", body)
    found = receipt(here, sent["transaction"])
    (event,) = here.chain.bookings.events.ResourceAnnounced().process_receipt(found)
    assert event["args"]["owner"] == wallet


def test_show__says_who_relays_which_acts(here: Relaying) -> None:
    shown = here.client.get("/api/relay").json()["data"]
    assert (shown["relays"], shown["relayer"]) == (True, here.relayer.address)
    assert {"announce", "request", "confirm"} <= set(shown["acts"]["Bookings"])
    assert {"release", "expire"} <= set(shown["acts"]["Escrow"])
    assert {"commit", "reveal"} <= set(shown["acts"]["ReputationLedger"])
    assert "MockToken" not in shown["acts"]
