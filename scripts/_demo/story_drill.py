"""The first story: a drill is lent, comes back three days late, and both rate each other."""

from __future__ import annotations

import secrets

from scripts import _output
from scripts._chain_client import bookings, escrow, reputation, token
from scripts._chain_client.chain import ZERO_HASH
from scripts._demo.library import JONAS_DRILL, LENAS_DRILL, TIME_ZONE
from scripts._demo.stage import ADDRESS, Stage, expect, expect_moves

DAY_S = 86_400
HOURS = 32  # Saturday 10:00 to Sunday 18:00
LATE_S = 3 * DAY_S
SCORE = {"amir": 5, "lena": 4}


def play(stage: Stage) -> None:
    """Search → book → fund → hand over → three days late → return → ratings → another ranking.

    Raises:
        CommandError: "demo: step failed" at the first step whose outcome is not as promised.
    """
    stage.story("A drill is lent")
    start_s = stage.saturday()
    end_s = start_s + HOURS * 3_600

    with stage.step("Amir searches for a drill from Saturday to Sunday") as step:
        before = stage.ranking("drill", start_s, end_s)
        expect([item["title"] for item in before[:2]], [JONAS_DRILL, LENAS_DRILL], "The order")
        scores = ", ".join(f"{item['title'].split()[0]} {item['score']:.4f}" for item in before)
        step.adds(f"{scores}; Jonas is nearer")
    offer = before[1]

    with stage.step("Amir books Lena's hammer drill, the second offer") as step:
        quanta = (offer["slot"]["end_s"] - offer["slot"]["start_s"]) // offer["quantum_s"]
        request = bookings.Request(
            bytes.fromhex(offer["resource"][2:]),
            ADDRESS["amir"],
            offer["slot"]["start_s"],
            quanta,
            secrets.token_bytes(32),
        )
        booked, receipt = bookings.book(stage.chain("amir"), request)
        stage.settle(receipt)
        shown = stage.api.request("0x" + booked.hex()).data
        expect(shown["state"], "pending", "The request")
        expect(shown["next_actor"], "owner", "Who acts next")
        step.adds("pending, Lena decides")

    with stage.step("Lena grants it") as step:
        stage.settle(bookings.confirm(stage.chain("lena"), request))
        expect(bookings.state(stage.chain("lena"), booked), "granted", "The request on chain")
        found = [item["title"] for item in stage.ranking("drill", start_s, end_s)]
        expect(LENAS_DRILL in found, False, "Lena's drill among the free ones")
        step.adds("the drill is taken for that time")

    price, deposit = int(offer["price"]["amount"]), int(offer["deposit"])
    money = stage.balances()
    with stage.step("Amir pays fee and deposit into escrow") as step:
        chain = stage.chain("amir")
        rest = escrow.Rest(ladder=((ADDRESS["paula"], 14 * DAY_S, (price + deposit) // 20),))
        core = escrow.Core(
            payer=ADDRESS["amir"],
            payee=ADDRESS["lena"],
            token=stage.money,
            price=price,
            deposit=deposit,
            schedule=escrow.Schedule(
                deliver_by_s=start_s, return_by_s=end_s, service=bookings.service_id("drill")
            ).word(),
            booking=booked,
            rest=rest.digest(),
            salt=secrets.token_bytes(32),
        )
        token.approve(chain, stage.money, chain.address("Escrow"), price + deposit)
        deal, receipt = escrow.fund(chain, core, rest)
        stage.settle(receipt)
        expect_moves(money, stage.balances(), {"amir": -price - deposit, "escrow": price + deposit})
        expect(
            token.allowance(chain, stage.money, chain.me, chain.address("Escrow")),
            0,
            "What may still be taken",
        )
        step.adds(f"{stage.shown(price)} and {stage.shown(deposit)}, two legs")
    deal_hex = "0x" + deal.hex()

    with stage.step("Saturday: the drill is handed over") as step:
        stage.move_to(start_s)
        line = stage.api.deal(deal_hex).data
        expect(line["state"], "funded", "The deal")
        expect(
            "payer" in line["may"] and "release" in line["may"]["payer"],
            True,
            "That Amir may release the price",
        )
        step.adds(f"due back on {_output.moment(end_s, TIME_ZONE)}")

    with stage.step("Three days late, Amir is reminded") as step:
        stage.move_to(end_s + LATE_S)
        line = stage.api.deal(deal_hex).data
        overdue = [
            item["sentence"]
            for item in line["reminders"]
            if item["to"] == ADDRESS["amir"] and item["sentence"]["key"] == "reminder.overdue"
        ]
        expect([item["params"] for item in overdue], [{"days": 3}], "The reminder to Amir on the timeline")
        step.adds(f"“{overdue[0]['text']}”")

    with stage.step("Amir brings it back; Lena returns the deposit") as step:
        before_return = stage.balances()
        stage.settle(escrow.finish(stage.chain("lena"), core))
        expect_moves(before_return, stage.balances(), {"amir": deposit, "escrow": -deposit})
        step.adds(f"{stage.shown(deposit)} back to Amir")

    with stage.step("Amir releases the fee") as step:
        stage.settle(escrow.release(stage.chain("amir"), core))
        expect_moves(money, stage.balances(), {"amir": -price, "lena": price})
        expect(escrow.state(stage.chain("amir"), deal), "closed", "The deal on chain")
        closed = stage.api.deal(deal_hex).data
        expect((closed["state"], closed["outcome"]), ("closed", 1), "State and outcome")
        step.adds(f"{stage.shown(price)} to Lena, the deal is closed")

    _rate(stage, core)

    with stage.step("Amir searches again, for the Saturday after") as step:
        start_s = stage.saturday()
        after = stage.ranking("drill", start_s, start_s + HOURS * 3_600)
        expect([item["title"] for item in after[:2]], [LENAS_DRILL, JONAS_DRILL], "The order")
        was = {item["title"]: item["score"] for item in before}
        now = {item["title"]: item["score"] for item in after}
        expect(now[LENAS_DRILL] > was[LENAS_DRILL], True, "That Lena's score has risen")
        expect(now[JONAS_DRILL], was[JONAS_DRILL], "Jonas's score")
        step.adds(f"Lena is first now, {was[LENAS_DRILL]:.4f} → {now[LENAS_DRILL]:.4f}")


def _rate(stage: Stage, core: escrow.Core) -> None:
    """Both seal a rating, then both open it."""
    source = stage.chain("lena").address("Escrow")
    deal = escrow.escrow_id(stage.chain("lena"), core)
    salts: dict[str, bytes] = {}
    for side, name in enumerate(("amir", "lena")):
        with stage.step(f"{name.capitalize()} seals a rating") as step:
            chain, salts[name] = stage.chain(name), secrets.token_bytes(32)
            sealed = reputation.commitment(chain, source, deal, side, SCORE[name], ZERO_HASH, salts[name])
            stage.settle(reputation.commit(chain, source, core.terms(), side, sealed))
            step.adds("nobody sees it yet")
    service = bookings.service_id("drill")
    for side, (name, subject) in enumerate((("amir", "lena"), ("lena", "amir"))):
        with stage.step(f"{name.capitalize()} opens it") as step:
            chain = stage.chain(name)
            committed = reputation.committed(chain, source, deal)[side]
            stage.settle(reputation.reveal(chain, committed, SCORE[name], salts[name]))
            total, weight, count = reputation.reputation(chain, source, ADDRESS[subject], service)
            expect(
                (count, round(total / weight, 3)), (1, SCORE[name]), f"Number and mean of {subject}'s ratings"
            )
            step.adds(f"{SCORE[name]} of 5 for {subject.capitalize()}")
