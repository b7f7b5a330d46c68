"""The registry against what raises: revert words of the contracts, codes and keys in the backend."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import API_ERRORS, ERRORS, AllmendeError, BadRequestError, NotFoundError
from backend.errors_chain import CHAIN_ERRORS
from backend.messages import MESSAGES
from backend.registry import ErrorSpec, MessageSpec, merged, render

ROOT = Path(__file__).parents[2]
MODULES = {
    "bookings",
    "escrow",
    "reputation",
    "auth",
    "token",
    "payments",
    "router",
    "court",
    "spaces",
    "policy",
}


def revert_words() -> set[str]:
    """The words of every refusal in the contracts that are deployed; comments do not count."""
    words: set[str] = set()
    for path in (ROOT / "contracts").rglob("*.vy"):
        if "mocks" in path.parts:
            continue
        code = "\n".join(line.split("#")[0] for line in path.read_text().splitlines())
        words |= set(re.findall(r'_refuse\(\s*"([^"]+)"', code))
    return words


def backend_literals() -> Iterator[tuple[Path, str]]:
    """Every text literal in the backend but those of the registry itself."""
    for path in (ROOT / "backend").rglob("*.py"):
        if path.name in ("errors.py", "messages.py", "errors_chain.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def test_every_revert_word__is_registered() -> None:
    assert revert_words() - set(CHAIN_ERRORS) == set()


def test_no_registered_revert_word__is_stale() -> None:
    assert set(CHAIN_ERRORS) - revert_words() == set()


def test_revert_words__name_their_module() -> None:
    assert {word.split(": ")[0] for word in revert_words()} == MODULES


def test_every_code_in_the_backend__is_registered() -> None:
    modules = {code.split(": ")[0] for code in API_ERRORS}
    for path, text in backend_literals():
        module, colon, reason = text.partition(": ")
        if colon and module in modules and re.fullmatch(r"[a-z0-9 ']+", reason):
            assert text in ERRORS, f"{path}: {text}"


def test_no_code_of_the_backend__is_stale() -> None:
    used = {text for _, text in backend_literals()}
    assert set(API_ERRORS) - used == set()


def test_no_message_key__is_stale() -> None:
    used = " ".join(text for _, text in backend_literals())
    for key in MESSAGES:
        # some keys are put together from a prefix and a word
        prefix, _, word = key.partition(".")
        assert key in used or (f"{prefix}." in used and word in used), key


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_error__says_what_happened_and_what_to_do(code: str) -> None:
    spec = ERRORS[code]
    assert re.fullmatch(r"[a-z]+: [a-z0-9 ']+", code)
    assert spec.status in {400, 401, 403, 404, 405, 409, 413, 421, 422, 500, 503}
    for sentence in (spec.message, spec.next_step):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_error__raised_with_another_status__is_a_mistake() -> None:
    with pytest.raises(ValueError, match="does not carry"):
        BadRequestError("escrow: unknown deal")
    with pytest.raises(KeyError):
        NotFoundError("escrow: never registered")
    assert NotFoundError("escrow: unknown deal").spec.status == 404


def test_every_status__has_one_class() -> None:
    kinds = AllmendeError.__subclasses__()
    statuses = [status for kind in kinds for status in kind.statuses]
    assert len(statuses) == len(set(statuses))
    assert {spec.status for spec in ERRORS.values()} <= set(statuses)


def test_registry__refuses_a_key_twice() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        merged({"a: b": ErrorSpec(400, "", "")}, {"a: b": MessageSpec("")})


def test_sentence__without_a_value_for_a_place__is_a_mistake() -> None:
    assert MessageSpec("{a} and {b}").params == {"a", "b"}
    with pytest.raises(KeyError):
        render(MessageSpec("{a} and {b}"), {"a": 1})


@pytest.mark.parametrize(("days", "said"), [(0, "0 days ago"), (1, "1 day ago"), (3, "3 days ago")])
def test_render__number_with_a_noun__agrees(days: int, said: str) -> None:
    assert render(MessageSpec("{days:day|days} ago"), {"days": days}) == said
    assert MessageSpec("{days:day|days} ago").params == {"days"}
