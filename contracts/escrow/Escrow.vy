# pragma version ~=0.4.3
# pragma nonreentrancy on
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
        - Price, not in dispute: to the payee once `deliver_by + object_s` is reached.
        - Deposit without a claim: to the payer once `return_by + claim_s` is reached, even while the price is in dispute.
        - Claim that the payer does not answer: the agreed share of the claim goes to the payee, the rest of the deposit back.
        - Dispute in which the arbitrator is silent: the agreed share of the price goes to the payee, the deposit back in full.
        A claim may join a running dispute once, before the arbitrator's window ends, and gives him a new window; so no
        dispute lasts longer than two windows. What cannot be delivered waits in `claimable` and blocks nobody.

        The outcome in the receipt is that of the last contested leg; uncontested deals are completed or refunded.
        Ratings, within 60 days: the payee may always rate the payer, who opened the deal. The payer may rate a payee who has
        acted in it and did not merely give everything back, else anybody could pay a stranger a penny to rate him; where a
        booking belongs to the deal, that gives the right in any case.
"""

from ..interfaces import IAuthorization
from ..interfaces import IEscrow
from ..interfaces import IRatingSource
from ..shared import authorization
from ..shared import token_transfer
from ..shared import refusal
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
    @param rest Their dynamic part; this version takes at most one arbitrator and neither milestones nor cancellations
    @param auth Who acts; has to be the payer
    @return The escrow's id
    """
    terms._check(core, rest)
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, typed_data._open_hash(core, rest, auth.deadline))
    if actor != core.payer:
        refusal._refuse("escrow: not the payer")
    escrow: bytes32 = self._id(core)
    if self.word_of[escrow] != 0:
        refusal._refuse("escrow: already opened")

    live: words.Live = empty(words.Live)
    live.state = words.FUNDED
    live.since = block.timestamp
    if core.price == 0:
        live.flags |= words.PRICE_CLOSED
    if core.deposit == 0:
        live.flags |= words.DEPOSIT_CLOSED
    if len(rest.ladder) > 0:
        live.flags |= words.HAS_ARBITRATOR
    self.word_of[escrow] = words._pack(live)
    log IEscrow.EscrowFunded(
        escrow=escrow, payer=core.payer, payee=core.payee, actor=actor, core=core, rest=rest
    )

    value: uint256 = 0
    if core.token == empty(address):
        if msg.sender != core.payer:
            refusal._refuse("escrow: payer must call")
        value = core.price + core.deposit
    else:
        token_transfer._pull(core.token, core.payer, core.price + core.deposit)
    if msg.value != value:
        refusal._refuse("escrow: wrong value")
    return escrow


