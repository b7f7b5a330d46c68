# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Spaces: where members meet and what they find there
@license AGPL-3.0-only
@notice Trust: a space's owner (a person or a contract) decides who enters it, by a gate and tickets, and closes it; nobody else
        does, and owning a space gives no right over anybody's things or bookings. The owner of a space around it can close
        it by closing his own, nothing else: a gate is not inherited. Nobody rules the contract, and it never holds funds, so
        none have to leave; if an owner is gone, his space stays as it is, holders can still renounce their tickets, hosts call
        their gatherings off, and anybody forks the space into one of his own.
        Closing is final, and ends nothing that was granted: bookings know no space.
"""

from ..interfaces import IAuthorization
from ..interfaces import ISpaces
from ..shared import authorization
from ..shared import refusal
from . import space_words
from . import space_signatures

implements: ISpaces
initializes: authorization

exports: (authorization.eip712Domain, authorization.cancel_nonce, authorization.nonce_used)


# most members of one `give`, most resources of one `list_resources`
MAX_BATCH: constant(uint256) = 64
# how far ahead a gathering may end
HORIZON_S: constant(uint256) = 3_653 * 86_400


# space → owner 160 | depth 4 | closed 1 | gated 1 | changes 64, from the lowest bit; 0 = never created, else kept for ever
words: HashMap[bytes32, uint256]
# space → the space it lies in; read only where the depth is above one
parents: HashMap[bytes32, bytes32]
# space → the ticket that its members hold; read only where the gated bit is set
gates: HashMap[bytes32, bytes32]
# ticket → issued 1 | capacity 32 | given 32 | changes 64, from the lowest bit; 0 = never issued, else kept for ever
tickets: HashMap[bytes32, uint256]
# ticket → member → how often it changed hands between the space and the member; odd = the member holds it
holdings: HashMap[bytes32, HashMap[address, uint256]]
# gathering → host 160 | start 40 | end 40 (UTC seconds) | called off 1, from the lowest bit; 0 = never hosted
gatherings: HashMap[bytes32, uint256]


@deploy
def __init__():
    authorization.__init__("Allmende Spaces")


@external
def create(space: ISpaces.Space, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Create a space; who acts becomes its owner. Forking is the same with an origin: no gate, ticket, gathering,
            grant or money comes with it.
    @param space Where it lies, what it was copied from, digest of its description, salt
    @param auth Empty, or the owner's `CreateSpace`
    @return The space's id
    """
    actor: address = self._actor(auth, space_signatures.CREATE_TYPEHASH, abi_encode(space))
    depth: uint256 = 1
    if space.parent != empty(bytes32):
        parent: uint256 = self.words[space.parent]
        if parent == 0:
            refusal._refuse("spaces: unknown parent")
        self._check_open(space.parent, parent)
        depth += space_words._depth(parent)
        if depth > space_words.MAX_DEPTH:
            refusal._refuse("spaces: too deep")
    if space.forked_from != empty(bytes32):
        if self.words[space.forked_from] == 0:
            refusal._refuse("spaces: unknown origin")
    id: bytes32 = self._space_id(actor, space)
    if self.words[id] != 0:
        refusal._refuse("spaces: already created")
    self.words[id] = space_words._created(actor, depth)
    if depth > 1:
        self.parents[id] = space.parent
    log ISpaces.SpaceCreated(
        space=id,
        parent=space.parent,
        owner=actor,
        actor=actor,
        forked_from=space.forked_from,
        digest=space.digest,
        salt=space.salt,
    )
    return id


@external
def close(space: bytes32, auth: IAuthorization.Auth):
    """
    @notice Close a space for good, and with it all that lies in it; what was granted stays granted
    @param space Which space
    @param auth Empty, or the owner's `CloseSpace` over the space's current word
    """
    word: uint256 = self._known(space)
    actor: address = self._actor(auth, space_signatures.CLOSE_TYPEHASH, abi_encode(space, word))
    self._check_owner(word, actor)
    if word & space_words.CLOSED != 0:
        refusal._refuse("spaces: closed")
    self.words[space] = (word | space_words.CLOSED) + space_words.CHANGE
    log ISpaces.SpaceClosed(space=space, actor=actor)


@external
def hand_over(space: bytes32, new_owner: address, auth: IAuthorization.Auth):
    """
    @notice Make somebody else the owner of a space, open or closed
    @param space Which space
    @param new_owner Who owns it from now on
    @param auth Empty, or the owner's `HandOverSpace` over the space's current word
    """
    word: uint256 = self._known(space)
    actor: address = self._actor(
        auth, space_signatures.HAND_OVER_TYPEHASH, abi_encode(space, new_owner, word)
    )
    self._check_owner(word, actor)
    if new_owner == empty(address):
        refusal._refuse("spaces: no owner")
    self.words[space] = space_words._handed_over(word, new_owner)
    log ISpaces.SpaceHandedOver(space=space, owner=new_owner, actor=actor)


