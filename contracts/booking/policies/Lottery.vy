# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Lottery: among those who asked for the same start, chance decides
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the hash of a future block. Whoever makes that block can throw it away and so have one
        more chance for the price of a block; for what is worth more than that, use another policy. One address has one entry, and
        nothing stops somebody with many addresses: let a gate or a group admit to the resource where that matters. Nobody
        rules the lottery, and it never holds funds, so none have to leave.

        Requests for one resource and one start, pending, enter until `lead` seconds before it. Then anybody fixes a block a
        little ahead, and once it is there anybody draws. The winner is granted by the next `poke`, the others are denied.
        No wait is without exit: nobody enters or draws, and requests expire by themselves or the owner decides by hand; nobody
        draws within 256 blocks, and anybody fixes another block; the winner's request is closed, and anybody fixes
        another block for the rest.
"""

from ...interfaces import IBookings
from ...interfaces import ILottery
from ...interfaces import IPolicy
from ...shared import refusal
from .. import verdicts

implements: IPolicy


# What is read of the bookings contract.
interface IRequests:
    def request_state(id: bytes32) -> uint256: view


# states of a request
PENDING: constant(uint256) = 1
GRANTED: constant(uint256) = 2
# blocks between fixing and the block whose hash decides
AHEAD: constant(uint256) = 4
# how long the chain remembers a block's hash
REMEMBERED: constant(uint256) = 256


# draw → its entrants in the order of entry; who left it is replaced by the last
entrants: HashMap[bytes32, HashMap[uint256, address]]
# draw → how many entrants
counts: HashMap[bytes32, uint256]
# draw → requester → the request with which he entered
entries: HashMap[bytes32, HashMap[address, bytes32]]
# draw → the block whose hash decides; 0 = not fixed
targets: HashMap[bytes32, uint256]
# draw → 1 + the index of the winner; 0 = not drawn
winners: HashMap[bytes32, uint256]


@external
def enter(bookings: address, request: IBookings.Request, lead: uint256) -> bytes32:
    """
    @notice Enter a pending request; anybody may. A member enters once, and again when that request was closed.
    @param bookings The contract of the request
    @param request The request's values
    @param lead How many seconds before the start entries close: the `param` of the resource's conditions
    @return The draw
    """
    if block.timestamp >= self._closing(request.start, lead):
        refusal._refuse("policy: entries closed")
    id: bytes32 = keccak256(abi_encode(chain.id, bookings, request))
    if self._state(bookings, id) != PENDING:
        refusal._refuse("policy: not pending")
    draw: bytes32 = self._draw(bookings, request.resource, request.start, lead)
    before: bytes32 = self.entries[draw][request.requester]
    if before == empty(bytes32):
        count: uint256 = self.counts[draw]
        self.entrants[draw][count] = request.requester
        self.counts[draw] = count + 1
    elif self._state(bookings, before) == PENDING:
        refusal._refuse("policy: already entered")
    self.entries[draw][request.requester] = id
    log ILottery.LotteryEntered(
        draw=draw,
        request=id,
        requester=request.requester,
        bookings=bookings,
        resource=request.resource,
        start=request.start,
    )
    return draw


@external
def fix(bookings: address, resource: bytes32, start: uint256, lead: uint256) -> uint256:
    """
    @notice Fix the block whose hash decides, once entries are closed; again where it was forgotten or the winner is gone. Anybody
            may.
    @param bookings The contract of the resource
    @param resource Which resource
    @param start The start of the requests
    @param lead How many seconds before it entries closed
    @return The block
    """
    draw: bytes32 = self._draw(bookings, resource, start, lead)
    if block.timestamp < self._closing(start, lead):
        refusal._refuse("policy: entries still open")
    winner: uint256 = self.winners[draw]
    if winner != 0:
        state: uint256 = self._state(bookings, self.entries[draw][self.entrants[draw][winner - 1]])
        if state == PENDING or state == GRANTED:
            refusal._refuse("policy: the winner stands")
        self._remove(draw, winner - 1)
        self.winners[draw] = 0
    elif self.targets[draw] != 0 and block.number <= self.targets[draw] + REMEMBERED:
        refusal._refuse("policy: already fixed")
    if self.counts[draw] == 0:
        refusal._refuse("policy: nobody entered")
    target: uint256 = block.number + AHEAD
    self.targets[draw] = target
    log ILottery.LotteryFixed(draw=draw, actor=msg.sender, target=target)
    return target


@external
def draw(bookings: address, resource: bytes32, start: uint256, lead: uint256) -> bytes32:
    """
    @notice Draw the winner from the fixed block's hash; anybody may, within 256 blocks
    @param bookings The contract of the resource
    @param resource Which resource
    @param start The start of the requests
    @param lead How many seconds before it entries closed
    @return The winning request
    """
    draw: bytes32 = self._draw(bookings, resource, start, lead)
    target: uint256 = self.targets[draw]
    if target == 0:
        refusal._refuse("policy: not fixed")
    if self.winners[draw] != 0:
        refusal._refuse("policy: already drawn")
    if block.number <= target:
        refusal._refuse("policy: too early")
    if block.number > target + REMEMBERED:
        refusal._refuse("policy: too late")
    count: uint256 = self.counts[draw]
    index: uint256 = convert(keccak256(abi_encode(blockhash(target), draw)), uint256) % count
    self.winners[draw] = index + 1
    request: bytes32 = self.entries[draw][self.entrants[draw][index]]
    log ILottery.LotteryDrawn(draw=draw, request=request, actor=msg.sender, entries=count)
    return request


@external
@view
@reentrant
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> uint256:
    """
    @notice What becomes of a request
    @param id The request's id
    @param request What is asked for
    @param owner Who owns the resource, not looked at
    @param param How many seconds before the start entries close, as a number
    @param data Not looked at
    @return 2 PENDING before the draw; then 1 GRANT for the winner, 3 DENY for any other
    """
    draw: bytes32 = self._draw(msg.sender, request.resource, request.start, convert(param, uint256))
    winner: uint256 = self.winners[draw]
    if winner == 0:
        return verdicts.PENDING
    if self.entries[draw][self.entrants[draw][winner - 1]] == id:
        return verdicts.GRANT
    return verdicts.DENY


@external
@view
@reentrant
def drawing(
    bookings: address, resource: bytes32, start: uint256, lead: uint256
) -> (uint256, uint256, bytes32):
    """
    @notice How far a draw is
    @param bookings The contract of the resource
    @param resource Which resource
    @param start The start of the requests
    @param lead How many seconds before it entries close
    @return How many entered, the block that decides (0 = not fixed), the winning request (zero = not drawn)
    """
    draw: bytes32 = self._draw(bookings, resource, start, lead)
    winner: uint256 = self.winners[draw]
    won: bytes32 = empty(bytes32)
    if winner != 0:
        won = self.entries[draw][self.entrants[draw][winner - 1]]
    return self.counts[draw], self.targets[draw], won


@external
@view
@reentrant
def entry_of(
    bookings: address, resource: bytes32, start: uint256, lead: uint256, requester: address
) -> bytes32:
    """
    @notice With which request somebody entered a draw
    @param bookings The contract of the resource
    @param resource Which resource
    @param start The start of the requests
    @param lead How many seconds before it entries close
    @param requester Who
    @return The request; zero = not entered, or left
    """
    return self.entries[self._draw(bookings, resource, start, lead)][requester]


@internal
@pure
def _draw(bookings: address, resource: bytes32, start: uint256, lead: uint256) -> bytes32:
    return keccak256(abi_encode(bookings, resource, start, lead))


@internal
@pure
def _closing(start: uint256, lead: uint256) -> uint256:
    if lead >= start:
        return 0
    return start - lead


@internal
@view
def _state(bookings: address, request: bytes32) -> uint256:
    return staticcall IRequests(bookings).request_state(request)


@internal
def _remove(draw: bytes32, index: uint256):
    last: uint256 = self.counts[draw] - 1
    self.entries[draw][self.entrants[draw][index]] = empty(bytes32)
    self.entrants[draw][index] = self.entrants[draw][last]
    self.counts[draw] = last
