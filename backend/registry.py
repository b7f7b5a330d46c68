"""One registry of every sentence the project says in its own name: error codes and message keys.

An error code ("escrow: too early") is at the same time the revert word of a contract, the code of an API
error and the key a page translates by. A message key ("deal.release") names a sentence of a timeline or a
reminder. No key is both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """HTTP status, one human sentence, and what to do next."""

    status: int
    message: str
    next_step: str


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """An English sentence with named places, and the names of these places.

    A place is `{amount}`, or `{days:day|days}` for a number with the noun that fits it.
    """

    text: str

    @property
    def params(self) -> frozenset[str]:
        """The names that `render` needs."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)


@dataclass(frozen=True, slots=True)
class Saying:
    """What pure rules say: the key of a sentence and the values of its places (text, or numbers in named
    units).
    """

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


Entry = ErrorSpec | MessageSpec


def merged(*parts: Mapping[str, Entry]) -> dict[str, Entry]:
    """All parts as one registry; ValueError when a key appears twice."""
    entries: dict[str, Entry] = {}
    for part in parts:
        for key, entry in part.items():
            if key in entries:
                raise ValueError(f"{key!r} is registered twice")
            entries[key] = entry
    return entries


def render(spec: MessageSpec, params: Mapping[str, str | int]) -> str:
    """The sentence; KeyError when a place has no value."""
    return _Sentence().vformat(spec.text, (), params)


class _Sentence(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return f"{value} {one if value == 1 else many}"
