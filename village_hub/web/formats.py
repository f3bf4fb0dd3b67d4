"""How moments, sums, phone numbers and names look, in Korean and in English."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from village_hub.web.hub import hub

KOREAN_DAYS = "월화수목금토일"
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def zone() -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(hub().settings.time_zone)


def local(moment: datetime) -> datetime:
    """The moment on the city's clock."""
    return moment.astimezone(zone())


def to_utc(naive: datetime) -> datetime:
    """A moment typed by the city's clock, in UTC."""
    return naive.replace(tzinfo=zone()).astimezone(UTC)


def weekday(number: int) -> str:
    """The short name of a weekday, 0 = Monday."""
    return KOREAN_DAYS[number] if _korean() else ENGLISH_DAYS[number]


def day(moment: datetime | date) -> str:
    """`11. 22.(일)` or `Sun 22 Nov`."""
    there = _there(moment)
    if _korean():
        return f"{there.month}. {there.day}.({weekday(there.weekday())})"
    return f"{weekday(there.weekday())} {there.day} {there:%b}"


def full_day(moment: datetime | date) -> str:
    """`2026. 11. 22.(일)` or `Sun 22 Nov 2026`."""
    there = _there(moment)
    return f"{there.year}. {day(moment)}" if _korean() else f"{day(moment)} {there.year}"


def time_of_day(moment: datetime | int) -> str:
    """`오후 2시`, `오전 10시 30분` or `2:00 pm`; a number is minutes since midnight."""
    if isinstance(moment, int):
        hour, minute = divmod(moment, 60)
    else:
        hour, minute = local(moment).hour, local(moment).minute
    if not _korean():
        return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour % 24 < 12 else 'pm'}"
    half = "오전" if hour % 24 < 12 else "오후"
    return f"{half} {(hour - 1) % 12 + 1}시" + (f" {minute}분" if minute else "")


def moment(value: datetime) -> str:
    """`2026. 11. 22.(일) 오후 2시`."""
    return f"{full_day(value)} {time_of_day(value)}"


def short_moment(value: datetime) -> str:
    """`11. 22.(일) 오후 2시`."""
    return f"{day(value)} {time_of_day(value)}"


def span(start: datetime, end: datetime) -> str:
    """`11. 22.(일) 오후 2시 ~ 4시`; both days where they differ."""
    if local(start).date() != local(end).date():
        return f"{short_moment(start)} ~ {short_moment(end)}"
    last = time_of_day(end)
    if _korean() and last.split(" ")[0] == time_of_day(start).split(" ")[0]:
        last = last.split(" ", 1)[1]
    return f"{short_moment(start)} ~ {last}"


def time_tag(value: datetime, words: str | None = None) -> Markup:
    """The moment as a `<time>` element that software reads exactly."""
    return Markup('<time datetime="{}">{}</time>').format(local(value).isoformat(), words or short_moment(value))


def won(amount: int) -> str:
    """`36,000원`, `무료`, `₩36,000`, `free`."""
    if amount == 0:
        return "무료" if _korean() else "free"
    return f"{amount:,}원" if _korean() else f"₩{amount:,}"


def phone(number: str) -> str:
    """`010-1234-5678` from any spelling."""
    digits = re.sub(r"\D", "", number)
    if digits.startswith("02"):
        return "-".join(filter(None, ("02", digits[2:-4], digits[-4:])))
    return "-".join((digits[:3], digits[3:-4], digits[-4:])) if len(digits) > 8 else number


def masked_phone(number: str) -> str:
    """`010-****-5678`."""
    parts = phone(number).split("-")
    return "-".join([parts[0], "****", parts[-1]]) if len(parts) == 3 else "****"


def masked_name(name: str) -> str:
    """`홍*동`, `김*`: how a name stands in public."""
    if len(name) < 2:
        return "*"
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


def josa(word: str, pair: str) -> str:
    """The word with the particle that its last sound asks for: `josa("복순", "이/가")` is `복순이`."""
    after_consonant, after_vowel = pair.split("/")
    last = word.strip()[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        is_consonant = final not in (0, 8) if after_consonant == "으로" else final != 0
    else:
        is_consonant = last in "013678lmnrLMNR"
    return word + (after_consonant if is_consonant else after_vowel)


def duration(minutes: int) -> str:
    """`2시간 30분` or `2 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    units = ("시간", "분") if _korean() else (" h", " min")
    return " ".join(f"{n}{unit}" for n, unit in zip((hours, rest), units, strict=True) if n) or f"0{units[1]}"


def init_app(app: Flask) -> None:
    """Make every format a template filter of the same name."""
    dates = (day, full_day, time_of_day, moment, short_moment, span, time_tag, duration, weekday, local)
    words = (won, phone, masked_phone, masked_name, josa)
    app.jinja_env.filters.update({each.__name__: each for each in (*dates, *words)})
    app.jinja_env.globals.update(josa=josa, weekday=weekday)


def _korean() -> bool:
    return str(get_locale()).startswith("ko")


def _there(value: datetime | date) -> date:
    return local(value).date() if isinstance(value, datetime) else value
