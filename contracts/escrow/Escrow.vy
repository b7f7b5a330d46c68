# pragma version ~=0.4.3
# pragma nonreentrancy on
# pragma optimize codesize
"""
@title A price and a deposit, held between two members until both are settled
@license AGPL-3.0-only
@notice The price leg goes from payer to payee, the deposit leg is a bond that goes back. The legs are independent: each is
        open, contested or closed, and each has its own clock. All windows are half-open: an act is valid strictly before its
        deadline, expiry at or after it.

        Who trusts whom. Nobody trusts the deployer: no key rules here, nothing can be paused or replaced. The parties trust
        the arbitrator whom both agreed to, only with what is in dispute, never with more than the fee cap for a ruling (a
        price and a later claim can be two rulings). Who chooses a token trusts that token.

        How funds leave if everybody else is gone: anybody calls `expire`.
        - Price, not in dispute: each milestone to the payee once its `due + object_s` is reached, what is left of it once
          `deliver_by + object_s` is reached. Parts of it can be released before; all else is about what is left of it.
        - Deposit without a claim: to the payer once `return_by + claim_s` is reached, even while the price is in dispute.
        - Claim that the payer does not answer: the agreed share of the claim goes to the payee, the rest of the deposit back.
        - Dispute in which the arbitrator is silent: it goes on to the next rung of the ladder with a new window. After the
          last one the agreed share of the price goes to the payee, the deposit back in full.
        A claim may join a running dispute once, before the arbitrator's window ends, and gives him a new window; so no
        dispute lasts longer than all windows and one of them again. What cannot be delivered waits in `claimable` and blocks
        nobody. Who takes a deal that names a booking trusts the contract of the booking: `unwind` asks it.

        Outcomes in the receipt, and who may rate within 60 days: the payee may always rate the payer, who opened the deal,
        except where nothing came about; the payer may rate a payee who took part (has acted in the deal), else anybody could
        pay a stranger a penny to rate him. Where a booking belongs to the deal, that gives the right in any case.

        1 completed          closed by the parties, or by time without a claim     payee; payer if the payee took part
        2 refunded           the payee gave everything back, nothing was paid      payee
        3 claim accepted     by the payer                                          both
        4 claim unanswered   the silent payer's share was kept                     both
        5 ruled              by an arbitrator                                      payee; payer if the payee took part
        6 arbitrator silent  all of them; the agreed share was paid                payee; payer if the payee took part
        7 cancelled          by the payer, by the agreed schedule                  payee; payer if the payee took part
        8 split              both signed how to divide what was held               both
        9 unwound            the booking never came about                          nobody
        3 to 6 name the last contested leg, 7 to 9 the end of the whole.
"""

from ..interfaces import IAuthorization
from ..interfaces import IEscrow
from ..interfaces import IRatingSource
from ..interfaces import IRequestSource
from ..shared import authorization
from ..shared import refusal
from . import funding
from . import legs
from . import payouts
from . import terms
from . import typed_data
from . import words

initializes: authorization
initializes: payouts[authorization := authorization]
implements: IRatingSource

exports: (
    authorization.eip712Domain,
    authorization.cancel_nonce,
    authorization.nonce_used,
    payouts.claim,
    payouts.claimable,
)


RATE_WITHIN_S: constant(uint256) = 60 * 86_400

# Who has to act; the arbitrator of a ruling follows from `Rest`
ARBITRATOR: constant(uint256) = 0
PAYER: constant(uint256) = 1
PAYEE: constant(uint256) = 2

# From here on the states of `IRequestSource` are ends: denied, cancelled, expired
DENIED: constant(uint256) = 3
WAS_GRANTED: constant(uint256) = 1 << 44

# Ids carry the chain of the deployment, not the current one: after a fork that changes the chain id funds still leave.
# Signatures are safe all the same, because their domain follows the current id.
CHAIN: immutable(uint256)


