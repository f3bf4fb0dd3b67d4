"""Dates, sums and names look as people of the city write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from village_hub.web import formats

TWO = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "korean", "english"),
    [
        ("moment", TWO, "2026. 11. 22.(일) 오후 2시", "Sun 22 Nov 2026 2:00 pm"),
        ("short_moment", TWO + timedelta(minutes=30), "11. 22.(일) 오후 2시 30분", "Sun 22 Nov 2:30 pm"),
        ("time_of_day", 0, "오전 12시", "12:00 am"),
        ("time_of_day", 12 * 60, "오후 12시", "12:00 pm"),
        ("won", 36000, "36,000원", "₩36,000"),
        ("won", 0, "무료", "free"),
        ("duration", 150, "2시간 30분", "2 h 30 min"),
        ("duration", 0, "0분", "0 min"),
    ],
)
def test_a_value_in_both_languages(app: Flask, name: str, value: object, korean: str, english: str) -> None:
    for language, expected in (("ko", korean), ("en", english)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert getattr(formats, name)(value) == expected


def test_a_span_says_the_half_of_the_day_once(app: Flask) -> None:
    with app.test_request_context():
        assert formats.span(TWO, TWO + timedelta(hours=2)) == "11. 22.(일) 오후 2시 ~ 4시"
        assert formats.span(TWO - timedelta(hours=3), TWO) == "11. 22.(일) 오전 11시 ~ 오후 2시"
        assert formats.span(TWO, TWO + timedelta(days=1)) == "11. 22.(일) 오후 2시 ~ 11. 23.(월) 오후 2시"


@pytest.mark.parametrize(
    ("typed", "shown", "masked"),
    [
        ("01012345678", "010-1234-5678", "010-****-5678"),
        ("02 2199 8666", "02-2199-8666", "02-****-8666"),
        ("0315551234", "031-555-1234", "031-****-1234"),
    ],
)
def test_phone_numbers(typed: str, shown: str, masked: str) -> None:
    assert (formats.phone(typed), formats.masked_phone(typed)) == (shown, masked)


def test_names_are_masked_in_public() -> None:
    assert [formats.masked_name(name) for name in ("홍길동", "김구", "남궁민수", "")] == ["홍*동", "김*", "남**수", "*"]


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("복순", "이/가", "복순이"),
        ("철수", "이/가", "철수가"),
        ("서울", "으로/로", "서울로"),
        ("하남", "으로/로", "하남으로"),
        ("미사3", "은/는", "미사3은"),
    ],
)
def test_particles_follow_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert formats.josa(word, pair) == expected


def test_the_city_keeps_its_own_clock(app: Flask) -> None:
    with app.test_request_context():
        assert formats.local(TWO).hour == 14
        assert formats.to_utc(datetime.fromisoformat("2026-11-22T14:00")) == TWO
