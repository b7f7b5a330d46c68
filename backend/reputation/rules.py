"""What ratings come to, and how that is said, as functions of values. Times are chain seconds (UTC).

Formula version 2. A rating is a score from 1 to 5; the k-th of the same two members in the same service
weighs `UNIT // k`. At age t it counts `2**(-t / HALF_LIFE_S)` of that, and nothing once it is retracted, so a
sum of scores and a sum of weights describe everything, and mean = sum / weight. The decay itself is the
ledger's, computed by `indexer.reads.reputation.decayed`.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from backend.registry import Saying

FORMULA_VERSION = 2
UNIT = 2**40  # the weight of the first rating by a member
HALF_LIFE_DAYS = 180
MILLION = 1_000_000

RatingState = Literal["sealed", "can be opened", "forfeited", "open", "retracted"]
SourceName = Literal["escrow", "bookings", "other"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's sums for one service at one source, decayed to now; `sum`, `weight` in units of `UNIT`."""

    source: bytes
    source_name: SourceName
    service: int
    sum: int
    weight: int
    count: int

    @property
    def mean_ppm(self) -> int:
        """Mean score in millionths, rounded down (4_500_000 = 4.5); 0 when nothing is left to go by."""
        if not self.weight:
            return 0
        # as the ledger: the last units of nearly forgotten sums may be rounded to no score at all
        return min(max(self.sum * MILLION // self.weight, MILLION), 5 * MILLION)

    @property
    def weight_ppm(self) -> int:
        """How many new ratings the rest of the ratings counts as, in millionths."""
        return self.weight * MILLION // UNIT


def rating_state(
    revealed: bool, retracted: bool, opens_at_s: int, closes_at_s: int, now_s: int
) -> RatingState:
    """Where a rating stands: committed ones can be opened within `[opens_at_s, closes_at_s)` and are void
    after.
    """
    if revealed:
        return "retracted" if retracted else "open"
    if now_s < opens_at_s:
        return "sealed"
    return "can be opened" if now_s < closes_at_s else "forfeited"


def weight_ppm(weight: int | None) -> int | None:
    """The weight of one rating when it was opened, in millionths of a member's first; None while sealed."""
    return None if weight is None else weight * MILLION // UNIT


def explanation(standings: list[Standing], states: list[RatingState]) -> list[Saying]:
    """What the numbers rest on."""
    said: list[Saying] = []
    trusted = [standing for standing in standings if standing.source_name != "other"]
    if not any(standing.count for standing in trusted):
        said.append(Saying("reputation.none"))
    for standing in standings:
        params: dict[str, str | int] = {
            "count": standing.count,
            "service": f"0x{standing.service:06x}",
            "mean": decimal(standing.mean_ppm),
            "weight": decimal(standing.weight_ppm),
        }
        said.append(Saying(_standing_key(standing.source_name), params))
    for state in ("sealed", "can be opened", "forfeited", "retracted"):
        count = states.count(state)
        if count:
            said.append(Saying(_state_key(state), {"count": count}))
    if any(standing.source_name == "other" for standing in standings):
        said.append(Saying("reputation.other_sources"))
    if any(standing.count for standing in standings):
        said.append(Saying("reputation.pairs"))
    said.append(Saying("reputation.decay", {"days": HALF_LIFE_DAYS}))
    return said


def decimal(ppm: int) -> str:
    """Millionths as a decimal number with two digits, rounded down."""
    return f"{ppm // MILLION}.{ppm % MILLION // 10_000:02d}"


def _standing_key(source: SourceName) -> str:
    match source:
        case "escrow":
            return "reputation.standing_escrow"
        case "bookings":
            return "reputation.standing_bookings"
        case "other":
            return "reputation.standing_other"
        case _:
            assert_never(source)


def _state_key(state: RatingState) -> str:
    match state:
        case "sealed":
            return "reputation.sealed"
        case "can be opened":
            return "reputation.openable"
        case "forfeited":
            return "reputation.forfeited"
        case "open":
            return "reputation.open"
        case "retracted":
            return "reputation.retracted"
        case _:
            assert_never(state)
