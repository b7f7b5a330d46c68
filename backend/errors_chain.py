"""The revert words of the contracts as errors: what they mean to a person and what to do next.

The words live in `errors_chain.json`; the statuses are those the API would use for the same refusal. A test
compares the codes with the refusals in `contracts/**/*.vy`: none may be missing, none may be left over.
"""

import json
from importlib.resources import files

from backend.registry import ErrorSpec

CHAIN_ERRORS: dict[str, ErrorSpec] = {
    code: ErrorSpec(**spec)
    for code, spec in json.loads(files("backend").joinpath("errors_chain.json").read_text("utf-8")).items()
}