@external
def set_gate(space: bytes32, ticket: bytes32, auth: IAuthorization.Auth):
    """
    @notice Say which ticket the members of a space hold; it may be that of another space
    @param space Which space
    @param ticket The ticket, or zero: everybody is a member
    @param auth Empty, or the owner's `SetGate` over the space's current word
    """
    word: uint256 = self._known(space)
    actor: address = self._actor(auth, space_signatures.SET_GATE_TYPEHASH, abi_encode(space, ticket, word))
    self._check_owner(word, actor)
    self._check_open(space, word)
    if ticket == empty(bytes32):
        self.words[space] = space_words._ungated(word) + space_words.CHANGE
    else:
        if self.tickets[ticket] == 0:
            refusal._refuse("spaces: unknown ticket")
        self.words[space] = (word | space_words.GATED) + space_words.CHANGE
        self.gates[space] = ticket
    log ISpaces.GateSet(space=space, ticket=ticket, actor=actor)


@external
def issue(ticket: ISpaces.Ticket, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Make a kind of ticket, which nobody holds yet
    @param ticket The space, how many may hold one, digest of its description, salt
    @param auth Empty, or the space's owner's `IssueTicket`
    @return The ticket's id
    """
    actor: address = self._actor(auth, space_signatures.ISSUE_TYPEHASH, abi_encode(ticket))
    self._check_host(ticket.space, actor)
    if ticket.capacity > space_words.MASK_32:
        refusal._refuse("spaces: capacity too large")
    id: bytes32 = self._ticket_id(ticket)
    if self.tickets[id] != 0:
        refusal._refuse("spaces: already issued")
    self.tickets[id] = space_words._issued(ticket.capacity)
    log ISpaces.TicketIssued(
        ticket=id,
        space=ticket.space,
        actor=actor,
        capacity=ticket.capacity,
        digest=ticket.digest,
        salt=ticket.salt,
    )
    return id


@external
def give(ticket: ISpaces.Ticket, members: DynArray[address, MAX_BATCH], auth: IAuthorization.Auth):
    """
    @notice Give a ticket to members, to all or to none
    @param ticket The ticket's values
    @param members Up to 64, none of whom holds it
    @param auth Empty, or the space's owner's `GiveTicket` over the ticket's current word
    """
    id: bytes32 = self._ticket_id(ticket)
    word: uint256 = self._issued(id)
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, space_signatures._give(id, members, word, auth.deadline))
    self._check_host(ticket.space, actor)
    if len(members) == 0:
        refusal._refuse("spaces: empty list")
    word += space_words.TICKET_CHANGE + len(members) * space_words.ONE_GIVEN
    if ticket.capacity != 0:
        if space_words._given(word) > ticket.capacity:
            refusal._refuse("spaces: no tickets left")
    self.tickets[id] = word
    for member: address in members:
        if member == empty(address):
            refusal._refuse("spaces: no member")
        holding: uint256 = self.holdings[id][member]
        if holding & 1 != 0:
            refusal._refuse("spaces: already holds it")
        self.holdings[id][member] = holding + 1
        log ISpaces.TicketGiven(ticket=id, member=member, actor=actor)


@external
def take_back(ticket: ISpaces.Ticket, member: address, auth: IAuthorization.Auth):
    """
    @notice Take a ticket from a member, also in a closed space; it can be given again
    @param ticket The ticket's values
    @param member Who holds it
    @param auth Empty, or the space's owner's `TakeBackTicket` over the holding's current word
    """
    id: bytes32 = self._ticket_id(ticket)
    word: uint256 = self._issued(id)
    holding: uint256 = self.holdings[id][member]
    actor: address = self._actor(auth, space_signatures.TAKE_BACK_TYPEHASH, abi_encode(id, member, holding))
    self._check_owner(self.words[ticket.space], actor)
    self._return(id, word, member, holding)
    log ISpaces.TicketTakenBack(ticket=id, member=member, actor=actor)


@external
def renounce(ticket: bytes32, auth: IAuthorization.Auth):
    """
    @notice Give one's ticket back
    @param ticket Which ticket
    @param auth Empty, or the holder's `RenounceTicket` over the holding's current word
    """
    member: address = msg.sender
    if auth.signer != empty(address):
        member = auth.signer
    holding: uint256 = self.holdings[ticket][member]
    self._actor(auth, space_signatures.RENOUNCE_TYPEHASH, abi_encode(ticket, holding))
    self._return(ticket, self.tickets[ticket], member, holding)
    log ISpaces.TicketRenounced(ticket=ticket, actor=member)


@external
def host(gathering: ISpaces.Gathering, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Invite to a gathering; what it needs is asked for afterwards, by requests that name it
    @param gathering The space, its time frame, digest of its description, salt
    @param auth Empty, or the host's `HostGathering`; the host is a member of the space
    @return The gathering's id
    """
    actor: address = self._actor(auth, space_signatures.HOST_TYPEHASH, abi_encode(gathering))
    self._check_member(gathering.space, actor)
    if gathering.start <= block.timestamp:
        refusal._refuse("spaces: start has passed")
    if gathering.end <= gathering.start:
        refusal._refuse("spaces: ends before it starts")
    if gathering.end > block.timestamp + HORIZON_S:
        refusal._refuse("spaces: too far ahead")
    id: bytes32 = self._gathering_id(actor, gathering)
    if self.gatherings[id] != 0:
        refusal._refuse("spaces: already hosted")
    self.gatherings[id] = space_words._hosted(actor, gathering.start, gathering.end)
    log ISpaces.GatheringHosted(
        gathering=id,
        space=gathering.space,
        host=actor,
        actor=actor,
        start=gathering.start,
        end=gathering.end,
        digest=gathering.digest,
        salt=gathering.salt,
    )
    return id


@external
def call_off(gathering: bytes32, auth: IAuthorization.Auth):
    """
    @notice Call a gathering off before it ends; what was booked for it stays booked until it is given back
    @param gathering Which gathering
    @param auth Empty, or the host's `CallOffGathering` over the gathering's current word
    """
    word: uint256 = self.gatherings[gathering]
    if word == 0:
        refusal._refuse("spaces: unknown gathering")
    actor: address = self._actor(auth, space_signatures.CALL_OFF_TYPEHASH, abi_encode(gathering, word))
    if actor != space_words._owner(word):
        refusal._refuse("spaces: not the host")
    if word & space_words.CALLED_OFF != 0:
        refusal._refuse("spaces: already called off")
    if block.timestamp >= space_words._end(word):
        refusal._refuse("spaces: already over")
    self.gatherings[gathering] = word | space_words.CALLED_OFF
    log ISpaces.GatheringCalledOff(gathering=gathering, actor=actor)


@external
def list_resources(
    space: bytes32,
    bookings: address,
    resources: DynArray[bytes32, MAX_BATCH],
    nonce: uint256,
    auth: IAuthorization.Auth,
):
    """
    @notice Show resources in a space. It changes nothing but what readers see, who look at whose they are themselves.
    @param space Which space; who acts is a member of it
    @param bookings The contract of the resources
    @param resources Their ids, up to 64
    @param nonce An unused number; read only when `auth` has a signer
    @param auth Empty, or the member's `ListResources`
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(
            auth, space_signatures._list(space, bookings, resources, nonce, auth.deadline)
        )
        authorization._use_nonce(actor, nonce)
    self._check_member(space, actor)
    if len(resources) == 0:
        refusal._refuse("spaces: empty list")
    for resource: bytes32 in resources:
        log ISpaces.ResourceListed(space=space, resource=resource, actor=actor, bookings=bookings)


@external
@view
@reentrant
def space_word(space: bytes32) -> uint256:
    """
    @notice The word of a space
    @param space Which space
    @return owner 160 | depth 4 | closed 1 | gated 1 | changes 64, from the lowest bit; 0 = unknown
    """
    return self.words[space]


@external
@view
@reentrant
def parent_of(space: bytes32) -> bytes32:
    """
    @notice Which space another lies in
    @param space Which space
    @return The space around it; zero for one that lies in none, and for an unknown one
    """
    return self.parents[space]


@external
@view
@reentrant
def gate_of(space: bytes32) -> bytes32:
    """
    @notice Which ticket opens a space
    @param space Which space
    @return The ticket; zero where everybody is a member, and for an unknown space
    """
    if self.words[space] & space_words.GATED == 0:
        return empty(bytes32)
    return self.gates[space]


@external
@view
@reentrant
def is_open(space: bytes32) -> bool:
    """
    @notice Whether a space and all those around it are open
    @param space Which space
    @return False also for an unknown space
    """
    word: uint256 = self.words[space]
    return word != 0 and self._is_open(space, word)


@external
@view
@reentrant
def is_member(space: bytes32, member: address) -> bool:
    """
    @notice Whether somebody is a member of a space: everybody where it has no gate, else its owner and the holders of its
            ticket
    @param space Which space, open or closed
    @param member Who
    @return False also for an unknown space
    """
    word: uint256 = self.words[space]
    return word != 0 and self._is_member(space, word, member)


@external
@view
@reentrant
def ticket_word(ticket: bytes32) -> uint256:
    """
    @notice The word of a ticket
    @param ticket Which ticket
    @return issued 1 | capacity 32 | given 32 | changes 64, from the lowest bit; 0 = unknown
    """
    return self.tickets[ticket]


@external
@view
@reentrant
def holding_word(ticket: bytes32, member: address) -> uint256:
    """
    @notice How often a ticket was given to a member or came back
    @param ticket Which ticket
    @param member Whose
    @return A count; odd = the member holds it
    """
    return self.holdings[ticket][member]


@external
@view
@reentrant
def holds(ticket: bytes32, member: address) -> bool:
    """
    @notice Whether a member holds a ticket
    @param ticket Which ticket
    @param member Who
    @return False also for an unknown ticket
    """
    return self.holdings[ticket][member] & 1 != 0


@external
@view
@reentrant
def gathering_word(gathering: bytes32) -> uint256:
    """
    @notice The word of a gathering
    @param gathering Which gathering
    @return host 160 | start 40 | end 40 (UTC seconds) | called off 1, from the lowest bit; 0 = unknown
    """
    return self.gatherings[gathering]


@external
@view
@reentrant
def space_id(owner: address, space: ISpaces.Space) -> bytes32:
    """
    @notice The id that a space gets
    @param owner Who creates it
    @param space Its values
    @return The space's id
    """
    return self._space_id(owner, space)


@external
@view
@reentrant
def ticket_id(ticket: ISpaces.Ticket) -> bytes32:
    """
    @notice The id that a ticket gets
    @param ticket Its values
    @return The ticket's id
    """
    return self._ticket_id(ticket)


@external
@view
@reentrant
def gathering_id(host: address, gathering: ISpaces.Gathering) -> bytes32:
    """
    @notice The id that a gathering gets
    @param host Who invites
    @param gathering Its values
    @return The gathering's id
    """
    return self._gathering_id(host, gathering)


@internal
@view
def _actor(auth: IAuthorization.Auth, typehash: bytes32, fields: Bytes[160]) -> address:
    """
    @notice Who acts
    @param auth The authorisation
    @param typehash EIP-712 type of the action: `fields`, then the deadline
    @param fields The encoded fields
    @return The acting address
    """
    if auth.signer == empty(address):
        return msg.sender
    return authorization._actor(
        auth, keccak256(concat(typehash, fields, convert(auth.deadline, bytes32)))
    )


@internal
@view
def _known(space: bytes32) -> uint256:
    word: uint256 = self.words[space]
    if word == 0:
        refusal._refuse("spaces: unknown space")
    return word


@internal
@view
def _issued(ticket: bytes32) -> uint256:
    word: uint256 = self.tickets[ticket]
    if word == 0:
        refusal._refuse("spaces: unknown ticket")
    return word


@internal
@pure
def _check_owner(word: uint256, actor: address):
    if actor != space_words._owner(word):
        refusal._refuse("spaces: not the owner")


@internal
@view
def _check_host(space: bytes32, actor: address):
    """
    @notice Only the owner, and only while the space is open
    @param space Which space
    @param actor Who acts
    """
    word: uint256 = self._known(space)
    self._check_owner(word, actor)
    self._check_open(space, word)


@internal
@view
def _check_member(space: bytes32, actor: address):
    """
    @notice Only a member, and only while the space is open
    @param space Which space
    @param actor Who acts
    """
    word: uint256 = self._known(space)
    self._check_open(space, word)
    if not self._is_member(space, word, actor):
        refusal._refuse("spaces: not a member")


@internal
@view
def _check_open(space: bytes32, word: uint256):
    if not self._is_open(space, word):
        refusal._refuse("spaces: closed")


@internal
@view
def _is_open(space: bytes32, word: uint256) -> bool:
    id: bytes32 = space
    current: uint256 = word
    for _: uint256 in range(space_words.MAX_DEPTH):
        if current & space_words.CLOSED != 0:
            return False
        if space_words._depth(current) == 1:
            break
        id = self.parents[id]
        current = self.words[id]
    return True


@internal
@view
def _is_member(space: bytes32, word: uint256, member: address) -> bool:
    if word & space_words.GATED == 0 or member == space_words._owner(word):
        return True
    return self.holdings[self.gates[space]][member] & 1 != 0


@internal
def _return(ticket: bytes32, word: uint256, member: address, holding: uint256):
    if holding & 1 == 0:
        refusal._refuse("spaces: does not hold it")
    # who holds one was given one, so at least one is given
    self.tickets[ticket] = word - space_words.ONE_GIVEN
    self.holdings[ticket][member] = holding + 1


@internal
@view
def _space_id(owner: address, space: ISpaces.Space) -> bytes32:
    return keccak256(abi_encode(chain.id, self, owner, space))


@internal
@view
def _ticket_id(ticket: ISpaces.Ticket) -> bytes32:
    return keccak256(abi_encode(chain.id, self, ticket))


@internal
@view
def _gathering_id(host: address, gathering: ISpaces.Gathering) -> bytes32:
    return keccak256(abi_encode(chain.id, self, host, gathering))
