"""The words of the page: German against the registry, the page's two catalogues, and the code that speaks."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from backend.errors import ERRORS
from backend.messages import MESSAGES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "frontend" / "src"
WORDS = SOURCE / "words"
LANGUAGES = ("en", "de")

# sentences of several words that are the same in English and German
SAME: frozenset[str] = frozenset()
# keys that the code puts together from a family and a word: `act.${act}`
FAMILIES = (
    "demo.simulated.",
    "act.",
    "state.",
    "country.",
    "persona.",
    "deal.state.",
    "deal.actor.",
    "deal.todo.",
    "deal.you.",
    "deal.effect.",
    "fund.arbitrator.",
    "fund.asked.state.",
    "fund.asked.actor.",
    "fund.asked.effect.",
    "rate.score.",
)


def read(path: Path) -> dict[str, Any]:
    """The object of a JSON file; a key written twice is an error, where json alone would take the last."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{path}: {twice}"
        return dict(pairs)

    found: dict[str, Any] = json.loads(path.read_text("utf-8"), object_pairs_hook=once)
    return found


def registry_in_english() -> dict[str, str]:
    """The live registry flat: "code" and "code → next step", and message keys."""
    flat = {code: spec.message for code, spec in ERRORS.items()}
    flat |= {f"{code} → next step": spec.next_step for code, spec in ERRORS.items()}
    return flat | {key: spec.text for key, spec in MESSAGES.items()}


def registry_in_german() -> dict[str, str]:
    """`de/registry.json`, flat in the same way."""
    found = read(WORDS / "de" / "registry.json")
    assert set(found) == {"errors", "messages"}
    assert all(set(error) == {"message", "next_step"} for error in found["errors"].values())
    flat = {code: error["message"] for code, error in found["errors"].items()}
    flat |= {f"{code} → next step": error["next_step"] for code, error in found["errors"].items()}
    messages: dict[str, str] = found["messages"]
    return flat | messages


def page(language: str) -> dict[str, str]:
    """The page's own sentences in one language, from all its catalogues: key → sentence, flat."""
    found: dict[str, str] = {}
    for path in catalogues(language):
        part = read(path)
        assert all(isinstance(text, str) for text in part.values()), path
        assert not part.keys() & found.keys(), f"{path}: {part.keys() & found.keys()}"
        found |= part
    return found


def catalogues(language: str) -> list[Path]:
    """The page's own catalogues in one language, one a slice."""
    return sorted(path for path in (WORDS / language).glob("*.json") if path.name != "registry.json")


def nouns(text: str) -> dict[str, set[str]]:
    """Each place of a sentence with the nouns it carries: {"days": {"day|days"}}, empty for a bare place."""
    found: dict[str, set[str]] = {}
    for _, name, noun, conversion in Formatter().parse(text):
        if name is not None:
            assert re.fullmatch(r"\w+", name), f"a place without a plain name: {text}"
            assert conversion is None, f"a place with a conversion: {text}"
            found.setdefault(name, set()).update({noun} if noun else set())
    return found


def code() -> dict[Path, str]:
    """The modules of the page by path, without comments; tests and generated modules do not count."""
    comment = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
    return {
        path: comment.sub("", path.read_text("utf-8"))
        for path in sorted(SOURCE.rglob("*.ts*"))
        if ".test." not in path.name and "generated" not in path.parts and path.name != "schema.ts"
    }


PAIRS = {
    "registry": lambda: (registry_in_english(), registry_in_german()),
    "page": lambda: (page("en"), page("de")),
}


@pytest.fixture(params=sorted(PAIRS))
def pair(request: pytest.FixtureRequest) -> tuple[dict[str, str], dict[str, str]]:
    """English and German of one catalogue."""
    both: tuple[dict[str, str], dict[str, str]] = PAIRS[request.param]()
    return both


Pair = tuple[dict[str, str], dict[str, str]]


def test_german__has_every_key_of_english_and_no_other(pair: Pair) -> None:
    english, german = pair
    assert sorted(set(english) - set(german)) == []
    assert sorted(set(german) - set(english)) == []


def test_no_sentence__is_empty(pair: Pair) -> None:
    for words in pair:
        assert [key for key, text in words.items() if not text.strip()] == []


