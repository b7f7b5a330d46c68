"""The second story: a cargo bike comes back damaged, and the arbitrator splits the claim."""

from __future__ import annotations

import hashlib
import secrets

from scripts._chain_client import bookings, escrow, token
from scripts._demo.library import JONAS_CARGO_BIKE
from scripts._demo.stage import ADDRESS, Stage, expect, expect_moves

DAY_S = 86_400
HOURS = 8
CLAIM, TO_PAYEE, FEE = 120, 70, 5  # dEUR, of a deposit of 200
RULED = 5


def play(stage: Stage) -> None:
    """Book → fund → damage claim → dispute → split → payouts.

    Raises:
        CommandError: "demo: step failed" at the first step whose outcome is not as promised.
    """
    stage.story("A cargo bike comes back damaged")
    start_s = stage.saturday()
    end_s = start_s + HOURS * 3_600

    with stage.step("Mira finds and books Jonas's cargo bike") as step:
        offers = stage.ranking("cargo-bike", start_s, end_s)
        offer = next((item for item in offers if item["title"] == JONAS_CARGO_BIKE), None)
        if offer is None:
            expect([item["title"] for item in offers], [JONAS_CARGO_BIKE], "What the search found")
            return
        quanta = (end_s - start_s) // offer["quantum_s"]
        thing = bytes.fromhex(offer["resource"][2:])
        request = bookings.Request(thing, ADDRESS["mira"], start_s, quanta, secrets.token_bytes(32))
        booked, receipt = bookings.book(stage.chain("mira"), request)
        stage.settle(receipt)
        expect(bookings.state(stage.chain("mira"), booked), "granted", "The request on chain")
        step.adds("first come, granted at once")

    money = stage.balances()
    price, deposit = int(offer["price"]["amount"]), int(offer["deposit"])
    with stage.step("Mira pays fee and deposit into escrow, with Paula as arbitrator") as step:
        chain = stage.chain("mira")
        rest = escrow.Rest(ladder=((ADDRESS["paula"], 14 * DAY_S, (price + deposit) // 20),))
        core = escrow.Core(
            payer=ADDRESS["mira"],
            payee=ADDRESS["jonas"],
            token=stage.money,
            price=price,
            deposit=deposit,
            schedule=escrow.Schedule(
                deliver_by_s=start_s, return_by_s=end_s, service=bookings.service_id("cargo-bike")
            ).word(),
            booking=booked,
            rest=rest.digest(),
            salt=secrets.token_bytes(32),
        )
        token.approve(chain, stage.money, chain.address("Escrow"), price + deposit)
        deal, receipt = escrow.fund(chain, core, rest)
        stage.settle(receipt)
        expect_moves(money, stage.balances(), {"mira": -price - deposit, "escrow": price + deposit})
        step.adds(f"{stage.shown(price)} and {stage.shown(deposit)}")
    deal_hex = "0x" + deal.hex()

    with stage.step("The ride is over, Mira releases the fee") as step:
        stage.move_to(end_s)
        stage.settle(escrow.release(chain, core))
        expect_moves(money, stage.balances(), {"mira": -price - deposit, "jonas": price, "escrow": deposit})
        step.adds(f"{stage.shown(price)} to Jonas")

    with stage.step("Jonas claims damage: the long bed is bent") as step:
        evidence = hashlib.sha256(secrets.token_bytes(16) + b"photograph of the bent bed").digest()
        stage.settle(escrow.claim_damage(stage.chain("jonas"), core, rest, stage.units(CLAIM), evidence))
        line = stage.api.deal(deal_hex).data
        expect((line["state"], line["next"]["actor"]), ("claimed", "payer"), "State and who acts next")
        step.adds(f"{stage.shown(stage.units(CLAIM))} of the deposit; Mira has three days to answer")

    with stage.step("Mira disputes it: the bed was bent before") as step:
        evidence = hashlib.sha256(secrets.token_bytes(16) + b"photograph from the hand-over").digest()
        stage.settle(escrow.dispute(chain, core, rest, evidence))
        line = stage.api.deal(deal_hex).data
        expect((line["state"], line["next"]["actor"]), ("disputed", "arbitrator"), "State and who acts next")
        step.adds("Paula has fourteen days")

    with stage.step("Paula splits the claim") as step:
        reasons = hashlib.sha256(secrets.token_bytes(16) + b"half old, half new").digest()
        split = (stage.units(TO_PAYEE), stage.units(FEE))
        stage.settle(escrow.rule(stage.chain("paula"), core, rest, *split, reasons))
        step.adds(f"{stage.shown(split[0])} to Jonas, {stage.shown(split[1])} fee, the rest to Mira")

    with stage.step("Everybody has what the split says") as step:
        to_mira = deposit - stage.units(TO_PAYEE) - stage.units(FEE)
        moves = {
            "mira": -price - deposit + to_mira,
            "jonas": price + stage.units(TO_PAYEE),
            "paula": stage.units(FEE),
        }
        expect_moves(money, stage.balances(), moves)
        closed = stage.api.deal(deal_hex).data
        expect((closed["state"], closed["outcome"]), ("closed", RULED), "State and outcome")
        expect(escrow.state(chain, deal), "closed", "The deal on chain")
        step.adds(", ".join(f"{name.capitalize()} {stage.shown(moved)}" for name, moved in moves.items()))
