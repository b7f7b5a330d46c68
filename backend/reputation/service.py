"""A member's reputation at the block that was read."""

from dataclasses import dataclass

from sqlalchemy import Connection

from backend.registry import Saying
from backend.reputation import repository
from backend.reputation.rules import RatingState, SourceName, Standing, explanation, rating_state
from indexer.chain.deployment import Deployment
from indexer.reads.reputation import Rating


@dataclass(frozen=True, slots=True)
class Reputation:
    """Standings, ratings with their state now, and what is said of them."""

    standings: list[Standing]
    ratings: list[tuple[Rating, SourceName, RatingState]]
    explanation: list[Saying]


def reputation_of(conn: Connection, deployment: Deployment, member: bytes, now_s: int) -> Reputation:
    """The reputation of a member (20 bytes) at chain time `now_s`. A stranger's is empty, not an error."""
    standings = [
        Standing(
            row.source, source_name(deployment, row.source), row.service, *repository.decayed(row, now_s)
        )
        for row in repository.aggregates(conn, member)
    ]
    ratings = [
        (
            row,
            source_name(deployment, row.source),
            rating_state(
                row.state == "revealed",
                row.retracted_at_s is not None,
                row.opens_at_s,
                row.closes_at_s,
                now_s,
            ),
        )
        for row in repository.ratings(conn, member)
    ]
    return Reputation(standings, ratings, explanation(standings, [state for _, _, state in ratings]))


def source_name(deployment: Deployment, source: bytes) -> SourceName:
    """Which of our contracts a rating comes from; "other" ones are shown but count for nothing here."""
    if source == deployment.escrow:
        return "escrow"
    return "bookings" if source == deployment.bookings else "other"
