"""A source that answers what it was told, and the ratings of the two sides of its deal."""

from typing import Any

import pytest
from contracts.reputation.rating import Rating


@pytest.fixture
def subject(payee: Any) -> Any:
    """The side that is rated, and answers."""
    return payee


@pytest.fixture
def source(container: Any, deployer: Any, rater: Any, subject: Any) -> Any:
    """A source whose every deal is between the rater (side 0) and the subject (side 1)."""
    contract = container("MockRatingSource").deploy(sender=deployer)
    contract.set_deal([rater, subject], 0xABCDEF, 12_000_000, sender=deployer)
    return contract


@pytest.fixture
def rating(ledger: Any, source: Any, rater: Any, subject: Any) -> Rating:
    """Side 0 rates side 1 with five."""
    return Rating(ledger, source, rater, subject, side=0, score=5)


@pytest.fixture
def answer(ledger: Any, source: Any, rater: Any, subject: Any) -> Rating:
    """Side 1 rates side 0 with two."""
    return Rating(ledger, source, subject, rater, side=1, score=2, salt=b"\x52" * 32)