# escrow id → live or done word, as packed in `words`; never cleared, never reused
word_of: HashMap[bytes32, uint256]


@deploy
def __init__():
    authorization.__init__("Allmende Escrow")
    CHAIN = chain.id


@external
@payable
def open(core: IEscrow.Core, rest: IEscrow.Rest, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Fund a deal. The signature needs no nonce, because an id opens only once; native coin cannot be pulled, so its
            payer calls himself.
    @param core The terms
    @param rest Their dynamic part
    @param auth Who acts; has to be the payer
    @return The escrow's id
    """
    return self._open(core, rest, empty(IEscrow.Funding), auth)


@external
def open_funded(
    core: IEscrow.Core, rest: IEscrow.Rest, how: IEscrow.Funding, auth: IAuthorization.Auth
) -> bytes32:
    """
    @notice Fund a deal with a token that takes a signature instead of an allowance
    @param core The terms
    @param rest Their dynamic part
    @param how The payer's signature for the token
    @param auth Who acts, for a permit; has to be the payer. Not looked at with ERC-3009: that signature names the escrow.
    @return The escrow's id
    """
    return self._open(core, rest, how, auth)


@external
def release(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payer pays the price, or what is left of it
    @param core The terms
    @param auth Who acts; has to be the payer
    """
    live: words.Live = self._begin(core, auth, typed_data.RELEASE_TYPEHASH, b"", PAYER)
    self._check_price(live.flags)
    self._settle(core, legs._close(live, words.PRICE_CLOSED, live.price, 0))


@external
def release_part(core: IEscrow.Core, amount: uint256, auth: IAuthorization.Auth):
    """
    @notice The payer pays a part of the price; the last part closes the leg
    @param core The terms
    @param amount How much, smallest unit
    @param auth Who acts; has to be the payer
    """
    live: words.Live = self._begin(core, auth, typed_data.RELEASE_PART_TYPEHASH, abi_encode(amount), PAYER)
    self._check_price(live.flags)
    if amount == 0 or amount > live.price:
        refusal._refuse("escrow: no such part")
    self._settle(core, legs._release(live, amount))


@external
def finish(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payee says that the thing is back, and withdraws a claim that is not in dispute: the deposit returns in full
    @param core The terms
    @param auth Who acts; has to be the payee
    """
    live: words.Live = self._begin(core, auth, typed_data.FINISH_TYPEHASH, b"", PAYEE)
    self._check_deposit(live.flags)
    if live.claim != 0 and live.state != words.CLAIMED:
        refusal._refuse("escrow: claim in dispute")
    self._settle(core, legs._close(live, words.DEPOSIT_CLOSED, 0, 0))


@external
def refund(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payee gives back everything that is still held, whatever is claimed or disputed
    @param core The terms
    @param auth Who acts; has to be the payee
    """
    live: words.Live = self._begin(core, auth, typed_data.REFUND_TYPEHASH, b"", PAYEE)
    outcome: uint256 = live.outcome
    if outcome | live.paid == 0:
        outcome = words.REFUNDED
    self._end(core, live, outcome, 0)


@external
def split(
    core: IEscrow.Core, to_payee: uint256, payer_auth: IAuthorization.Auth, payee_auth: IAuthorization.Auth
):
    """
    @notice Both parties divide everything that is still held, whatever is claimed or disputed; the payee's part is taken from
            the price first. Who calls needs no signature. The logs name the payee as actor.
    @param core The terms
    @param to_payee The payee's part, smallest unit
    @param payer_auth That the payer acts
    @param payee_auth That the payee acts
    """
    part: Bytes[96] = abi_encode(to_payee)
    live: words.Live = self._begin(core, payer_auth, typed_data.SPLIT_TYPEHASH, part, PAYER)
    live = self._begin(core, payee_auth, typed_data.SPLIT_TYPEHASH, part, PAYEE)
    self._end(core, live, words.SPLIT, to_payee)


@external
def cancel(core: IEscrow.Core, rest: IEscrow.Rest, auth: IAuthorization.Auth):
    """
    @notice The payer steps back by the agreed schedule: he gets the share of what is left of the price that holds now, and
            the whole deposit; the rest goes to the payee. Milestones that are due already are the payee's.
    @param core The terms
    @param rest Their dynamic part
    @param auth Who acts; has to be the payer. A signature holds until its deadline, so that decides which share it can get.
    """
    live: words.Live = self._begin(core, auth, typed_data.CANCEL_TYPEHASH, b"", PAYER)
    self._check_price(live.flags)
    self._check_unclaimed(live.claim)
    nobody: IEscrow.Rung = terms._agreed(core.rest, rest, terms.NO_RUNG)
    live = legs._release_due(core, rest.milestones, live)
    back: uint256 = terms._share(live.price, terms._refund_bps(core.schedule, rest.cancellations))
    self._end(core, live, words.CANCELLED, unsafe_sub(live.price, back))


@external
def unwind(core: IEscrow.Core, bookings: address, request: Bytes[256]):
    """
    @notice Anybody gives everything that is still held back to the payer, because the booking that the deal belongs to never
            came about: it was denied, it expired, or it was cancelled before it was granted
    @param core The terms
    @param bookings The contract of the booking; `core.booking` is a hash over it, so both parties chose it
    @param request The ABI encoding of the request
    """
    live: words.Live = self._live(core)
    if live.state != words.FUNDED:
        refusal._refuse("escrow: claim or dispute")
    id: bytes32 = keccak256(concat(convert(CHAIN, bytes32), convert(bookings, bytes32), request))
    if id != core.booking:
        refusal._refuse("escrow: foreign booking")
    state: uint256 = staticcall IRequestSource(bookings).request_state(id)
    if state < DENIED or staticcall IRequestSource(bookings).request_word(id) & WAS_GRANTED != 0:
        refusal._refuse("escrow: booking stands")
    self._end(core, live, words.UNWOUND, 0)


@external
def claim_damage(
    core: IEscrow.Core, rest: IEscrow.Rest, amount: uint256, evidence: bytes32, auth: IAuthorization.Auth
):
    """
    @notice The payee claims a part of the deposit, once. While the price is in dispute the claim joins that dispute and the
            arbitrator's window starts again.
    @param core The terms
    @param rest Their dynamic part
    @param amount How much of the deposit, smallest unit
    @param evidence Digest of a document
    @param auth Who acts; has to be the payee
    """
    live: words.Live = self._begin(
        core, auth, typed_data.CLAIM_DAMAGE_TYPEHASH, abi_encode(amount, evidence), PAYEE
    )
    rung: IEscrow.Rung = terms._agreed(core.rest, rest, live.rung)
    self._check_deposit(live.flags)
    self._check_unclaimed(live.claim)
    if amount == 0:
        refusal._refuse("escrow: nothing claimed")
    if amount > core.deposit:
        refusal._refuse("escrow: more than the deposit")
    if block.timestamp >= terms._claim_by(core.schedule):
        refusal._refuse("escrow: too late to claim")
    answer_by: uint256 = unsafe_add(block.timestamp, terms._answer_s(core.schedule))
    if live.state == words.DISPUTED:
        # a dispute whose window is over is decided by silence and cannot be revived
        if block.timestamp >= unsafe_add(live.since, rung.window_s):
            refusal._refuse("escrow: arbitrator too late")
        answer_by = unsafe_add(block.timestamp, rung.window_s)
    else:
        live.state = words.CLAIMED
    live.claim = amount
    live.since = block.timestamp
    log IEscrow.DamageClaimed(
        escrow=live.escrow, actor=live.actor, amount=amount, evidence=evidence, answer_by=answer_by
    )
    self._settle(core, live)


@external
def accept_claim(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payer accepts the claim: it goes to the payee, the rest of the deposit back
    @param core The terms
    @param auth Who acts; has to be the payer
    """
    live: words.Live = self._begin(core, auth, typed_data.ACCEPT_CLAIM_TYPEHASH, b"", PAYER)
    if live.state != words.CLAIMED:
        refusal._refuse("escrow: no claim to answer")
    self._check_answer(core.schedule, live.since)
    live.outcome = words.CLAIM_ACCEPTED
    self._settle(core, legs._close(live, words.DEPOSIT_CLOSED, live.claim, 0))


@external
def dispute(core: IEscrow.Core, rest: IEscrow.Rest, evidence: bytes32, auth: IAuthorization.Auth):
    """
    @notice The payer contests the claim, if there is one, and what is left of the price, if it still can be contested;
            milestones that are due already are paid first
    @param core The terms
    @param rest Their dynamic part
    @param evidence Digest of a document
    @param auth Who acts; has to be the payer
    """
    live: words.Live = self._begin(core, auth, typed_data.DISPUTE_TYPEHASH, abi_encode(evidence), PAYER)
    rung: IEscrow.Rung = terms._agreed(core.rest, rest, live.rung)
    if live.state == words.DISPUTED:
        refusal._refuse("escrow: already disputed")
    live = legs._release_due(core, rest.milestones, live)
    contestable: bool = (
        live.price != 0 and block.timestamp < terms._object_by(core.schedule)
    )
    if live.state == words.CLAIMED:
        self._check_answer(core.schedule, live.since)
    elif not contestable:
        refusal._refuse("escrow: nothing to dispute")
    if contestable:
        live.flags |= words.PRICE_DISPUTED
    live.state = words.DISPUTED
    live.since = block.timestamp
    log IEscrow.DisputeOpened(
        escrow=live.escrow,
        actor=live.actor,
        arbitrator=rung.arbitrator,
        price=legs._disputed_price(live),
        claim=live.claim,
        evidence=evidence,
        rule_by=unsafe_add(block.timestamp, rung.window_s),
    )
    self._settle(core, live)


@external
def rule(
    core: IEscrow.Core,
    rest: IEscrow.Rest,
    to_payee: uint256,
    fee: uint256,
    reasons: bytes32,
    auth: IAuthorization.Auth,
):
    """
    @notice The arbitrator splits what is in dispute; what he leaves goes to the payer. The payee's part is taken from the
            price first and then from the claim, the fee from what is then left of the price and then of the claim.
            Whatever is due by time closes as well.
    @param core The terms
    @param rest Their dynamic part
    @param to_payee The payee's part, smallest unit
    @param fee The arbitrator's own, at most the fee cap
    @param reasons Digest of a document
    @param auth Who acts; has to be the arbitrator whose turn it is
    """
    live: words.Live = self._begin(
        core, auth, typed_data.RULE_TYPEHASH, abi_encode(to_payee, fee, reasons), ARBITRATOR
    )
    if live.state != words.DISPUTED:
        refusal._refuse("escrow: not in dispute")
    rung: IEscrow.Rung = terms._agreed(core.rest, rest, live.rung)
    if live.actor != rung.arbitrator:
        refusal._refuse("escrow: not the arbitrator")
    if block.timestamp >= unsafe_add(live.since, rung.window_s):
        refusal._refuse("escrow: too late to rule")
    in_dispute: uint256 = unsafe_add(legs._disputed_price(live), live.claim)
    if to_payee > in_dispute:
        refusal._refuse("escrow: more than in dispute")
    left: uint256 = unsafe_sub(in_dispute, to_payee)
    if fee > min(left, rung.fee_cap):
        refusal._refuse("escrow: fee too large")
    log IEscrow.DisputeRuled(
        escrow=live.escrow, actor=live.actor, to_payer=unsafe_sub(left, fee), to_payee=to_payee, fee=fee, reasons=reasons
    )

    live = legs._decide(live, words.RULED, to_payee, fee)
    self._settle(core, legs._close_due(core.schedule, live))
    payouts._pay(live.escrow, core.token, rung.arbitrator, fee)


@external
def expire(core: IEscrow.Core, rest: IEscrow.Rest):
    """
    @notice Anybody closes whatever time has decided, and hands a dispute on from an arbitrator who was silent
    @param core The terms
    @param rest Their dynamic part; read only while in dispute and for milestones before the last one is due, may have empty
                lists otherwise
    """
    live: words.Live = self._live(core)
    disputed: bool = live.state == words.DISPUTED
    rung: IEscrow.Rung = empty(IEscrow.Rung)
    if disputed or len(rest.milestones) != 0:
        rung = terms._agreed(core.rest, rest, live.rung if disputed else terms.NO_RUNG)
        live = legs._release_due(core, rest.milestones, live)
    escalated: bool = False
    if live.state == words.CLAIMED and self._answer_is_over(core.schedule, live.since):
        live.outcome = words.CLAIM_UNANSWERED
        kept: uint256 = terms._share(live.claim, terms._silent_payer_bps(core.schedule))
        live = legs._close(live, words.DEPOSIT_CLOSED, kept, 0)
    elif disputed and block.timestamp >= unsafe_add(live.since, rung.window_s):
        live.rung = unsafe_add(live.rung, 1)
        if live.rung < len(rest.ladder):
            escalated = True
            live.since = block.timestamp
            rung = rest.ladder[live.rung]
            log IEscrow.DisputeEscalated(
                escrow=live.escrow,
                actor=msg.sender,
                arbitrator=rung.arbitrator,
                rung=live.rung,
                rule_by=unsafe_add(block.timestamp, rung.window_s),
            )
        else:
            share: uint256 = terms._share(
                legs._disputed_price(live), terms._silent_arbitrator_bps(core.schedule)
            )
            live = legs._decide(live, words.ARBITRATOR_SILENT, share, 0)
    live = legs._close_due(core.schedule, live)
    # whatever closes pays somebody
    if live.to_payer | live.to_payee == 0 and not escalated:
        refusal._refuse("escrow: too early")
    self._settle(core, live)


@external
@view
@reentrant
def right_to_rate(encoded: Bytes[384], side: uint256) -> (bytes32, address, address, uint256, uint256):
    """
    @notice Who may rate whom for a closed deal, within 60 days
    @param encoded The ABI encoding of `Core`
    @param side 0 the payer rates the payee, 1 the other way round
    @return escrow, rater, subject, service (24-bit id), all that was paid to the payee
    """
    # A static struct is encoded in place, so this is what `escrow_id` gives; any other bytes are the terms of no escrow.
    escrow: bytes32 = keccak256(concat(convert(CHAIN, bytes32), convert(self, bytes32), encoded))
    word: uint256 = self.word_of[escrow]
    if word & 15 != words.DONE:
        refusal._refuse("escrow: not closed")
    # The fields of the done word are read in place: calls would lift a commitment to a rating above its budget
    if (word >> 4) & 127 == words.UNWOUND:
        refusal._refuse("escrow: nothing came about")
    if unsafe_sub(block.timestamp, word >> 108) >= RATE_WITHIN_S:
        refusal._refuse("escrow: too late to rate")
    # The hash vouches for the encoding, so only the words that matter are read.
    payer: address = extract32(encoded, 0, output_type=address)
    payee: address = extract32(encoded, 32, output_type=address)
    service: uint256 = terms._service(extract32(encoded, 160, output_type=uint256))
    paid: uint256 = (word >> 12) & (2**96 - 1)
    if side == 1:
        return escrow, payee, payer, service, paid
    if side != 0:
        refusal._refuse("escrow: no such side")
    if word & words.DONE_ATTENDED == 0:
        refusal._refuse("escrow: payee took no part")
    return escrow, payer, payee, service, paid


@external
@view
@reentrant
def word(escrow: bytes32) -> uint256:
    """
    @notice The word of an escrow, live or done
    @param escrow Its id
    @return Packed as in `words`; zero where it was never opened
    """
    return self.word_of[escrow]


@external
@view
@reentrant
def escrow_id(core: IEscrow.Core) -> bytes32:
    """
    @notice The id of a deal on this contract
    @param core The terms
    @return keccak256(abi_encode(chain id of the deployment, this contract, core))
    """
    return keccak256(abi_encode(CHAIN, self, core))


@internal
@payable
def _open(
    core: IEscrow.Core, rest: IEscrow.Rest, how: IEscrow.Funding, auth: IAuthorization.Auth
) -> bytes32:
    """
    @notice Check the terms and who acts, note the deal, and take the money
    @param core The terms
    @param rest Their dynamic part
    @param how The payer's signature for the token, if any
    @param auth Who acts
    @return The escrow's id
    """
    terms._check_core(core)
    # beside each other and not one by the other, so that they use the same memory
    nobody: IEscrow.Rung = terms._agreed(core.rest, rest, terms.NO_RUNG)
    terms._check_rest(core, rest)
    escrow: bytes32 = keccak256(abi_encode(CHAIN, self, core))
    actor: address = msg.sender
    if how.kind == funding.ERC_3009:
        actor = funding._signer(core, how, escrow)
    elif auth.signer != empty(address):
        actor = authorization._actor(auth, typed_data._open_hash(core, rest, auth.deadline))
    self._check_payer(core.payer, actor)
    if self.word_of[escrow] != 0:
        refusal._refuse("escrow: already opened")

    flags: uint256 = 0
    if core.price == 0:
        flags = words.PRICE_CLOSED
    if core.deposit == 0:
        flags |= words.DEPOSIT_CLOSED
    if len(rest.ladder) != 0:
        flags |= words.HAS_ARBITRATOR
    self.word_of[escrow] = words._pack_funded(flags, block.timestamp)
    log IEscrow.EscrowFunded(
        escrow=escrow, payer=core.payer, payee=core.payee, actor=actor, core=core, rest=rest
    )

    value: uint256 = 0
    if core.token == empty(address):
        if msg.sender != core.payer:
            refusal._refuse("escrow: payer must call")
        value = unsafe_add(core.price, core.deposit)
    else:
        funding._collect(core, how, escrow)
    if msg.value != value:
        refusal._refuse("escrow: wrong value")
    return escrow


@internal
@view
def _live(core: IEscrow.Core) -> words.Live:
    # here and not by a function, which would be given a copy
    escrow: bytes32 = keccak256(abi_encode(CHAIN, self, core))
    word: uint256 = self.word_of[escrow]
    if word == 0:
        refusal._refuse("escrow: unknown")
    if word & 15 == words.DONE:
        refusal._refuse("escrow: closed")
    live: words.Live = empty(words.Live)
    live.escrow = escrow
    live.actor = msg.sender
    live.state = word & 15
    live.rung = (word >> 4) & 15
    live.flags = (word >> 8) & 255
    live.outcome = (word >> 16) & 255
    live.since = (word >> 24) & (2**40 - 1)
    live.paid = (word >> 64) & (2**96 - 1)
    if live.flags & words.DEPOSIT_CLOSED == 0:
        live.claim = word >> 160
        live.deposit = core.deposit
    else:
        live.kept = word >> 160
    if live.flags & words.PRICE_CLOSED == 0:
        # as long as the leg is open, less than the price was released
        live.price = unsafe_sub(core.price, unsafe_sub(live.paid, live.kept))
    return live


@internal
@view
def _begin(
    core: IEscrow.Core, auth: IAuthorization.Auth, typehash: bytes32, fields: Bytes[96], role: uint256
) -> words.Live:
    """
    @notice The state of a live escrow, and who acts on it
    @param core The terms
    @param auth The authorisation
    @param typehash EIP-712 type of the action
    @param fields The encoded parameters of the action
    @param role Who has to act; an arbitrator is checked by whoever calls this
    @return The state with `actor`
    """
    live: words.Live = self._live(core)
    live.actor = self._actor(auth, typehash, live.escrow, fields)
    if role == PAYER:
        self._check_payer(core.payer, live.actor)
    elif role == PAYEE and live.actor != core.payee:
        refusal._refuse("escrow: not the payee")
    return live


@internal
@view
def _actor(
    auth: IAuthorization.Auth, typehash: bytes32, escrow: bytes32, fields: Bytes[96]
) -> address:
    """
    @notice Who acts on a live escrow
    @param auth The authorisation
    @param typehash EIP-712 type of the action: escrow, then `fields`, then the current word and the deadline
    @param escrow The escrow's id
    @param fields The encoded parameters of the action
    @return The acting address
    """
    if auth.signer == empty(address):
        return msg.sender
    return authorization._actor(
        auth,
        keccak256(
            concat(
                typehash,
                escrow,
                fields,
                convert(self.word_of[escrow], bytes32),
                convert(auth.deadline, bytes32),
            )
        ),
    )


@internal
@pure
def _check_payer(payer: address, actor: address):
    # nobody acts for the zero address, which is what a failed recovery gives
    if actor != payer or actor == empty(address):
        refusal._refuse("escrow: not the payer")


@internal
@view
def _answer_is_over(schedule: uint256, since: uint256) -> bool:
    return block.timestamp >= unsafe_add(since, terms._answer_s(schedule))


@internal
@view
def _check_answer(schedule: uint256, since: uint256):
    if self._answer_is_over(schedule, since):
        refusal._refuse("escrow: too late to answer")


@internal
@pure
def _check_price(flags: uint256):
    if flags & words.PRICE_CLOSED != 0:
        refusal._refuse("escrow: price closed")
    if flags & words.PRICE_DISPUTED != 0:
        refusal._refuse("escrow: price in dispute")


@internal
@pure
def _check_unclaimed(claim: uint256):
    if claim != 0:
        refusal._refuse("escrow: already claimed")


@internal
@pure
def _check_deposit(flags: uint256):
    if flags & words.DEPOSIT_CLOSED != 0:
        refusal._refuse("escrow: deposit closed")


@internal
def _end(core: IEscrow.Core, live: words.Live, outcome: uint256, to_payee: uint256):
    # close both legs at once
    ended: words.Live = live
    ended.outcome = outcome
    if to_payee > unsafe_add(live.price, live.deposit):
        refusal._refuse("escrow: more than is left")
    self._settle(core, legs._close(ended, words.PRICE_CLOSED | words.DEPOSIT_CLOSED, to_payee, 0))


@internal
def _settle(core: IEscrow.Core, live: words.Live):
    # write the word first, then hand over what this transaction owes
    attended: uint256 = live.flags & words.ATTENDED
    if live.actor == core.payee:
        attended = words.ATTENDED
    if live.flags & (words.PRICE_CLOSED | words.DEPOSIT_CLOSED) == words.PRICE_CLOSED | words.DEPOSIT_CLOSED:
        outcome: uint256 = live.outcome
        if outcome == 0:
            outcome = words.COMPLETED
        elif outcome == words.REFUNDED:
            # who only gives back what he never asked for has not taken part
            attended = 0
        # packed here and not by a function, which costs each payout more than it says
        self.word_of[live.escrow] = (
            words.DONE | (outcome << 4) | (attended << 7) | (live.paid << 12) | (block.timestamp << 108)
        )
        log IEscrow.EscrowClosed(escrow=live.escrow, actor=live.actor, outcome=outcome, paid=live.paid)
    else:
        self.word_of[live.escrow] = words._pack(live) | (attended << 8)
    payouts._pay(live.escrow, core.token, core.payer, live.to_payer)
    payouts._pay(live.escrow, core.token, core.payee, live.to_payee)
