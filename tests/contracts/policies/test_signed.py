"""`GroupSignatures` and `AttestedByKey` inside real requests."""

from collections.abc import Callable, Sequence
from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, GRANTED, HOUR_S, PENDING
from contracts.policies.conftest import DENY, GRANT
from contracts.signing import CURVE_ORDER
from eth_abi import encode
from eth_utils import keccak

GROUP = ["uint256", "address[]"]


@pytest.fixture
def group(container: Any, deployer: Any) -> Any:
    """A fresh `GroupSignatures`."""
    return container("GroupSignatures").deploy(sender=deployer)


@pytest.fixture
def seats(payer: Any, payee: Any, arbitrator: Any) -> list[Any]:
    """Three members by ascending address."""
    return sorted([payer, payee, arbitrator], key=lambda member: int(member.address, 16))


@pytest.fixture
def two_of_three(group: Any, seats: list[Any], announced: Any) -> Any:
    """A resource on which two of the three decide."""
    return announced(group, param_of(2, seats))


@pytest.fixture
def vote(group: Any, bookings: Any, sign: Any) -> Callable[..., bytes]:
    """`vote(member, request, grant)`: the signature, 65 bytes."""

    def signed(member: Any, asked: dict[str, Any], grant: bool = True, **options: Any) -> bytes:
        message = {"request": bytes(bookings.request_id(asked)), "grant": grant}
        return bytes(sign(member, group, "Vote", message, **options)[2])

    return signed


def param_of(k: int, members: Sequence[Any]) -> bytes:
    return keccak(encode(GROUP, [k, [member.address for member in members]]))


def data_of(k: int, members: Sequence[Any], votes: Sequence[tuple[int, bytes]], grant: bool = True) -> bytes:
    blob = b"".join(bytes([seat]) + len(signed).to_bytes(2, "big") + signed for seat, signed in votes)
    addresses = [member.address for member in members]
    return encode([*GROUP, "bool", "bytes"], [k, addresses, grant, blob])


def test_poke__with_enough_votes__grants(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any
) -> None:
    asked, state = ask(two_of_three, requester)
    assert state == PENDING
    data = data_of(2, seats, [(0, vote(seats[0], asked)), (2, vote(seats[2], asked))])
    assert poke(two_of_three, asked, data) == GRANTED


def test_poke__with_enough_votes_against__denies(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any
) -> None:
    asked, _ = ask(two_of_three, requester)
    votes = [(seat, vote(seats[seat], asked, False)) for seat in (0, 1)]
    assert poke(two_of_three, asked, data_of(2, seats, votes, False)) == DENIED


def test_request__with_the_votes_in_hand__is_granted_at_once(
    bookings: Any, two_of_three: Any, seats: list[Any], ask: Any, vote: Any, start: int, requester: Any
) -> None:
    wanted, _ = ask(two_of_three, requester)
    later = {**wanted, "start": start + 2 * HOUR_S}
    data = data_of(2, seats, [(seat, vote(seats[seat], later)) for seat in (0, 1)])
    assert ask(two_of_three, requester, data, later["start"])[1] == GRANTED


def _one(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked))]


def _twice(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (0, vote(seats[0], asked))]


def _in_two_seats(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (1, vote(seats[0], asked))]


def _descending(seats: Any, asked: Any, vote: Any) -> Any:
    return [(1, vote(seats[1], asked)), (0, vote(seats[0], asked))]


def _outside(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (3, vote(seats[1], asked))]


def _of_opposite_minds(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (1, vote(seats[1], asked, False))]


def _of_another_request(seats: Any, asked: Any, vote: Any) -> Any:
    other = {**asked, "quanta": 1}
    return [(0, vote(seats[0], asked)), (1, vote(seats[1], other))]


def _for_another_chain(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (1, vote(seats[1], asked, chain_id=1))]


def _for_another_contract(seats: Any, asked: Any, vote: Any) -> Any:
    elsewhere = vote(seats[1], asked, verifying_contract="0x" + "11" * 20)
    return [(0, vote(seats[0], asked)), (1, elsewhere)]


def _mirrored(seats: Any, asked: Any, vote: Any) -> Any:
    signed = vote(seats[1], asked)
    s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    turned = signed[:32] + s.to_bytes(32, "big") + bytes([55 - signed[64]])
    return [(0, vote(seats[0], asked)), (1, turned)]


def _cut_short(seats: Any, asked: Any, vote: Any) -> Any:
    return [(0, vote(seats[0], asked)), (1, vote(seats[1], asked)[:64])]


def _none(seats: Any, asked: Any, vote: Any) -> Any:
    return []


