"""A chain of its own for every test module: reorganisations and time travel stay inside."""

from collections.abc import Iterator

import pytest
from anvil_chain import AnvilChain, anvil_chain


@pytest.fixture(scope="module")
def chain() -> Iterator[AnvilChain]:
    with anvil_chain() as running:
        yield running