@external
def release(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payer pays the price
    @param core The terms
    @param auth Who acts; has to be the payer
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payer(core, auth, typed_data.RELEASE_TYPEHASH, escrow, b"")
    if live.flags & words.PRICE_CLOSED != 0:
        refusal._refuse("escrow: price closed")
    if live.flags & words.PRICE_DISPUTED != 0:
        refusal._refuse("escrow: price in dispute")
    live = legs._close_price(escrow, actor, live, core.price, 0)
    self._settle(escrow, actor, core, live)


@external
def finish(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payee says that the thing is back, and withdraws a claim that is not in dispute: the deposit returns in full
    @param core The terms
    @param auth Who acts; has to be the payee
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payee(core, auth, typed_data.FINISH_TYPEHASH, escrow, b"")
    self._check_deposit_open(live.flags)
    if live.claim != 0 and live.state != words.CLAIMED:
        refusal._refuse("escrow: claim in dispute")
    live = legs._close_deposit(escrow, actor, live, core.deposit, 0)
    self._settle(escrow, actor, core, live)


@external
def refund(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payee gives back everything that is still held, whatever is claimed or disputed
    @param core The terms
    @param auth Who acts; has to be the payee
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payee(core, auth, typed_data.REFUND_TYPEHASH, escrow, b"")
    if live.outcome == 0 and live.paid == 0:
        live.outcome = words.REFUNDED
    if live.flags & words.PRICE_CLOSED == 0:
        live = legs._close_price(escrow, actor, live, 0, core.price)
    if live.flags & words.DEPOSIT_CLOSED == 0:
        live = legs._close_deposit(escrow, actor, live, core.deposit, 0)
    self._settle(escrow, actor, core, live)


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
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payee(core, auth, typed_data.CLAIM_DAMAGE_TYPEHASH, escrow, abi_encode(amount, evidence))
    rung: IEscrow.Rung = self._contest(core, rest, live.flags)
    self._check_deposit_open(live.flags)
    if live.claim != 0:
        refusal._refuse("escrow: already claimed")
    if amount == 0:
        refusal._refuse("escrow: nothing claimed")
    if amount > core.deposit:
        refusal._refuse("escrow: more than the deposit")
    if block.timestamp >= terms._claim_by(core.schedule):
        refusal._refuse("escrow: too late to claim")
    answer_by: uint256 = block.timestamp + terms._answer_s(core.schedule)
    if live.state == words.DISPUTED:
        # a dispute whose window is over is decided by silence and cannot be revived
        if block.timestamp >= live.since + rung.window_s:
            refusal._refuse("escrow: arbitrator too late")
        answer_by = block.timestamp + rung.window_s
    else:
        live.state = words.CLAIMED
    live.claim = amount
    live.since = block.timestamp
    live.flags |= words.ATTENDED
    self.word_of[escrow] = words._pack(live)
    log IEscrow.DamageClaimed(
        escrow=escrow, actor=actor, amount=amount, evidence=evidence, answer_by=answer_by
    )


@external
def accept_claim(core: IEscrow.Core, auth: IAuthorization.Auth):
    """
    @notice The payer accepts the claim: it goes to the payee, the rest of the deposit back
    @param core The terms
    @param auth Who acts; has to be the payer
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payer(core, auth, typed_data.ACCEPT_CLAIM_TYPEHASH, escrow, b"")
    if live.state != words.CLAIMED:
        refusal._refuse("escrow: no claim to answer")
    self._check_answer(core.schedule, live.since)
    live.outcome = words.CLAIM_ACCEPTED
    live = legs._close_deposit(escrow, actor, live, core.deposit - live.claim, live.claim)
    self._settle(escrow, actor, core, live)


@external
def dispute(core: IEscrow.Core, rest: IEscrow.Rest, evidence: bytes32, auth: IAuthorization.Auth):
    """
    @notice The payer contests the claim, if there is one, and the price, if it still can be contested
    @param core The terms
    @param rest Their dynamic part
    @param evidence Digest of a document
    @param auth Who acts; has to be the payer
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._payer(core, auth, typed_data.DISPUTE_TYPEHASH, escrow, abi_encode(evidence))
    rung: IEscrow.Rung = self._contest(core, rest, live.flags)
    if live.state == words.DISPUTED:
        refusal._refuse("escrow: already disputed")
    contestable: bool = (
        live.flags & words.PRICE_CLOSED == 0 and block.timestamp < terms._object_by(core.schedule)
    )
    if not contestable and live.state != words.CLAIMED:
        refusal._refuse("escrow: nothing to dispute")
    if live.state == words.CLAIMED:
        self._check_answer(core.schedule, live.since)
    price: uint256 = 0
    if contestable:
        price = core.price
        live.flags |= words.PRICE_DISPUTED
    live.state = words.DISPUTED
    live.since = block.timestamp
    self.word_of[escrow] = words._pack(live)
    log IEscrow.DisputeOpened(
        escrow=escrow,
        actor=actor,
        arbitrator=rung.arbitrator,
        price=price,
        claim=live.claim,
        evidence=evidence,
        rule_by=block.timestamp + rung.window_s,
    )


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
    @param auth Who acts; has to be the arbitrator
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    actor: address = self._actor(auth, typed_data.RULE_TYPEHASH, escrow, abi_encode(to_payee, fee, reasons))
    if live.state != words.DISPUTED:
        refusal._refuse("escrow: not in dispute")
    rung: IEscrow.Rung = terms._rung(core, rest)
    if actor != rung.arbitrator:
        refusal._refuse("escrow: not the arbitrator")
    if block.timestamp >= live.since + rung.window_s:
        refusal._refuse("escrow: too late to rule")
    price: uint256 = legs._disputed_price(core, live)
    if to_payee > price + live.claim:
        refusal._refuse("escrow: more than in dispute")
    left: uint256 = price + live.claim - to_payee
    if fee > min(left, rung.fee_cap):
        refusal._refuse("escrow: fee too large")
    log IEscrow.DisputeRuled(
        escrow=escrow, actor=actor, to_payer=left - fee, to_payee=to_payee, fee=fee, reasons=reasons
    )

    live = legs._decide(escrow, actor, core, live, words.RULED, to_payee, fee)
    live = legs._close_due(escrow, actor, core, live)
    self._settle(escrow, actor, core, live)
    payouts._pay(escrow, core.token, rung.arbitrator, fee)


@external
def expire(core: IEscrow.Core, rest: IEscrow.Rest):
    """
    @notice Anybody closes whatever time has decided
    @param core The terms
    @param rest Their dynamic part; read only while in dispute, may have empty lists otherwise
    """
    escrow: bytes32 = self._id(core)
    live: words.Live = self._live(escrow)
    before: uint256 = live.flags
    actor: address = msg.sender
    if live.state == words.CLAIMED and self._answer_is_over(core.schedule, live.since):
        kept: uint256 = terms._share(live.claim, terms._silent_payer_bps(core.schedule))
        live.outcome = words.CLAIM_UNANSWERED
        live = legs._close_deposit(escrow, actor, live, core.deposit - kept, kept)
    elif live.state == words.DISPUTED:
        rung: IEscrow.Rung = terms._rung(core, rest)
        if block.timestamp >= live.since + rung.window_s:
            share: uint256 = terms._share(
                legs._disputed_price(core, live), terms._silent_arbitrator_bps(core.schedule)
            )
            live = legs._decide(escrow, actor, core, live, words.ARBITRATOR_SILENT, share, 0)
    live = legs._close_due(escrow, actor, core, live)
    # whatever closes sets a flag
    if live.flags == before:
        refusal._refuse("escrow: too early")
    self._settle(escrow, actor, core, live)


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
    # A static struct is encoded in place, so this is what `_id` gives; any other bytes are the terms of no escrow.
    escrow: bytes32 = keccak256(concat(convert(CHAIN, bytes32), convert(self, bytes32), encoded))
    word: uint256 = self.word_of[escrow]
    if word & 15 != words.DONE:
        refusal._refuse("escrow: not closed")
    if unsafe_sub(block.timestamp, words._done_at(word)) >= RATE_WITHIN_S:
        refusal._refuse("escrow: too late to rate")
    # The hash vouches for the encoding, so only the words that matter are read.
    payer: address = extract32(encoded, 0, output_type=address)
    payee: address = extract32(encoded, 32, output_type=address)
    service: uint256 = terms._service(extract32(encoded, 160, output_type=uint256))
    if side == 0:
        if word & words.DONE_ATTENDED == 0:
            refusal._refuse("escrow: payee took no part")
        return escrow, payer, payee, service, words._done_paid(word)
    if side != 1:
        refusal._refuse("escrow: no such side")
    return escrow, payee, payer, service, words._done_paid(word)


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
    return self._id(core)


@internal
@view
def _id(core: IEscrow.Core) -> bytes32:
    return keccak256(abi_encode(CHAIN, self, core))


@internal
@view
def _live(escrow: bytes32) -> words.Live:
    word: uint256 = self.word_of[escrow]
    if word == 0:
        refusal._refuse("escrow: unknown")
    if word & 15 == words.DONE:
        refusal._refuse("escrow: closed")
    return words._unpack(word)


@internal
@view
def _payer(
    core: IEscrow.Core, auth: IAuthorization.Auth, typehash: bytes32, escrow: bytes32, fields: Bytes[96]
) -> address:
    actor: address = self._actor(auth, typehash, escrow, fields)
    if actor != core.payer:
        refusal._refuse("escrow: not the payer")
    return actor


@internal
@view
def _payee(
    core: IEscrow.Core, auth: IAuthorization.Auth, typehash: bytes32, escrow: bytes32, fields: Bytes[96]
) -> address:
    actor: address = self._actor(auth, typehash, escrow, fields)
    if actor != core.payee:
        refusal._refuse("escrow: not the payee")
    return actor


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
@view
def _answer_is_over(schedule: uint256, since: uint256) -> bool:
    return block.timestamp >= since + terms._answer_s(schedule)


@internal
@view
def _check_answer(schedule: uint256, since: uint256):
    if self._answer_is_over(schedule, since):
        refusal._refuse("escrow: too late to answer")


@internal
@pure
def _check_deposit_open(flags: uint256):
    if flags & words.DEPOSIT_CLOSED != 0:
        refusal._refuse("escrow: deposit closed")


@internal
@pure
def _contest(core: IEscrow.Core, rest: IEscrow.Rest, flags: uint256) -> IEscrow.Rung:
    if flags & words.HAS_ARBITRATOR == 0:
        refusal._refuse("escrow: no arbitrator")
    return terms._rung(core, rest)


@internal
def _settle(escrow: bytes32, actor: address, core: IEscrow.Core, live: words.Live):
    # write the word first, then hand over what this transaction owes
    attended: uint256 = live.flags & words.ATTENDED
    if actor == core.payee:
        attended = words.ATTENDED
    if live.flags & (words.PRICE_CLOSED | words.DEPOSIT_CLOSED) == words.PRICE_CLOSED | words.DEPOSIT_CLOSED:
        outcome: uint256 = live.outcome
        if outcome == 0:
            outcome = words.COMPLETED
        elif outcome == words.REFUNDED:
            # who only gives back what he never asked for has not taken part
            attended = 0
        self.word_of[escrow] = words._pack_done(outcome, attended, live.paid, block.timestamp)
        log IEscrow.EscrowClosed(escrow=escrow, actor=actor, outcome=outcome, paid=live.paid)
    else:
        self.word_of[escrow] = words._pack(live) | (attended << 8)
    payouts._pay(escrow, core.token, core.payer, live.to_payer)
    payouts._pay(escrow, core.token, core.payee, live.to_payee)
