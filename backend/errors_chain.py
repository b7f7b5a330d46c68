"""The revert words of the contracts as errors: what they mean to a person and what to do next.

The statuses are those the API would use for the same refusal. A test compares the codes with the asserts in
`contracts/**/*.vy`: none may be missing, none may be left over.
"""

from backend.registry import ErrorSpec

CHAIN_ERRORS: dict[str, ErrorSpec] = {}
