"""What a command says when it cannot go on.

CommandError            code, one sentence, the next step; exit code 1
└── (raised by)    the API client (an error envelope), the chain client (a revert), local checks
"""

from __future__ import annotations

from typing import Any


class CommandError(Exception):
    """A command cannot go on.

    Args:
        code: `"module: reason"`, as in the registry of `backend.errors`; local ones begin with `"cli: "`.
        message: One human sentence.
        next_step: What the person can do about it.
        details: Anything more, as JSON values.
    """

    def __init__(self, code: str, message: str, next_step: str, details: Any = None) -> None:
        super().__init__(f"{code}: {message} {next_step}")
        self.code = code
        self.message = message
        self.next_step = next_step
        self.details = details

    def as_json(self) -> dict[str, Any]:
        """The same envelope as the API's."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "next_step": self.next_step}
        if self.details is not None:
            body["details"] = self.details
        return {"error": body}
