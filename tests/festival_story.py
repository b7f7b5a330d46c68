"""A festival on a real chain, told through the Python client: every act is also said to the plain oracle, and
what the contract answers has to be what the oracle expects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anvil_chain import AnvilChain
from eth_account import Account
from eth_utils.crypto import keccak
from festival_oracle import HOUR_S, Asked, Festival, Meeting, Place, Thing

from scripts._anvil import MNEMONIC
from scripts._chain_client import abi, booking_acts, bookings, escrow, policies, spaces, token
from scripts._chain_client.booking_acts import Conditions
from scripts._chain_client.bookings import FIRST_COME, MANUAL, POLICY, Announcement, Request, ResourceTerms
from scripts._chain_client.chain import NO_AUTH, Chain
from scripts._chain_client.policies import DENY, GRANT
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError

DAY_S = 86_400
ROLES = ("deployer", "organiser", "kids", "halls", "gear", "cook", "first", "second", "third", "stranger")
RULES = {MANUAL: "manual", FIRST_COME: "first-come", POLICY: "policy"}
GATHERINGS = 30
DEPOSIT = 50_000_000


def fresh(*words: object) -> bytes:
    """32 bytes that stand for a salt or the digest of a document."""
    return keccak(text="/".join(map(str, words)))


@dataclass
class Story:
    """The chain with one client a role, the oracle, and everything that was made, by name."""

    chain: AnvilChain
    oracle: Festival = field(default_factory=Festival)
    things: dict[str, bytes] = field(default_factory=dict)
    conditions: dict[str, Conditions] = field(default_factory=dict)
    requests: dict[bytes, Request] = field(default_factory=dict)
    gatherings: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        rpc = Rpc(self.chain.rpc_url)
        self.clients = {
            role: Chain(
                rpc,
                self.chain.deployment,
                Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}"),
            )
            for index, role in enumerate(ROLES)
        }
        self.first_day_s = (self.chain.now_s // DAY_S + 12) * DAY_S

    def who(self, role: str) -> str:
        """Somebody's address."""
        return self.clients[role].me

    def attempt(self, act: Callable[[], Any], expected: str | None) -> None:
        """Do what has to succeed, or to be refused in exactly these words."""
        code = None
        try:
            act()
        except CommandError as error:
            code = error.code
        assert code == expected

    # --- places ---

    def tell(self) -> None:
        """The whole story."""
        self.last_year()
        self.fork()
        self.nest()
        self.announce()
        for number in range(GATHERINGS):
            self.provide(number)
        self.crowd_the_camp()
        self.turn_strangers_away()
        self.retire_the_room()
        self.close_the_parent()
        self.chain.travel(4 * DAY_S)

    def last_year(self) -> None:
        """A festival with thirty gatherings, which is over as far as this one is concerned."""
        organiser = self.clients["organiser"]
        self.old = self.create("organiser", spaces.Space(fresh("last year"), fresh("last year")))
        for number in range(GATHERINGS):
            start_s = self.first_day_s - 9 * DAY_S + number // 6 * DAY_S + (9 + 2 * (number % 6)) * HOUR_S
            meeting = spaces.Gathering(
                self.old, start_s, start_s + 2 * HOUR_S, fresh("program", number), fresh(number)
            )
            gathering, _ = spaces.host(organiser, meeting)
            assert self.oracle.host(gathering, Meeting(self.old, organiser.me)) is None

    def fork(self) -> None:
        """This year: the same gatherings, later, and nothing else. Who belongs to it holds a ticket."""
        organiser = self.clients["organiser"]
        new = spaces.Space(fresh("this year"), fresh("this year"), forked_from=self.old)
        self.place = self.create("organiser", new)
        entry = spaces.Ticket(self.place, 8, fresh("entry"), fresh("entry"))
        ticket, _ = spaces.issue(organiser, entry)
        spaces.set_gate(organiser, self.place, ticket)
        members = [self.who(role) for role in ("first", "second", "third")]
        spaces.give(organiser, entry, members)
        self.oracle.places[self.place].members = set(members)
        for _, meeting in sorted(spaces.find_gatherings(organiser, self.old), key=lambda one: one[1].start_s):
            later = 9 * DAY_S
            copy = spaces.Gathering(
                self.place, meeting.start_s + later, meeting.end_s + later, meeting.digest, meeting.salt
            )
            gathering, _ = spaces.host(organiser, copy)
            assert self.oracle.host(gathering, Meeting(self.place, organiser.me)) is None
            self.gatherings.append(gathering)

    def nest(self) -> None:
        """The children's festival inside, with rules of its own."""
        kids = self.clients["kids"]
        self.nested = self.create("kids", spaces.Space(fresh("kids"), fresh("kids"), parent=self.place))
        badge = spaces.Ticket(self.nested, 2, fresh("badge"), fresh("badge"))
        self.badge, _ = spaces.issue(kids, badge)
        spaces.set_gate(kids, self.nested, self.badge)
        spaces.give(kids, badge, [self.who("first"), self.who("second")])
        self.oracle.places[self.nested].members = {self.who("first"), self.who("second")}
        full = badge, [self.who("third")]
        self.attempt(lambda: spaces.give(kids, *full), "spaces: no tickets left")
        self.host_nested("first", "painting")
        self.host_nested("third", "without a badge")

    def create(self, role: str, space: spaces.Space) -> bytes:
        """Create a space."""
        made, _ = spaces.create(self.clients[role], space)
        parent = None if space.parent == bytes(32) else space.parent
        self.oracle.places[made] = Place(self.who(role), parent)
        return made

    def host_nested(self, role: str, name: str) -> None:
        """Invite to something in the children's festival."""
        start_s = self.first_day_s + 10 * HOUR_S
        meeting = spaces.Gathering(self.nested, start_s, start_s + HOUR_S, fresh(name), fresh(name))
        gathering = spaces.gathering_id(self.clients[role], self.who(role), meeting)
        expected = self.oracle.host(gathering, Meeting(self.nested, self.who(role)))
        self.attempt(lambda: spaces.host(self.clients[role], meeting), expected)

    # --- things ---

    def announce(self) -> None:
        """Halls, gear and a cook; six policies among them."""
        chain = self.clients["organiser"]
        members = tuple(self.who(role) for role in ("first", "second", "third"))
        self.group = policies.Group(2, members)
        schedule = escrow.Schedule(0, 0)
        self.demand = policies.Demand(
            chain.address("Escrow"), chain.address("MockToken"), 0, DEPOSIT, policies.windows_of(schedule)
        )

        def asks(policy: str, param: bytes) -> Conditions:
            return Conditions(policy=chain.address(policy), param=param)

        self.thing("hall", "halls", FIRST_COME, asks("MembersOnly", policies.members_only(self.place)))
        self.thing("workshop", "kids", POLICY, asks("TicketHolder", policies.ticket_holder(self.badge)))
        self.thing("stage", "halls", POLICY, asks("GroupSignatures", self.group.param()))
        self.thing(
            "kitchen", "cook", POLICY, asks("AttestedByKey", policies.attested_by_key(self.who("cook")))
        )
        self.thing("sound", "gear", POLICY, asks("EscrowFunded", self.demand.param()))
        trusted = policies.minimum_reputation(chain.address("Escrow"), 0, 4_000, 3)
        self.thing("tent", "gear", POLICY, asks("MinimumReputation", trusted))
        self.thing("room", "halls", MANUAL)
        self.thing("projector", "gear", MANUAL, Conditions(requires=self.things["room"]))
        self.thing("camp", "gear", FIRST_COME, capacity=5)
        self.oracle.things[self.things["hall"]].gate = self.place
        shown = [self.things[name] for name in ("hall", "room", "stage")]
        spaces.list_resources(chain, self.place, shown)

    def thing(
        self, name: str, owner: str, rule: int, conditions: Conditions | None = None, capacity: int = 1
    ) -> None:
        """Announce one."""
        terms = ResourceTerms(service=7, rule=rule, capacity=capacity, gated=conditions is not None, ttl_h=48)
        said = Announcement(terms.word(), fresh(name), fresh(name))
        if conditions is None:
            made, _ = bookings.announce(self.clients[owner], said)
        else:
            made, _ = booking_acts.announce_gated(self.clients[owner], said, conditions)
            self.conditions[name] = conditions
        self.things[name] = made
        self.oracle.things[made] = Thing(self.who(owner), RULES[rule], capacity)

    # --- requests ---

    def provide(self, number: int) -> None:
        """What one gathering needs; the thirtieth needs nothing."""
        start_s = self.first_day_s + number // 6 * DAY_S + (9 + 2 * (number % 6)) * HOUR_S
        even = number // 6 % 2 == 0
        match number % 6:
            case 0:
                self.ask(number, "hall", start_s)
                self.ask(number, "camp", start_s)
            case 1:
                self.bundle(number, start_s, granted=even)
            case 2:
                self.vote(number, start_s, votes=2 if number != 14 else 1, grant=even)
            case 3:
                self.attest(number, start_s, GRANT if even else DENY)
            case 4:
                self.fund(number, start_s)
            case 5 if number != GATHERINGS - 1:
                # three of four: the tent waits, because nobody has rated the organiser yet
                self.ask(number, "hall", start_s)
                self.ask(number, "camp", start_s)
                self.ask(number, "sound", start_s, wait_for_funds=False)
                self.ask(number, "tent", start_s)
            case _:
                pass

    def wish(
        self, role: str, name: str, start_s: int, number: int | None, hours: int = 2
    ) -> tuple[bytes, Request, Asked]:
        """A request, its id, and what the oracle is told."""
        gathering = bytes(32) if number is None else self.gatherings[number]
        salt = fresh("request", len(self.requests), name, role, start_s)
        request = Request(self.things[name], self.who(role), start_s, hours, salt, gathering=gathering)
        expires_at_s = min(self.chain.now_s + 2 * DAY_S, start_s)
        asked = Asked(
            request.resource,
            request.requester,
            start_s,
            start_s + hours * HOUR_S,
            gathering,
            "",
            expires_at_s,
        )
        return bookings.request_id(self.clients[role], request), request, asked

    def ask(
        self,
        number: int | None,
        name: str,
        start_s: int,
        role: str = "organiser",
        verdict: str = "wait",
        wait_for_funds: bool = True,
    ) -> bytes:
        """Ask for a thing and hear what the oracle expects."""
        found, request, asked = self.wish(role, name, start_s, number)
        if not wait_for_funds:
            self.open_deal(request, found)
            return self.poke_funded(found, request, asked)
        expected = self.oracle.ask(found, asked, verdict)
        client, conditions = self.clients[role], self.conditions.get(name)
        if conditions is None:
            self.attempt(lambda: bookings.book(client, request), expected)
        else:
            self.attempt(lambda: booking_acts.request_with(client, request, conditions), expected)
        if expected is None:
            self.note(found, request)
        return found

    def note(self, found: bytes, request: Request) -> None:
        """Remember a request that was taken, and that it expires when the oracle thinks."""
        self.requests[found] = request
        word = self.clients["stranger"].read("Bookings", "request_word", found)
        if self.oracle.asked[found].state == "pending":
            self.oracle.asked[found].expires_at_s = word >> 4 & (2**40 - 1)

    def decided(self, found: bytes, yes: bool, act: Callable[[], Any]) -> None:
        """Have a request decided, as the oracle expects it."""
        self.attempt(act, self.oracle.decide(found, yes, self.chain.now_s))

    def bundle(self, number: int, start_s: int, granted: bool) -> None:
        """Room and projector, which needs the room's power: both or neither, from two owners."""
        organiser = self.clients["organiser"]
        wishes = [self.wish("organiser", name, start_s, number) for name in ("room", "projector")]
        items = booking_acts.as_bundle([request for _, request, _ in wishes])
        beamer = self.conditions["projector"]
        alone = items[1].values(), beamer.values(), b"", NO_AUTH
        self.attempt(
            lambda: booking_acts.request_with(organiser, wishes[1][1], beamer),
            "bookings: needs another resource",
        )
        calls = [
            abi.encode_call("Bookings", "request", (items[0].values(), NO_AUTH)),
            abi.encode_call("Bookings", "request_with", alone),
        ]
        booking_acts.together(organiser, calls)
        for item, (_, _, asked) in zip(items, wishes, strict=True):
            found = bookings.request_id(organiser, item)
            asked.bundle = item.bundle
            assert self.oracle.ask(found, asked) is None
            self.note(found, item)
        first, second = (bookings.request_id(organiser, item) for item in items)
        halls, gear = self.clients["halls"], self.clients["gear"]
        self.attempt(lambda: bookings.confirm(halls, items[0]), "bookings: part of a whole")
        if granted:
            auths = [
                client.sign_act("Bookings", "confirm", (item.values(), NO_AUTH))
                for client, item in ((halls, items[0]), (gear, items[1]))
            ]
            booking_acts.grant_bundle(self.clients["stranger"], items, auths)
            for found in (first, second):
                assert self.oracle.decide(found, True, self.chain.now_s) is None

    def vote(self, number: int, start_s: int, votes: int, grant: bool) -> None:
        """The group decides on the stage; one vote of two decides nothing."""
        found = self.ask(number, "stage", start_s)
        voters = [self.clients[role] for role in ("first", "second", "third")][:votes]
        signed = {voter.me: voter.sign_typed(policies.vote_message(voter, found, grant)) for voter in voters}
        data = self.group.votes(signed, grant)
        self.poke("stage", found, data, grant if votes == self.group.k else None)

    def attest(self, number: int, start_s: int, decision: int) -> None:
        """The cook has heard what is wanted, and says so with his key."""
        found = self.ask(number, "kitchen", start_s)
        cook, until_s = self.clients["cook"], self.chain.now_s + DAY_S
        signature = cook.sign_typed(policies.attest_message(cook, found, decision, until_s))
        data = policies.attestation(decision, until_s, signature)
        self.poke("kitchen", found, data, decision == GRANT)

    def fund(self, number: int, start_s: int) -> None:
        """The sound system is granted once its deposit is in escrow."""
        found = self.ask(number, "sound", start_s)
        self.poke("sound", found, b"", None)
        self.open_deal(self.requests[found], found)
        self.poke("sound", found, policies.funded(self.demand, self.core), True)

    def poke(self, name: str, found: bytes, data: bytes, verdict: bool | None) -> None:
        """Have the policy asked again, by somebody who has nothing to do with it."""
        stranger, conditions = self.clients["stranger"], self.conditions[name]
        request = self.requests[found]

        def act() -> object:
            return booking_acts.poke(stranger, request, conditions, data)

        if verdict is None:
            self.attempt(act, "bookings: still pending")
        else:
            self.decided(found, verdict, act)

    def poke_funded(self, found: bytes, request: Request, asked: Asked) -> bytes:
        """Ask with the deal in hand: granted in the same breath."""
        assert self.oracle.ask(found, asked, "yes") is None
        data = policies.funded(self.demand, self.core)
        booking_acts.request_with(self.clients["organiser"], request, self.conditions["sound"], data)
        self.note(found, request)
        return found

    def open_deal(self, request: Request, found: bytes) -> None:
        """A deposit for a request into escrow."""
        organiser = self.clients["organiser"]
        end_s = request.start_s + request.quanta * HOUR_S
        self.core = escrow.Core(
            payer=organiser.me,
            payee=self.who("gear"),
            token=organiser.address("MockToken"),
            price=0,
            deposit=DEPOSIT,
            schedule=escrow.Schedule(request.start_s, end_s).word() & ~0xFFFFFFFFFF,
            booking=found,
            rest=bytes(32),
            salt=fresh("deal", found.hex()),
        )
        token.approve(organiser, organiser.address("MockToken"), organiser.address("Escrow"), DEPOSIT)
        escrow.fund(organiser, self.core, escrow.Rest())

    # --- what goes wrong, and how it ends ---

    def crowd_the_camp(self) -> None:
        """Five tents fit, the sixth does not; when one is taken down another fits."""
        start_s = self.first_day_s + 6 * DAY_S
        roles = ("organiser", "first", "second", "third", "kids", "cook")
        found = [self.ask(None, "camp", start_s, role) for role in roles]
        bookings.cancel(self.clients["first"], self.requests[found[1]])
        self.oracle.asked[found[1]].state = "cancelled"
        self.ask(None, "camp", start_s, "cook")

    def turn_strangers_away(self) -> None:
        """Who holds no ticket gets neither hall nor workshop; who came second not the hall."""
        start_s = self.first_day_s + 6 * DAY_S + 10 * HOUR_S
        self.ask(None, "hall", start_s, "stranger")
        self.ask(None, "workshop", start_s, "stranger", verdict="no")
        self.ask(None, "workshop", start_s, "second", verdict="yes")
        self.ask(None, "hall", start_s, "second")
        self.ask(None, "hall", start_s, "third")

    def retire_the_room(self) -> None:
        """The owner of the room retires it: what is granted stays, what waits can only be denied."""
        halls, start_s = self.clients["halls"], self.first_day_s + 6 * DAY_S
        waits = self.ask(None, "room", start_s, "third")
        kept = self.ask(None, "room", start_s + DAY_S, "third")
        self.decided(kept, True, lambda: bookings.confirm(halls, self.requests[kept]))
        booking_acts.set_resource_state(halls, self.things["room"], "retired")
        self.oracle.things[self.things["room"]].retired = True
        self.decided(waits, True, lambda: bookings.confirm(halls, self.requests[waits]))
        self.decided(waits, False, lambda: bookings.deny(halls, self.requests[waits]))
        self.ask(None, "room", start_s + 2 * DAY_S, "third")

    def close_the_parent(self) -> None:
        """The festival closes, and the children's with it: nothing new, everything granted stays."""
        spaces.close(self.clients["organiser"], self.place)
        self.oracle.places[self.place].closed = True
        self.host_nested("second", "too late")
        self.ask(None, "hall", self.first_day_s + 8 * DAY_S, "first")
