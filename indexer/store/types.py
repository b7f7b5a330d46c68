"""Column types that keep what the chain says, bit for bit."""

from typing import Any

from sqlalchemy import LargeBinary, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

U256_BYTES = 32


def to_words(value: int) -> bytes:
    """An unsigned 256-bit integer as 32 big-endian bytes: byte order is number order.

    Raises:
        OverflowError: below zero or above 2**256 - 1.
    """
    return value.to_bytes(U256_BYTES, "big")


class U256(TypeDecorator[int]):
    """An unsigned 256-bit integer, exact.

    SQLite's NUMERIC turns 2**255 + 1 into a float, so 32 big-endian bytes are stored there (they compare
    and sort like the numbers they hold); PostgreSQL has an exact NUMERIC(78, 0).
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(78, 0))
        return dialect.type_descriptor(LargeBinary(U256_BYTES))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not 0 <= value < 1 << 256:
            raise OverflowError(f"{value} is no unsigned 256-bit integer")
        return value if dialect.name == "postgresql" else to_words(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int(value) if dialect.name == "postgresql" else int.from_bytes(value, "big")
