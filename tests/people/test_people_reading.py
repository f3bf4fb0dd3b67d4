"""However people write their numbers, one spelling is kept."""

from __future__ import annotations

import pytest

from tests.factories import people as _settles_the_secret  # noqa: F401
from village_hub.people.reading import card_number, email_address, person_name, phone_number, sign_in_column


@pytest.mark.parametrize(
    "written",
    [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "(010) 1234-5678",
        "０１０－１２３４－５６７８",
        "+82 10-1234-5678",
        "+82 (0)10 1234 5678",
        "82-10-1234-5678",
        "  010~1234~5678 ",
    ],
)
def test_a_phone_number_is_one_number_in_any_spelling(written: str) -> None:
    assert phone_number(written) == "01012345678"


@pytest.mark.parametrize(("written", "number"), [("02-123-4567", "021234567"), ("+1 202 555 0147", "+12025550147")])
def test_landlines_and_foreign_numbers_are_phone_numbers_too(written: str, number: str) -> None:
    assert phone_number(written) == number


@pytest.mark.parametrize("written", ["", "1234", "A-0101", "010-12", "010123456789012", "bok@village.kr", "1234-5678"])
def test_other_texts_are_no_phone_numbers(written: str) -> None:
    assert phone_number(written) is None


@pytest.mark.parametrize("written", ["Bok@Village.kr", " bok@village.kr ", "ＢＯＫ@village.kr"])
def test_an_email_address_is_one_address_in_any_case(written: str) -> None:
    assert email_address(written) == "bok@village.kr"


@pytest.mark.parametrize(
    "written", ["bok", "bok@", "@village.kr", "bok@village", "b ok@village.kr", "a@b@c.kr", "x" * 260]
)
def test_other_texts_are_no_email_addresses(written: str) -> None:
    assert email_address(written) is None


def test_one_field_tells_email_phone_and_card_apart() -> None:
    assert sign_in_column("Bok@village.kr") == ("email", "bok@village.kr")
    assert sign_in_column("010-1234-5678")[0] == "phone_hash"
    assert sign_in_column("hanam 00123") == ("card_number", "HANAM00123")


def test_cards_and_names_are_kept_in_one_spelling() -> None:
    assert card_number(" hn 0012-a ") == "HN0012-A"
    assert person_name("  김  복순 ") == "김 복순"
