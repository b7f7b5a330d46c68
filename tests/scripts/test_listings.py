"""The import's pure core: good rows go in, bad ones are named with line and reason, nothing is made twice."""

import hashlib
from pathlib import Path

import pytest

from backend.booking.schemas import Description
from backend.kit.canonical_json import canonical_json
from scripts import _listings
from scripts._errors import CommandError
from scripts._listings import BadRow, Listing

HEADER = ",".join(_listings.COLUMNS)
GOOD = "62.33,Simmering,Entire rental unit,Entire home/apt,2,1,1.5,3,48.16854,16.41556"
VIENNA = Path(__file__).parents[2] / "data" / "vienna-listings.csv"


def parsed(*rows: str) -> list[Listing | BadRow]:
    return list(_listings.parse("\n".join([HEADER, *rows]).encode("utf-8", errors="surrogateescape")))


def the_listing(*rows: str) -> Listing:
    (listing,) = parsed(*rows)
    assert isinstance(listing, Listing)
    return listing


def test_parse__of_a_good_row__gives_a_valid_coarse_description() -> None:
    document = the_listing(GOOD).document
    assert Description.model_validate(dict(document)).title == "Entire rental unit in Simmering"
    assert document["price"] == {"amount": 6_233, "currency": "EUR-cent", "per": "day"}
    assert document["criteria"] == {
        "accommodates": 2,
        "bedrooms": 1,
        "bathrooms": 1,
        "room_type": "Entire home/apt",
    }
    assert "Inside Airbnb" in document["text"]
    assert "48.16" not in str(document)


def test_parse__digest__is_that_of_the_documents_canonical_bytes() -> None:
    listing = the_listing(GOOD)
    assert _listings.document_bytes(listing.document) == canonical_json(dict(listing.document))
    assert listing.announcement.digest == hashlib.sha256(canonical_json(dict(listing.document))).digest()


def test_parse__twice__gives_the_same_announcements_and_equal_rows_distinct_ones() -> None:
    first, second = parsed(GOOD, GOOD), parsed(GOOD, GOOD)
    assert first == second
    salts = {item.announcement.salt for item in first if isinstance(item, Listing)}
    assert len(salts) == 2


def test_parse__with_a_bad_row_before_it__leaves_the_salt_of_a_good_row_as_it_was() -> None:
    kept = parsed("broken", GOOD)[1]
    assert kept == parsed(GOOD, GOOD)[1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD.replace("62.33", "nan"), "price"),
        (GOOD.replace("62.33", "-1"), "price"),
        (GOOD.replace("62.33", "62.333"), "price"),
        (GOOD.replace("62.33", "1e3"), "price"),
        (GOOD.replace("62.33", ""), "price"),
        (GOOD.replace("48.16854", "91"), "latitude"),
        (GOOD.replace("48.16854", "inf"), "latitude"),
        (GOOD.replace("16.41556", "-180.01"), "longitude"),
        (GOOD.replace(",2,1,", ",0,1,"), "accommodates"),
        (GOOD.replace(",2,1,", ",two,1,"), "accommodates"),
        (GOOD.replace(",1.5,", ",,"), "bathrooms"),
        (GOOD.replace("Simmering", ""), "neighbourhoods"),
        (GOOD.replace("Simmering", "S" * 59), "neighbourhoods"),
        (GOOD.replace("Simmering", "Sim\x07mering"), "neighbourhoods"),
        (GOOD.replace("Simmering", "Sim\udcffmering"), "not UTF-8"),
        (GOOD + ",more", "11 cells where the header has 10"),
        ("62.33", "1 cells where the header has 10"),
        (GOOD.replace("Simmering", '"Simmering'), "not CSV"),
    ],
)
def test_parse__of_a_malformed_row__names_line_and_reason_and_takes_the_rest(row: str, reason: str) -> None:
    before, bad, after = parsed(GOOD, row, GOOD)
    assert isinstance(before, Listing)
    assert isinstance(after, Listing)
    assert isinstance(bad, BadRow)
    assert bad.line == 3
    assert reason in bad.reason


def test_parse__of_quotes_blank_lines_and_windows_line_ends__reads_what_is_meant() -> None:
    quoted = GOOD.replace("Simmering", '"Simmering, south"') + "\r"
    assert the_listing("", quoted, "  ").document["title"].endswith("in Simmering, south")


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2", HEADER.replace("price", "Price").encode(), b'"'])
def test_parse__of_something_else__is_refused(data: bytes) -> None:
    with pytest.raises(CommandError, match="not a listings file"):
        list(_listings.parse(data))


def test_parse__of_the_vienna_file__takes_every_row() -> None:
    listings = list(_listings.parse(VIENNA.read_bytes()))
    assert len(listings) == 7_074
    assert all(isinstance(item, Listing) for item in listings)
    assert len({item.announcement.salt for item in listings if isinstance(item, Listing)}) == 7_074
