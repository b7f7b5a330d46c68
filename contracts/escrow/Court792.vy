# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title A court of ERC-792 as arbitrator of a deal
@license AGPL-3.0-only
@notice One contract per court and per way to ask it (jurors, subcourt: `extra_data`), so who agrees to it as a rung of the ladder
        knows who will judge. While the escrow waits for it, anybody asks the court and pays its fee; when the court has
        ruled, anybody carries the ruling out.

        Ruling 1: all that is in dispute goes to the payer. Ruling 2: all of it to the payee. Ruling 0, the court refuses to
        arbitrate: that is silence, so nothing is carried out, and the end of the window does what the terms say of a silent
        arbitrator (the next rung, or the agreed shares). A ruling answers exactly what was asked: where a claim joins the dispute
        afterwards, the court has to be asked anew, about both.

        Who trusts whom. The parties trust the court that they agreed to, and that the window which they gave it is long enough: a
        ruling that comes after it is worth nothing. Nobody trusts the deployer, no key rules here. The adapter takes no
        fee of the deal (its own is zero); who asks the court pays it and gets nothing back but the decision. Evidence and
        reasons are digests in the escrow's events; the documents go to the court by its own ways.

        How funds leave if everybody else is gone: none are ever held. What is paid above the court's price goes back at once;
        the money of the deal stays in the escrow, whose windows end by themselves.
"""

from ..interfaces import IArbitrable
from ..interfaces import IArbitrator
from ..interfaces import IAuthorization
from ..interfaces import ICourt792
from ..interfaces import IEscrow
from ..shared import refusal
from . import words

implements: IArbitrable


CHOICES: constant(uint256) = 2
TO_PAYEE: constant(uint256) = 2
# What a case is about, of the escrow's word: the rung, whether the price is in dispute, and the claim
QUESTION_MASK: constant(uint256) = (15 << 4) | (words.PRICE_DISPUTED << 8) | ((2**96 - 1) << 160)
# State of a case; from RULED on, the ruling on top
ASKED: constant(uint256) = 1
RULED: constant(uint256) = 2


# who judges
COURT: immutable(address)
# keccak256 of what the court is told in its own format
EXTRA_DATA: immutable(bytes32)


# case → 0 never asked | 1 asked | 2 + ruling; kept for ever
case_states: HashMap[bytes32, uint256]

# the court's number of a dispute → case; zero = not ours
case_of_dispute: HashMap[uint256, bytes32]


@deploy
def __init__(court: address, extra_data: Bytes[1024]):
    """
    @param court The ERC-792 court
    @param extra_data What it has to be told with every dispute, in its own format; only its hash is kept
    """
    if not court.is_contract:
        refusal._refuse("court: no court there")
    COURT = court
    EXTRA_DATA = keccak256(extra_data)


@external
@payable
def take(
    escrow: address, core: IEscrow.Core, rest: IEscrow.Rest, extra_data: Bytes[1024]
) -> uint256:
    """
    @notice Ask the court about a deal in dispute whose arbitrator is this contract; anybody, for the court's fee
    @param escrow The contract that the deal is on
    @param core The terms
    @param rest Their dynamic part
    @param extra_data What the court has to be told; given at deployment
    @return The court's number of the dispute
    """
    deal: bytes32 = staticcall IEscrow(escrow).escrow_id(core)
    word: uint256 = self._disputed_word(escrow, deal)
    if keccak256(abi_encode(rest)) != core.rest:
        refusal._refuse("court: foreign rest")
    rung: IEscrow.Rung = rest.ladder[(word >> 4) & 15]
    if rung.arbitrator != self:
        refusal._refuse("court: not the arbitrator")
    if block.timestamp >= words._since(word) + rung.window_s:
        refusal._refuse("court: too late to ask")
    if keccak256(extra_data) != EXTRA_DATA:
        refusal._refuse("court: other extra data")
    case: bytes32 = self._case(escrow, deal, word)
    if self.case_states[case] != 0:
        refusal._refuse("court: already asked")
    self.case_states[case] = ASKED

    cost: uint256 = staticcall IArbitrator(COURT).arbitrationCost(extra_data)
    if msg.value < cost:
        refusal._refuse("court: fee too small")
    dispute: uint256 = extcall IArbitrator(COURT).createDispute(CHOICES, extra_data, value=cost)
    if self.case_of_dispute[dispute] != empty(bytes32):
        refusal._refuse("court: number used twice")
    self.case_of_dispute[dispute] = case
    log ICourt792.CourtAsked(
        dispute_case=case, escrow_id=deal, dispute=dispute, escrow=escrow, actor=msg.sender, cost=cost
    )
    if msg.value > cost:
        raw_call(msg.sender, b"", value=msg.value - cost)
    return dispute


@external
def rule(dispute: uint256, ruling: uint256):
    """
    @notice The court's answer, once
    @param dispute The court's number of the dispute
    @param ruling 0 it refuses to arbitrate, 1 the payer, 2 the payee
    """
    if msg.sender != COURT:
        refusal._refuse("court: not the court")
    case: bytes32 = self.case_of_dispute[dispute]
    if case == empty(bytes32):
        refusal._refuse("court: unknown dispute")
    if self.case_states[case] != ASKED:
        refusal._refuse("court: already ruled")
    if ruling > CHOICES:
        refusal._refuse("court: no such ruling")
    self.case_states[case] = RULED + ruling
    log IArbitrable.Ruling(_arbitrator=msg.sender, _disputeID=dispute, _ruling=ruling)


@external
def carry_out(escrow: address, core: IEscrow.Core, rest: IEscrow.Rest):
    """
    @notice Do what the court ruled, strictly before the window ends; anybody
    @param escrow The contract that the deal is on
    @param core The terms
    @param rest Their dynamic part
    """
    deal: bytes32 = staticcall IEscrow(escrow).escrow_id(core)
    word: uint256 = self._disputed_word(escrow, deal)
    case: bytes32 = self._case(escrow, deal, word)
    state: uint256 = self.case_states[case]
    if state < RULED:
        refusal._refuse("court: no ruling yet")
    if state == RULED:
        refusal._refuse("court: refused to arbitrate")
    to_payee: uint256 = 0
    if state == RULED + TO_PAYEE:
        to_payee = words._in_dispute(word, core.price)
    extcall IEscrow(escrow).rule(core, rest, to_payee, 0, case, empty(IAuthorization.Auth))


@external
@view
@reentrant
def court() -> address:
    """
    @notice Who judges
    @return The ERC-792 court
    """
    return COURT


@external
@view
@reentrant
def case_state(case: bytes32) -> uint256:
    """
    @notice How far a case is
    @param case As in `CourtAsked`
    @return 0 never asked, 1 asked, 2 the court refuses to arbitrate, 3 for the payer, 4 for the payee
    """
    return self.case_states[case]


@internal
@view
def _disputed_word(escrow: address, deal: bytes32) -> uint256:
    word: uint256 = staticcall IEscrow(escrow).word(deal)
    if word & 15 != words.DISPUTED:
        refusal._refuse("court: not in dispute")
    return word


@internal
@pure
def _case(escrow: address, deal: bytes32, word: uint256) -> bytes32:
    return keccak256(abi_encode(escrow, deal, word & QUESTION_MASK))
