"""The sentences of timelines, reminders and explanations, in English, by key; places are named in braces.

Together with `errors.ERRORS` this is the one registry; `GET /api/errors` gives both.
"""

from pydantic import BaseModel

from backend.registry import MessageSpec, Saying, render

MESSAGES: dict[str, MessageSpec] = {
    key: MessageSpec(text)
    for key, text in {
        # a search result and why it has its place
        "match.distance": "{distance_m} m away; you look within {radius_m} m.",
        "match.unrated": "Nobody has rated this owner for this service yet, which counts as the middle.",
        "match.rated": "Rated {mean} of 5 on average (ratings: {count}).",
        "match.free": "Free for the whole week.",
        "match.busy": "Free for {percent} % of the week.",
        "match.price_nothing": "Costs nothing.",
        "match.price_no_budget": "{price} {currency}; you named no budget, which counts as the middle.",
        "match.price_other_currency": "{price} {currency}, which cannot be compared with your budget.",
        "match.price_within": "{price} {currency}, within your budget of {budget}.",
        "match.price_above": "{price} {currency}, above your budget of {budget}.",
        "match.criteria_none": "You asked for nothing in particular.",
        "match.criteria_all": "Has everything you asked for.",
        "match.criteria_some": "Has {met} of {wanted} things you asked for; missing: {missing}.",
        # a request and what becomes of it
        "request.expires": "Without an answer the request expires, and nobody owes anything.",
        "request.begins": "The booked time begins; from then on the grant can no longer be given back.",
        "request.ends": "The booked time ends by itself.",
        "request.over": "The booked time is over; each side may rate the other.",
        "request.nothing": "Nothing more happens with this request.",
        # what happens in a deal if nobody acts
        "deal.not_delivered": "If it is not handed over, the payer can still dispute; without a dispute "
        "the price of {amount} goes to the payee.",
        "deal.not_delivered_final": "No arbitrator was agreed: even if it is not handed over, "
        "the price of {amount} goes to the payee.",
        "deal.lost_not_refunded": "The booking fell through. Without a refund or a dispute, "
        "the price of {amount} goes to the payee.",
        "deal.lost_final": "The booking fell through and no arbitrator was agreed: "
        "without a refund the price of {amount} goes to the payee.",
        "deal.price_by_silence": "If the payer says nothing, the price of {amount} goes to the payee.",
        "deal.price_waits": "The price of {amount} is the payee's; "
        "it stays held until somebody has it paid out.",
        "deal.part_not_delivered": "If this part is not done by then, the payer can still dispute; without a "
        "dispute {amount} of the price goes to the payee.",
        "deal.part_not_delivered_final": "No arbitrator was agreed: even if this part is not done, "
        "{amount} of the price goes to the payee.",
        "deal.part_by_silence": "If the payer says nothing, {amount} of the price goes to the payee.",
        "deal.parts_wait": "Of the price {amount} is due to the payee; "
        "it stays held until somebody has it paid out.",
        "deal.not_unwound": "The booking never came about, so anybody can have everything sent back to the "
        "payer. If nobody does, the price of {amount} goes to the payee.",
        "deal.unwind_or_expire": "The booking never came about, but the time to object is over: the price of "
        "{amount} goes back to the payer or to the payee, whichever somebody has carried out first.",
        "deal.deposit_not_unwound": "The booking never came about, so anybody can have the deposit of "
        "{amount} sent back to the payer. If nobody does, it goes back when the time for claims is over.",
        "deal.not_returned": "If it does not come back, the payee can claim from the deposit of {amount}.",
        "deal.not_returned_final": "No arbitrator was agreed: even if it does not come back, "
        "the deposit of {amount} goes back to the payer.",
        "deal.deposit_by_silence": "If the payee says nothing, the deposit of {amount} "
        "goes back to the payer.",
        "deal.deposit_waits": "The deposit of {amount} is the payer's; "
        "it stays held until somebody has it paid out.",
        "deal.claim_unanswered": "If the payer does not answer, {to_payee_amount} goes to the payee "
        "and {to_payer_amount} back to the payer.",
        "deal.claim_waits": "The claim was not answered: {to_payee_amount} is the payee's, {to_payer_amount} "
        "the payer's; both stay held until somebody has them paid out.",
        "deal.arbitrator_silent": "If the arbitrator is silent, {to_payee_amount} goes to the payee "
        "and {to_payer_amount} to the payer.",
        "deal.arbitrator_silent_next": "If the arbitrator is silent, the dispute goes on to the next "
        "({count:more was|more were} agreed on).",
        "deal.dispute_goes_on": "The arbitrator was silent: the dispute goes on to the next "
        "({count:more was|more were} agreed on) as soon as somebody hands it on.",
        "deal.dispute_waits": "The arbitrator was silent: {to_payee_amount} is the payee's, "
        "{to_payer_amount} the payer's; both stay held until somebody has them paid out.",
        "deal.unrated": "The right to rate ends; the deal itself is over.",
        "deal.unopened": "A rating that is not opened in time is forfeited.",
        "deal.nothing": "This deal is over. Nothing more happens.",
        # what to mind in a deal
        "deal.overdue_days": "It was due back {days:day|days} ago.",
        "deal.overdue_hours": "It was due back {hours:hour|hours} ago.",
        "deal.booking_pending": "The booking is not confirmed yet.",
        "deal.booking_denied": "The booking was denied; what is held should be refunded.",
        "deal.booking_cancelled": "The booking was cancelled; what is held should be refunded.",
        "deal.booking_expired": "The booking has expired; what is held should be refunded.",
        "deal.no_arbitrator": "No arbitrator was agreed: neither damage nor the price can be contested.",
        # what happened in a deal
        "step.requested": "The booking was requested.",
        "step.granted": "The booking was granted.",
        "step.denied": "The booking was denied.",
        "step.cancelled": "The booking was cancelled.",
        "step.funded": "The price of {price_amount} and the deposit of {deposit_amount} went into escrow.",
        "step.claimed": "The payee claimed {amount} of the deposit for damage.",
        "step.disputed": "The payer disputed: {price_amount} of the price, {claim_amount} of the claim.",
        "step.escalated": "Who decided before was silent: the dispute went on to arbitrator number {number}.",
        "step.price_released": "Of the price {paid_amount} went to the payee in parts; "
        "{left_amount} is still held.",
        "step.ruled": "The arbitrator ruled: {to_payee_amount} to the payee, {to_payer_amount} to the payer, "
        "{fee_amount} for ruling.",
        "step.price_closed": "The price is settled: {paid_amount} to the payee, "
        "{returned_amount} back to the payer.",
        "step.deposit_closed": "The deposit is settled: {returned_amount} back to the payer, "
        "{kept_amount} to the payee.",
        "step.closed_completed": "The deal is closed: completed.",
        "step.closed_refunded": "The deal is closed: everything was refunded.",
        "step.closed_claim_accepted": "The deal is closed: the payer accepted the claim.",
        "step.closed_claim_unanswered": "The deal is closed: the claim was not answered.",
        "step.closed_ruled": "The deal is closed: the arbitrator ruled.",
        "step.closed_arbitrator_silent": "The deal is closed: the arbitrator was silent.",
        "step.closed_cancelled": "The deal is closed: the payer cancelled by the agreed terms.",
        "step.closed_split": "The deal is closed: both sides divided what was held.",
        "step.closed_unwound": "The deal is closed: its booking never came about.",
        "step.rated_payer": "The payer has used the right to rate.",
        "step.rated_payee": "The payee has used the right to rate.",
        # reminders
        "reminder.price_by_silence": "Within a day the price of {amount} goes to the payee "
        "unless you dispute it.",
        "reminder.price_goes": "Within a day the price of {amount} goes to the payee.",
        "reminder.price_waits": "The price of {amount} is yours. Have it paid out.",
        "reminder.part_by_silence": "Within a day {amount} of the price goes to the payee "
        "unless you dispute it.",
        "reminder.part_goes": "Within a day {amount} of the price goes to the payee.",
        "reminder.parts_wait": "Of the price {amount} is yours. Have it paid out.",
        "reminder.cancel_falls": "If you cancel within a day you get {amount} back, "
        "afterwards {then_amount}.",
        "reminder.cancel_ends": "You can cancel for one more day; you would get {amount} back.",
        "reminder.unwind": "The booking never came about. Have what is held sent back to you "
        "before it goes to the payee.",
        "reminder.return_tomorrow": "What you borrowed is due back within a day.",
        "reminder.return_now": "What you borrowed is due back now.",
        "reminder.overdue": "What you borrowed was due back {days:day|days} ago.",
        "reminder.overdue_for_owner": "What you lent was due back {days:day|days} ago. Confirm that it is "
        "back, or claim damage before the deposit goes back.",
        "reminder.overdue_unclaimable": "What you lent was due back {days:day|days} ago. Confirm that it is "
        "back; no arbitrator was agreed, so the deposit goes back in any case.",
        "reminder.answer_claim": "{amount} of your deposit is claimed for damage. Accept or dispute it.",
        "reminder.claim_waits": "The claim was not answered in time. Have the deposit paid out.",
        "reminder.deposit_waits": "Your deposit of {amount} is free. Have it paid out.",
        "reminder.rule": "You are asked to rule on a dispute.",
        "reminder.dispute_waits": "The arbitrator was silent. Have the amounts paid out.",
        "reminder.dispute_goes_on": "The arbitrator was silent. Hand the dispute on to the next one.",
        "reminder.reveal": "Open the rating you gave, or it is forfeited.",
        "reminder.rate": "The deal is closed. Rate the other side within 60 days.",
        # what a reputation rests on
        "reputation.none": "Nobody has rated this member yet. That is neither good nor bad.",
        "reputation.standing_escrow": "{count:rating|ratings} of deals for service {service}: {mean} of 5 "
        "on average, counting as much as {weight} new ones.",
        "reputation.standing_bookings": "{count:rating|ratings} of bookings for service {service}: "
        "{mean} of 5 on average, counting as much as {weight} new ones.",
        "reputation.standing_other": "{count:rating|ratings} through a contract that is not ours for service "
        "{service}: {mean} of 5 on average, counting as much as {weight} new ones.",
        "reputation.sealed": "{count:rating is|ratings are} sealed until both sides have rated "
        "or the time is over.",
        "reputation.openable": "{count:rating|ratings} can be opened now.",
        "reputation.forfeited": "{count:rating was|ratings were} never opened and will not count.",
        "reputation.open": "{count:rating is|ratings are} open.",
        "reputation.retracted": "{count:rating was|ratings were} taken back by who gave them "
        "and no longer count.",
        "reputation.pairs": "The second rating by the same member counts half, the third a third, and so on.",
        "reputation.other_sources": "Ratings through contracts that are not ours are shown "
        "but do not count in search.",
        "reputation.decay": "A rating counts half after {days:day|days}, a quarter after twice as many.",
    }.items()
}


class Sentence(BaseModel):
    """A sentence for people (`text`) and for programs that speak other languages (`key`, `params`)."""

    key: str
    params: dict[str, str | int]
    text: str


def spoken(saying: Saying) -> Sentence:
    """The English sentence. KeyError when the key is not registered or a place has no value."""
    text = render(MESSAGES[saying.key], saying.params)
    return Sentence(key=saying.key, params=dict(saying.params), text=text)
