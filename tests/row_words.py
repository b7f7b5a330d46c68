"""The words that the contracts hold for what the index has rows of, packed as their interfaces say."""

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from indexer.facts import Deal, Gathering, Rating, Request, Resource, Space, Ticket
from indexer.projections.agreed import REST_TYPE
from indexer.projections.booking import starts_s

RESOURCE_STATES = {"active": 1, "paused": 2, "retired": 3}
STATES = {"pending": 1, "granted": 2, "denied": 3, "cancelled": 4, "expired": 5}
LIVE = {"funded": 1, "claimed": 2, "disputed": 3}
OUTCOME_SO_FAR = 0xFF << 16
SERIES_MARK_AT = 220


def resource_word(row: Resource) -> int:
    """Terms with owner and state."""
    return row.terms | int.from_bytes(row.owner, "big") | RESOURCE_STATES[row.state] << 166


def request_word(row: Request, resource: Resource) -> int:
    """State 4 | expires_at 40 | was_granted 1 | until 40 | returned 12 | counted 1 | series 1."""
    series = int.from_bytes(row.bundle, "big") >> SERIES_MARK_AT == 1
    until = row.end_s if series or row.end_s != row.start_s + row.quanta * resource.quantum_s else 0
    counted = resource.quota > 0 and row.requester != row.owner
    word = STATES[row.state] | row.expires_at_s << 4 | row.was_granted << 44 | until << 45
    return word | row.returned << 85 | counted << 97 | series << 98


def calendar_words(rows: list[Request], resource: Resource) -> dict[int, int]:
    """What the granted requests of a resource make of the words of its calendar, and zero for the words that
    other requests would have touched."""
    shift = 8 if resource.capacity == 1 else 5
    words: dict[int, int] = {}
    for row in rows:
        for place, start_s in enumerate(starts_s(row.bundle, row.start_s, resource.quantum_s)):
            series = int.from_bytes(row.bundle, "big") >> SERIES_MARK_AT == 1
            end_s = start_s + row.quanta * resource.quantum_s if series else row.end_s
            taken = row.state == "granted" and not row.returned >> place & 1
            for second in range(start_s, end_s, resource.quantum_s):
                quantum = (second - resource.phase_s) // resource.quantum_s
                at = quantum % (1 << shift) * (256 >> shift)
                words[quantum >> shift] = words.get(quantum >> shift, 0) + (taken * row.units << at)
    return words


def live_word(row: Deal) -> int:
    """State 4 | rung 4 | flags 8 | outcome so far 8 (left out) | since 40 | paid 96 | claim, or kept, 96."""
    flags = row.price_closed | row.deposit_closed << 1 | (row.arbitrator is not None) << 3
    flags |= (row.state == "disputed" and row.disputed_price > 0 and not row.price_closed) << 2
    flags |= row.attended << 4
    claim = row.deposit_kept if row.deposit_closed else row.claim
    word = LIVE[row.state] | flags << 8 | row.since_s << 24 | row.paid << 64 | claim << 160
    return word | rung_of(row) << 4


def rung_of(row: Deal) -> int:
    """Which arbitrator of the ladder decides; the first while there is nothing to decide."""
    ladder = decode([REST_TYPE], row.rest_abi)[0][2]
    if row.state != "disputed":
        return 0
    return [bytes.fromhex(arbitrator[2:]) for arbitrator, _, _ in ladder].index(row.arbitrator or b"")


def done_word(row: Deal) -> int:
    """State 4 | outcome 7 | attended 1 | paid 96 | done at 40."""
    attended = row.attended and row.outcome != 2
    return 15 | (row.outcome or 0) << 4 | attended << 11 | row.paid << 12 | (row.closed_at_s or 0) << 108


def receipt(row: Rating) -> int:
    """Of a rating that counted: 1 | score 3 | marks | hash of what stands in the log 105."""
    kinds = ["address", "address", "uint256", "uint256", "uint256"]
    entry = [row.rater, row.subject, row.service, row.weight, row.revealed_at_s]
    mark = int.from_bytes(keccak(encode(kinds, entry)), "big") % 2**105
    marks = (row.response is not None) << 4 | (row.retracted_at_s is not None) << 5
    return 1 | (row.score or 0) << 1 | marks | mark << 6


def space_word(row: Space, depth: int) -> int:
    """Owner 160 | depth 4 | closed 1 | gated 1; how often it was changed, above, is in no row."""
    gated = row.gate != bytes(32)
    return (
        int.from_bytes(row.owner, "big") | depth << 160 | (row.closed_at_s is not None) << 164 | gated << 165
    )


def ticket_word(row: Ticket) -> int:
    """Issued 1 | capacity 32 | given 32; how often it was given, above, is in no row."""
    return 1 | row.capacity << 1 | row.given << 33


def gathering_word(row: Gathering) -> int:
    """Host 160 | start 40 | end 40 | called off 1."""
    host = int.from_bytes(row.host, "big")
    return host | row.start_s << 160 | row.end_s << 200 | (row.called_off_at_s is not None) << 240
