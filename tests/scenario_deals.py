"""The deals of a random life: milestones, cancellations and a ladder of arbitrators among their terms,
opened, moved on by everybody who may, and brought to every end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anvil_chain import NOBODY
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from scenario_bookings import REQUEST, Bookings
from scenario_bookings import Request as Booking
from scenario_life import DAY_S, HOUR_S, NONE, ZERO, hexed

CORE = ["address", "address", "address", "uint256", "uint256", "uint256", "bytes32", "bytes32", "bytes32"]
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
Core = tuple[Any, ...]
Rest = tuple[list[Any], list[Any], list[Any]]
Move = Callable[[Core, Rest], Any]


@dataclass
class Deals(Bookings):
    """Terms of every deal with their dynamic part."""

    deals: list[tuple[Core, Rest]] = field(default_factory=list)

    def open(self, booking: Booking | None = None) -> bool:
        """A deal between two; now and then the payee cannot take coins, so that payouts are deferred."""
        payer, payee = self.random.sample(self.people, 2)
        native = self.chance(0.3)
        if self.chance(0.15):
            payee, native = self.chain.ledger.address, True
        price = self.random.choice([0, 10, 999, 5_000])
        deposit = self.random.choice([0, 7, 2_000])
        now = self.chain.now_s
        deliver_by = now + self.random.randrange(1, 4) * DAY_S
        rest = self._rest(price, price + deposit, deliver_by)
        schedule = (
            deliver_by
            | DAY_S << 40
            | now + self.random.randrange(2, 6) * DAY_S << 72
            | DAY_S << 112
            | DAY_S << 144
            | self.random.choice([0, 5000, 10_000]) << 176
            | self.random.choice([0, 2500, 10_000]) << 192
            | self.random.randrange(0, 4) << 208
        )
        core = (
            payer,
            payee,
            ZERO if native else self.chain.token.address,
            price,
            deposit,
            schedule,
            self._id(booking) if booking else NONE,
            keccak(encode([REST], [rest])) if any(rest) else NONE,
            self.word(),
        )
        value = price + deposit if native else 0
        if not self.chain.act(self.chain.escrow.functions.open(core, rest, NOBODY), payer, value):
            return False
        self.deals.append((core, rest))
        return True

    def open_for_a_booking(self) -> bool:
        """A deal that belongs to one of the last requests."""
        return bool(self.requests) and self.open(self.random.choice(self.requests[-6:]))

    def move_deal(self) -> bool:
        """One of the last deals moves on, or what is tried is refused."""
        if not self.deals:
            return False
        core, rest = self.random.choice(self.deals[-4:])
        payer, payee = core[:2]
        functions = self.chain.escrow.functions
        claim = self.random.randrange(1, core[4] + 2)
        share = self.random.randrange(0, core[3] + core[4] + 1)
        part = self.random.randrange(1, core[3] // 2 + 2)
        fee = self.random.randrange(3)
        judge = self.random.choice([self.arbitrator, self.arbitrator, self.second_arbitrator])
        moves: list[tuple[Any, str]] = [
            (functions.release(core, NOBODY), payer),
            (functions.release_part(core, part, NOBODY), payer),
            (functions.release_part(core, part, NOBODY), payer),
            (functions.cancel(core, rest, NOBODY), payer),
            (functions.accept_claim(core, NOBODY), payer),
            (functions.dispute(core, rest, self.word(), NOBODY), payer),
            (functions.dispute(core, rest, self.word(), NOBODY), payer),
            (functions.rule(core, rest, share, fee, self.word(), NOBODY), judge),
            (functions.rule(core, rest, claim, 0, self.word(), NOBODY), judge),
            *[(functions.expire(core, rest), self.arbitrator)] * 4,
        ]
        if payee in self.people:
            moves += [
                *[(functions.claim_damage(core, rest, claim, self.word(), NOBODY), payee)] * 2,
                (functions.finish(core, NOBODY), payee),
                (functions.refund(core, NOBODY), payee),
            ]
            if self.chance(0.1):
                moves = [(self.split(core, share), payer)]
        call, sender = self.random.choice(moves)
        return self.chain.act(call, sender)

    def unwind(self) -> bool:
        """Somebody shows the booking of a deal, which fell through or stands."""
        booked = [
            (core, request)
            for core, _ in self.deals
            for request in self.requests
            if core[6] == self._id(request)
        ]
        if not booked:
            return False
        core, request = self.random.choice(booked[-4:])
        return self.chain.act(self.unwinding(core, request), self.arbitrator)

    def unwinding(self, core: Core, request: Booking) -> Any:
        """The call that shows the booking of a deal."""
        return self.chain.escrow.functions.unwind(
            core, self.chain.bookings.address, encode(REQUEST, list(request))
        )

    def split(self, core: Core, to_payee: int) -> Any:
        """The call of the payer with the payee's signature."""
        functions = self.chain.escrow.functions
        escrow = functions.escrow_id(core).call()
        told = {"escrow": hexed(escrow), "to_payee": to_payee, "word": functions.word(escrow).call()}
        return functions.split(core, to_payee, NOBODY, self.signed("Escrow", "Split", core[1], told))

    def every_outcome(self) -> None:
        """Deals that end by acceptance, an unanswered claim, a ruling, silent arbitrators, a cancellation, a
        split and an unwinding; some of them after a part was released."""
        functions = self.chain.escrow.functions
        for _ in range(2):
            self.play(
                (_claim(functions), 1),
                (lambda core, rest: functions.accept_claim(core, NOBODY), 0),
                (self._late, 2),
            )
            self.play((_claim(functions), 1), (self._late, 2), (self._late, 2))
            self.play((_claim(functions), 1), (_contest(functions), 0), *[(self._late, 2)] * 3)
            self.play(
                (_contest(functions), 0),
                (_claim(functions), 1),
                *[(self._late, 2)] * 3,
                when=lambda core, rest: len(rest[2]) > 1,
            )
            self.play(
                (_claim(functions), 1),
                (_contest(functions), 0),
                (lambda core, rest: functions.rule(core, rest, 3, 2, NONE, NOBODY), 2),
                (self._late, 2),
            )
            self.play(
                (lambda core, rest: functions.release_part(core, 3, NOBODY), 0),
                (lambda core, rest: functions.cancel(core, rest, NOBODY), 0),
                when=lambda core, rest: core[3] > 3 and bool(rest[1]),
            )
            self.play(
                (lambda core, rest: functions.release_part(core, 1, NOBODY), 0),
                (_contest(functions), 0),
                (lambda core, rest: self.split(core, core[3] // 2), 0),
                when=lambda core, rest: core[3] > 3,
            )
            self.play((self._late, 2), when=lambda core, rest: len(rest[0]) > 1)
            self._unwound()

    def play(
        self, *moves: tuple[Move, int], when: Callable[[Core, Rest], bool] = lambda core, rest: True
    ) -> None:
        """Moves by payer, payee or arbitrator (0, 1, 2) in a new deal with a deposit, an arbitrator, a payee
        who can act, and of which `when` holds."""
        while True:
            if self.open():
                core, rest = self.deals[-1]
                if core[4] and rest[2] and core[1] in self.people and when(core, rest):
                    break
        for move, who in moves:
            call = move(core, rest)
            self.chain.act(call, (*core[:2], self.arbitrator)[who])

    def withdraw_for_ledger(self) -> bool:
        """The ledger contract takes what was deferred for it, as if it could act."""
        ledger = self.chain.ledger.address
        self.chain.anvil.rpc("anvil_impersonateAccount", ledger)
        self.chain.anvil.rpc("anvil_setBalance", ledger, hex(10**18))
        call = self.chain.escrow.functions.claim(ZERO, self.arbitrator, 1, NOBODY)
        return self.chain.act(call, ledger)

    def _rest(self, price: int, total: int, deliver_by: int) -> Rest:
        """Milestones of the price, what a late cancellation costs, and up to two arbitrators."""
        parts = self.random.choice([0, 0, 2, 3]) if price else 0
        amounts = [price // parts] * (parts - 1) + [price - price // parts * (parts - 1)] if parts else []
        dues = [deliver_by - (parts - 1 - place) * 5 * HOUR_S for place in range(parts)]
        milestones = list(zip(amounts, dues, strict=True))
        cancellations = [(12 * HOUR_S, 9_000), (0, 2_500)][: self.random.randrange(3)] if price else []
        window_s, cap = self.random.randrange(12, 72) * HOUR_S, min(10, total)
        ladder = [(self.arbitrator, window_s, cap), (self.second_arbitrator, DAY_S, cap)]
        return milestones, cancellations, ladder[: self.random.choice([0, 1, 1, 1, 2, 2])]

    def _late(self, core: Core, rest: Rest) -> Any:
        """Much later, whatever time has decided is closed."""
        self.travel(9 * DAY_S)
        return self.chain.escrow.functions.expire(core, rest)

    def _unwound(self) -> None:
        """A deal for a booking that was denied."""
        while not (self.announce(rule=0) and self.ask_as_a_stranger() and self.open(self.requests[-1])):
            pass
        request, (core, _) = self.requests[-1], self.deals[-1]
        assert not self.chain.act(self.unwinding(core, request), self.arbitrator)
        self.travel(80 * HOUR_S)
        assert self.chain.act(self.unwinding(core, request), self.arbitrator)


def _claim(functions: Any) -> Move:
    return lambda core, rest: functions.claim_damage(core, rest, core[4], NONE, NOBODY)


def _contest(functions: Any) -> Move:
    return lambda core, rest: functions.dispute(core, rest, NONE, NOBODY)