@pytest.mark.parametrize(
    "votes",
    [
        _one,
        _twice,
        _in_two_seats,
        _descending,
        _outside,
        _of_opposite_minds,
        _of_another_request,
        _for_another_chain,
        _for_another_contract,
        _mirrored,
        _cut_short,
        _none,
    ],
)
def test_poke__with_votes_that_are_not_enough__reverts(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any, votes: Any
) -> None:
    asked, _ = ask(two_of_three, requester)
    with ape.reverts("bookings: still pending"):
        poke(two_of_three, asked, data_of(2, seats, votes(seats, asked, vote)))


def test_poke__with_votes_of_a_stranger__reverts(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any, stranger: Any
) -> None:
    asked, _ = ask(two_of_three, requester)
    votes = [(0, vote(seats[0], asked)), (1, vote(stranger, asked))]
    with ape.reverts("bookings: still pending"):
        poke(two_of_three, asked, data_of(2, seats, votes))


@pytest.mark.parametrize("k", [0, 1])
def test_poke__with_a_group_of_ones_own__reverts(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any, k: int
) -> None:
    asked, _ = ask(two_of_three, requester)
    with ape.reverts("bookings: still pending"):
        poke(two_of_three, asked, data_of(k, [requester], [(0, vote(requester, asked))]))


def test_poke__where_nobody_has_to_agree__reverts(
    group: Any, seats: list[Any], announced: Any, ask: Any, poke: Any, requester: Any
) -> None:
    gated = announced(group, param_of(0, seats))
    asked, _ = ask(gated, requester)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(0, seats, []))


@pytest.mark.parametrize("order", [(0, 0, 1), (1, 0, 2)], ids=["twice", "out of order"])
def test_poke__where_members_are_not_ascending__reverts(
    group: Any,
    seats: list[Any],
    announced: Any,
    ask: Any,
    poke: Any,
    vote: Any,
    requester: Any,
    order: tuple[int, ...],
) -> None:
    members = [seats[seat] for seat in order]
    gated = announced(group, param_of(2, members))
    asked, _ = ask(gated, requester)
    votes = [(seat, vote(members[seat], asked)) for seat in (0, 1)]
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(2, members, votes))


@pytest.mark.parametrize("cut", [1, 31, 100, 400], ids=str)
def test_poke__with_unreadable_votes__reverts(
    two_of_three: Any, seats: list[Any], ask: Any, poke: Any, vote: Any, requester: Any, cut: int
) -> None:
    asked, _ = ask(two_of_three, requester)
    data = data_of(2, seats, [(seat, vote(seats[seat], asked)) for seat in (0, 1)])
    with ape.reverts("bookings: still pending"):
        poke(two_of_three, asked, data[:cut])


def test_poke__with_sixteen_of_sixteen__grants(
    group: Any, accounts: Any, announced: Any, ask: Any, poke: Any, vote: Any, requester: Any
) -> None:
    crowd = [accounts.generate_test_account() for _ in range(16)]
    members = sorted(crowd, key=lambda member: int(member.address, 16))
    gated = announced(group, param_of(16, members))
    asked, _ = ask(gated, requester)
    votes = [(seat, vote(member, asked)) for seat, member in enumerate(members)]
    assert poke(gated, asked, data_of(16, members, votes)) == GRANTED


@pytest.mark.parametrize(
    ("mode", "grants"),
    [(0, True), (1, False), (2, False), (3, False), (4, False)],
    ids=["honest", "reverts", "burns gas", "return bomb", "wrong answer"],
)
def test_poke__with_the_vote_of_a_contract_wallet__counts_an_honest_one(
    container: Any,
    group: Any,
    seats: list[Any],
    announced: Any,
    ask: Any,
    poke: Any,
    vote: Any,
    requester: Any,
    mode: int,
    grants: bool,
) -> None:
    wallet = container("MockWallet").deploy(seats[0], sender=seats[0])
    members = sorted([wallet, seats[1]], key=lambda member: int(member.address, 16))
    gated = announced(group, param_of(2, members))
    asked, _ = ask(gated, requester)
    wallet.set_mode(mode, 0, sender=seats[0])
    keys = {wallet.address: seats[0], seats[1].address: seats[1]}
    votes = [(seat, vote(keys[member.address], asked)) for seat, member in enumerate(members)]
    if grants:
        assert poke(gated, asked, data_of(2, members, votes)) == GRANTED
    else:
        with ape.reverts("bookings: still pending"):
            poke(gated, asked, data_of(2, members, votes))