def test_sentence__has_the_same_places_in_both_languages(pair: Pair) -> None:
    english, german = pair
    for key in english.keys() & german.keys():
        assert set(nouns(german[key])) == set(nouns(english[key])), key


def test_place_with_a_noun__has_it_in_both_languages_for_one_and_for_many(pair: Pair) -> None:
    english, german = pair
    for key in english.keys() & german.keys():
        for text in (english[key], german[key]):
            for forms in (form for found in nouns(text).values() for form in found):
                one, bar, many = forms.partition("|")
                assert one.strip(), f"{key}: {forms}"
                assert bar, f"{key}: {forms}"
                assert many.strip(), f"{key}: {forms}"
                assert "|" not in many, f"{key}: {forms}"
        carried = {place for place, forms in nouns(english[key]).items() if forms}
        assert carried <= {place for place, forms in nouns(german[key]).items() if forms}, key


def test_german__says_it_in_german(pair: Pair) -> None:
    english, german = pair
    for key in english.keys() & german.keys() - SAME:
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\{[^{}]*\}", "", english[key]))
        if len(words) > 1:  # "Name", "Budget" and "Wallet" are the same in both
            assert german[key] != english[key], key


def test_german__addresses_the_member_as_du(pair: Pair) -> None:
    formal = re.compile(r"(?<![.:!?…] )(?<!^)\b(Sie|Ihnen|Ihr|Ihre[nmrs]?)\b")
    assert {key: text for key, text in pair[1].items() if formal.search(text)} == {}


def test_german_errors__are_sentences() -> None:
    for text in (text for key, text in registry_in_german().items() if ": " in key):
        assert text[0].isupper(), text
        assert text.endswith("."), text


def test_page__has_the_same_catalogues_with_the_same_keys() -> None:
    english, german = (
        {path.name: set(read(path)) for path in catalogues(language)} for language in LANGUAGES
    )
    assert english
    assert english == german


@pytest.mark.parametrize("language", LANGUAGES)
def test_page__takes_no_key_of_the_registry(language: str) -> None:
    assert page(language).keys() & (ERRORS.keys() | MESSAGES.keys()) == set()


def problems(module: str, texts: Iterable[str]) -> set[str]:
    """The words that `speak.ts` looks up for the codes of a module: "page: no gas" has `problem.no_gas`."""
    reasons = re.findall(rf"""["'`]{module}: ([a-z0-9 ]+)["'`]""", "\n".join(texts))
    prefix = "problem." if module == "page" else f"problem.{module}_"
    return {f"{prefix}{reason.replace(' ', '_')}{end}" for reason in reasons for end in ("", ".next")}


def problems_of_the_demo() -> set[str]:
    """What the tools of a demo may answer; they are no part of the registry."""
    texts = [path.read_text("utf-8") for path in (ROOT / "scripts").rglob("*.py")]
    return problems("demo", texts) | problems("cli", texts)


def test_page__every_key_is_said_somewhere() -> None:
    text = "\n".join(code().values())
    families = tuple(family for family in FAMILIES if re.search(rf"""["'`]{re.escape(family)}""", text))
    unsaid = [
        key
        for key in page("en").keys() - problems("page", code().values()) - problems_of_the_demo()
        if not key.startswith(families) and not re.search(rf"""["'`]{re.escape(key)}["'`]""", text)
    ]
    assert sorted(unsaid) == []


def test_page__has_words_for_every_problem_of_its_own() -> None:
    assert problems("page", code().values()) - page("en").keys() == set()


def test_page__names_no_error_code_that_is_missing() -> None:
    modules = "|".join({code.partition(":")[0] for code in ERRORS})
    for path, text in code().items():
        named = re.findall(rf"""["'`]((?:{modules}): [a-z0-9' ]+)["`']""", text)
        assert set(named) - ERRORS.keys() == set(), path


def test_page__says_no_key_that_is_missing() -> None:
    known = page("en").keys() | ERRORS.keys() | MESSAGES.keys()
    missing = {
        (path.relative_to(SOURCE).as_posix(), key)
        for path, text in code().items()
        for _, key in re.findall(r"""\bsay\(\s*(["'])(.+?)\1""", text)
        if key not in known
    }
    assert missing == set()
