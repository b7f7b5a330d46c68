"""The state of one run in `Spaces`: how an act is played on contract and oracle, and what is compared then.

Words are packed here from what the oracle knows, as `space_words` says, and are what signatures are over.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import boa
from contracts.space_values import CALLED_OFF, CLOSED, GATED, SPACE_CHANGES_AT, TICKET_CHANGES_AT
from contracts.stateful.deployed import EMPTY_AUTH, HOUR_S, Deployed, member
from contracts.stateful.spaces_oracle import Oracle, Proof, RefusedError
from eth_utils.conversions import to_int
from hypothesis.stateful import RuleBasedStateMachine

GENESIS_S = 1_893_585_600
ALL_EVERY = 20
ACCOUNTS = {account.address: account for account in map(member, ("host", "guest", "neighbour", "visitor"))}
MEMBERS, RELAYER = list(ACCOUNTS), member("relayer").address
KINDS = {
    "create": "CreateSpace",
    "close": "CloseSpace",
    "hand_over": "HandOverSpace",
    "set_gate": "SetGate",
    "issue": "IssueTicket",
    "give": "GiveTicket",
    "take_back": "TakeBackTicket",
    "renounce": "RenounceTicket",
    "host": "HostGathering",
    "call_off": "CallOffGathering",
    "list_resources": "ListResources",
}
# The words of these come out of the contract; each is read by its id
VIEWS = {"space": "space_word", "ticket": "ticket_word", "gathering": "gathering_word"}

done: Counter[str] = Counter()
# A call as it was sent, and the oracle's act
Sent = tuple[str, str, bytes, Callable[[], None]]


class SpacesWorld(RuleBasedStateMachine):
    """What was made in a run, and the comparisons."""

    contract: Deployed

    def begin(self) -> None:
        """Nothing exists yet."""
        boa.env.timestamp = GENESIS_S
        self.oracle = Oracle()
        self.values: dict[bytes, tuple[Any, ...]] = {}  # of tickets, to be presented again
        self.sent: list[Sent] = []  # what was signed, to be sent again
        self.steps = 0

    @property
    def now(self) -> int:
        """Time of the chain."""
        return int(boa.env.timestamp)

    def play(
        self,
        name: str,
        actor: str,
        how: str,
        message: dict[str, Any],
        arguments: tuple[Any, ...],
        act: Callable[[Proof], None],
        over: Callable[[], int] | None = None,
    ) -> bool:
        """One act, by the actor himself or by his signature; `over` is the word that the signature is over.
        Whether it succeeded. Fails where contract and oracle differ."""
        if how == "direct":
            data = self.contract.data(name, *arguments, EMPTY_AUTH)
            return self.send(name, actor, data, lambda: act(lambda: None))
        word = over() if over is not None else None
        signed = message if word is None else {**message, "word": word}
        signer = ACCOUNTS[actor]
        if how == "forged":
            signer = next(account for address, account in ACCOUNTS.items() if address != actor)
        _, deadline, signature = self.contract.signed(
            signer, KINDS[name], signed, for_s=0 if how == "late" else 6 * HOUR_S
        )

        def proof() -> None:
            if self.now >= deadline:
                raise RefusedError("auth: expired")
            if how == "forged" or (over is not None and over() != word):
                raise RefusedError("auth: bad signature")

        data = self.contract.data(name, *arguments, (actor, deadline, signature))
        sent = (name, RELAYER, data, lambda: act(proof))
        self.sent.append(sent)
        return self.send(*sent)

    def send(self, label: str, sender: str, data: bytes, act: Callable[[], None]) -> bool:
        """Play one call."""
        try:
            act()
            expected = None
        except RefusedError as refusal:
            expected = str(refusal)
        got = self.contract.send(sender, data)
        assert got == expected, f"{label}: contract {got!r}, oracle {expected!r}"
        done["steps"] += 1
        done[f"{label}: {expected or 'done'}"] += 1
        self.steps += 1
        self.check()
        return expected is None

    def space_word(self, key: bytes) -> int:
        """owner 160 | depth 4 | closed 1 | gated 1 | changes 64, from the lowest bit."""
        space = self.oracle.spaces.get(key)
        if space is None:
            return 0
        depth = len(self.oracle.lineage(key))
        word = to_int(hexstr=space.owner) | depth << 160 | space.changes << SPACE_CHANGES_AT
        return word | CLOSED * space.closed | GATED * (space.gate is not None)

    def ticket_word(self, key: bytes) -> int:
        """issued 1 | capacity 32 | given 32 | changes 64, from the lowest bit."""
        ticket = self.oracle.tickets.get(key)
        if ticket is None:
            return 0
        return 1 | ticket.capacity << 1 | len(ticket.holders) << 33 | ticket.gifts << TICKET_CHANGES_AT

    def holding_word(self, key: bytes, who: str) -> int:
        """How often a ticket went to a member or came back."""
        return self.oracle.moves.get((key, who), 0)

    def gathering_word(self, key: bytes) -> int:
        """host 160 | start 40 | end 40 | called off 1, from the lowest bit."""
        found = self.oracle.gatherings.get(key)
        if found is None:
            return 0
        return (
            to_int(hexstr=found.host) | found.start << 160 | found.end << 200 | CALLED_OFF * found.called_off
        )

    def check(self) -> None:
        """What was made last and another of each kind, for one member; everything at intervals."""
        if self.steps % ALL_EVERY == 0:
            self.check_all()
            return
        turn = self.steps
        who = MEMBERS[turn % len(MEMBERS)]
        for kind, known in self.known().items():
            # what was made last, and any other
            for key in {known[-1], known[turn * 7 % len(known)]} if known else ():
                self.compare(kind, key, [who])

    def known(self) -> dict[str, list[bytes]]:
        """All ids by kind."""
        oracle = self.oracle
        return {
            "space": list(oracle.spaces),
            "ticket": list(oracle.tickets),
            "gathering": list(oracle.gatherings),
        }

    def check_all(self) -> None:
        """Everything there is, for everybody; and what there is not."""
        for kind, known in self.known().items():
            for key in [*known, b"\7" * 32]:
                self.compare(kind, key, MEMBERS)

    def compare(self, kind: str, key: bytes, members: list[str]) -> None:
        """What the views say of one thing."""
        read, oracle = self.contract.read, self.oracle
        assert read(VIEWS[kind], "bytes32", key) == getattr(self, VIEWS[kind])(key)
        if kind == "space":
            space = oracle.spaces.get(key)
            parent, gate = (space.parent, space.gate) if space else (None, None)
            assert read("parent_of", "bytes32", key) == int.from_bytes(parent or b"", "big")
            assert read("gate_of", "bytes32", key) == int.from_bytes(gate or b"", "big")
            assert read("is_open", "bytes32", key) == oracle.is_open(key)
            done[f"is_open: {oracle.is_open(key)}"] += 1
        for who in members:
            if kind == "space":
                assert read("is_member", "bytes32,address", key, who) == oracle.is_member(key, who)
                done[f"is_member: {oracle.is_member(key, who)}"] += 1
            if kind == "ticket":
                assert read("holds", "bytes32,address", key, who) == oracle.holds(key, who)
                assert read("holding_word", "bytes32,address", key, who) == self.holding_word(key, who)
                done[f"holds: {oracle.holds(key, who)}"] += 1

    def teardown(self) -> None:
        """At the end of a run, everything."""
        if hasattr(self, "oracle"):
            self.check_all()