@pytest.fixture
def attested(container: Any, deployer: Any) -> Any:
    """A fresh `AttestedByKey`."""
    return container("AttestedByKey").deploy(sender=deployer)


@pytest.fixture
def quiz(attested: Any, arbitrator: Any, announced: Any) -> Any:
    """A resource on which the arbitrator's key decides."""
    return announced(attested, int(arbitrator.address, 16))


@pytest.fixture
def attest(attested: Any, bookings: Any, sign: Any, deadline: int) -> Callable[..., bytes]:
    """`attest(attester, request, decision)`: the data that the policy wants."""

    def signed(
        attester: Any, asked: dict[str, Any], decision: int = GRANT, until: int = deadline, **options: Any
    ) -> bytes:
        key = bytes(bookings.request_id(asked))
        message = {"request": key, "decision": decision, "deadline": until}
        signature = sign(attester, attested, "Attest", message, **options)[2]
        return encode(["uint256", "uint256", "bytes"], [decision, until, signature])

    return signed


@pytest.mark.parametrize(("decision", "state"), [(GRANT, GRANTED), (DENY, DENIED)])
def test_poke__with_an_attestation__decides(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, decision: int, state: int
) -> None:
    asked, before = ask(quiz, requester)
    assert before == PENDING
    assert poke(quiz, asked, attest(arbitrator, asked, decision)) == state


def test_request__with_a_refusal_in_hand__is_refused(
    quiz: Any, ask: Any, attest: Any, start: int, arbitrator: Any, requester: Any
) -> None:
    asked, _ = ask(quiz, requester)
    later = {**asked, "start": start + 2 * HOUR_S}
    with ape.reverts("bookings: policy denies"):
        ask(quiz, requester, attest(arbitrator, later, DENY), later["start"])


@pytest.mark.parametrize(("late_s", "grants"), [(-1, True), (0, False)])
def test_poke__around_the_deadline_of_an_attestation__only_before(
    quiz: Any,
    ask: Any,
    poke: Any,
    attest: Any,
    deadline: int,
    travel: Any,
    arbitrator: Any,
    requester: Any,
    late_s: int,
    grants: bool,
) -> None:
    asked, _ = ask(quiz, requester)
    data = attest(arbitrator, asked)
    travel(deadline + late_s)
    if grants:
        assert poke(quiz, asked, data) == GRANTED
    else:
        with ape.reverts("bookings: still pending"):
            poke(quiz, asked, data)


@pytest.mark.parametrize("decision", [0, 2, 4, 2**256 - 1])
def test_poke__with_a_decision_that_is_none__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, decision: int
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(arbitrator, asked, decision))


def test_poke__attested_by_another__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, stranger: Any, requester: Any
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(stranger, asked))


@pytest.mark.parametrize("altered", [{"salt": b"\1" * 32}, {"requester": "0x" + "22" * 20}], ids=str)
def test_poke__attested_for_another_request__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, altered: dict[str, Any]
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(arbitrator, {**asked, **altered}))


@pytest.mark.parametrize("domain", [{"chain_id": 1}, {"verifying_contract": "0x" + "11" * 20}], ids=str)
def test_poke__attested_for_elsewhere__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, domain: dict[str, Any]
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(arbitrator, asked, **domain))


@pytest.mark.parametrize("cut", [0, 1, 95, 150], ids=str)
def test_poke__with_an_unreadable_attestation__reverts(
    quiz: Any, ask: Any, poke: Any, attest: Any, arbitrator: Any, requester: Any, cut: int
) -> None:
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(arbitrator, asked)[:cut])


@pytest.mark.parametrize("param", [0, 2**160])
def test_poke__where_nobody_attests__reverts(
    attested: Any, announced: Any, ask: Any, poke: Any, requester: Any, param: int
) -> None:
    gated = announced(attested, param)
    asked, _ = ask(gated, requester)
    # a failed recovery gives the zero address
    data = encode(["uint256", "uint256", "bytes"], [GRANT, 2**40, bytes(65)])
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data)


@pytest.mark.parametrize(
    ("fixture", "name"), [("group", "Allmende Group"), ("attested", "Allmende Attestation")]
)
def test_eip712_domain__of_a_policy__names_it_and_its_chain(
    request: pytest.FixtureRequest, chain: Any, fixture: str, name: str
) -> None:
    contract = request.getfixturevalue(fixture)
    fields, found, version, chain_id, verifying_contract, _, _ = contract.eip712Domain()
    assert (bytes(fields), found, version) == (b"\x0f", name, "1")
    assert (chain_id, verifying_contract) == (chain.chain_id, contract.address)
