from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from village_hub.imports.reading.reasons import Code, Figures

T_co = TypeVar("T_co", covariant=True)

OPEN_END_FROM = date(2099, 12, 31)
LARGEST_NUMBER = 2_000_000_000
MIDNIGHT = 24 * 60
LATITUDES = (33.0, 39.0)
LONGITUDES = (124.0, 132.0)
BLANKS = frozenset({"", "-", "없음", "해당없음", "해당 없음", "null", "NULL"})

_SHOWN = 200
_YES = frozenset({"Y", "YES", "예", "O"})
_NO = frozenset({"N", "NO", "아니오", "X"})
_DATE = re.compile(r"([0-9]{4})\s*[-./]\s*([0-9]{1,2})\s*[-./]\s*([0-9]{1,2})\.?(?:\s+00:00(?::00)?)?")
_DATE_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
_NUMBER = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?\s*(?:명|원|석|권|일|㎡|m2|시간)?")
_VALUE_BREAKS = re.compile(r"[+·ㆍ‧・,，、]")
_NAME_BREAKS = re.compile(r"[+·ㆍ‧・,，、/]")
_OTHERS = re.compile(r"(?:^|\s)외(?:\s*([0-9]{1,4})\s*[명인])?$")
_PHONE = re.compile(
    r"(?<![0-9])(?:"
    r"(02|0[3-6][1-5]|01[016789]|0[5-8]0[0-9]?)[\s)\-.]*([0-9]{3,4})[\s\-.]*([0-9]{4})"
    r"|(1[568][0-9]{2})[\s\-.]*([0-9]{4})"
    r"|(?<![0-9]-)(1[0-9]{2})(?!-[0-9]))(?![0-9])"
)
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_HOST = re.compile(r"[^\s:@<>\"']+(?::[0-9]{1,5})?")


class CellProblem(Exception):
    """A cell that cannot be read, with the code of the reason and the figures to tell it."""

    def __init__(self, code: Code, figures: Figures | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.figures: Figures = figures or {}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something noted about a cell that was read all the same."""

    code: Code
    figures: Figures


@dataclass(frozen=True, slots=True)
class Cell(Generic[T_co]):
    """A value read from a cell, with what was noted on the way."""

    value: T_co
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in the usual grouping, beside the text it was read from."""

    number: str
    raw: str


@dataclass(frozen=True, slots=True)
class Names:
    """People named in a cell; `others` counts those who are not, None where they are not counted."""

    names: tuple[str, ...] = ()
    others: int | None = 0


def clip(text: str) -> str:
    """A value is shown in a message up to 200 characters."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def text(raw: str) -> Cell[str]:
    """Text is taken without the space around it."""
    return Cell(raw.strip())


def day(raw: str) -> Cell[date | None]:
    """A date is YYYY-MM-DD, YYYY.MM.DD, YYYY/MM/DD or YYYYMMDD, from 1900 on."""
    plain = _plain(raw)
    if plain in BLANKS:
        return Cell(None)
    found = _DATE.fullmatch(plain) or _DATE_DIGITS.fullmatch(plain)
    try:
        value = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        value = None
    if value is None or value.year < 1900:
        raise CellProblem(Code.BAD_DATE, {"value": clip(raw)})
    return Cell(value)


def end_day(raw: str) -> Cell[date | None]:
    """An end from 2099-12-31 on, such as 9999-12-31, means that there is none."""
    read = day(raw)
    if read.value is not None and read.value >= OPEN_END_FROM:
        return Cell(None, Remark(Code.OPEN_END, {"value": clip(raw)}))
    return read


def minute(raw: str) -> Cell[int | None]:
    """A time HH:MM is the minutes since midnight, up to 24:00 = 1440."""
    plain = _plain(raw)
    if plain in BLANKS:
        return Cell(None)
    found = _TIME.fullmatch(plain)
    hours, minutes = (int(found[1]), int(found[2])) if found else (99, 99)
    if minutes > 59 or hours * 60 + minutes > MIDNIGHT:
        raise CellProblem(Code.BAD_TIME, {"value": clip(raw)})
    return Cell(hours * 60 + minutes)


def number(raw: str) -> Cell[int | None]:
    """A whole number from 0, with or without thousands separators and unit."""
    read = decimal(raw).value
    if read is None:
        return Cell(None)
    if read != int(read):
        raise CellProblem(Code.BAD_NUMBER, {"value": clip(raw)})
    return Cell(int(read))


def decimal(raw: str) -> Cell[Decimal | None]:
    """A number from 0 to two thousand million, exactly as written."""
    plain = _plain(raw)
    if plain in BLANKS:
        return Cell(None)
    found = _NUMBER.fullmatch(plain)
    if not found:
        raise CellProblem(Code.BAD_NUMBER, {"value": clip(raw)})
    value = Decimal(found[1].replace(",", "") + (found[2] or ""))
    if value > LARGEST_NUMBER:
        raise CellProblem(Code.NUMBER_TOO_LARGE, {"value": clip(raw), "limit": LARGEST_NUMBER})
    return Cell(value)


def capacity(raw: str) -> Cell[int | None]:
    """A capacity of 0 means that there is no limit."""
    read = number(raw)
    return Cell(None, Remark(Code.UNLIMITED, {})) if read.value == 0 else read


def money(raw: str) -> Cell[int | None]:
    """An amount is in whole won; 무료 is 0."""
    return Cell(0) if _plain(raw) == "무료" else number(_plain(raw).removeprefix("₩"))


def yes_no(raw: str) -> Cell[bool | None]:
    """Y or N, in either case."""
    plain = _plain(raw).upper()
    if plain in _YES or plain in _NO:
        return Cell(plain in _YES)
    if plain in BLANKS:
        return Cell(None)
    raise CellProblem(Code.BAD_YES_NO, {"value": clip(raw)})


def phone(raw: str) -> Cell[Phone | None]:
    """The first phone number in the cell is grouped as usual in Korea; the whole text is kept beside it."""
    plain = _plain(raw)
    if plain in BLANKS:
        return Cell(None)
    found = _PHONE.search(plain)
    if not found:
        raise CellProblem(Code.BAD_PHONE, {"value": clip(raw)})
    return Cell(Phone("-".join(part for part in found.groups() if part), raw.strip()))


def web_address(raw: str) -> Cell[str | None]:
    """A web address is http or https; one without a scheme is taken as http."""
    plain = raw.strip()
    if plain in BLANKS:
        return Cell(None)
    scheme = _SCHEME.match(plain)
    rest = plain[scheme.end() :] if scheme else plain
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    if "." not in host.strip(".") or not _HOST.fullmatch(host) or re.search(r"[\s<>\"]", rest):
        raise CellProblem(Code.BAD_WEB_ADDRESS, {"value": clip(raw)})
    return Cell(f"{scheme[1].lower() if scheme else 'http'}://{rest}")


def values(raw: str) -> Cell[tuple[str, ...]]:
    """Several values stand in one cell, joined by +, a middle dot or a comma; each counts once."""
    return Cell(_parts(_VALUE_BREAKS, raw))


def names(raw: str) -> Cell[Names]:
    """Names are listed like values; 외 4명 at the end counts those who are not named."""
    named = raw.strip()
    others: int | None = 0
    found = _OTHERS.search(named)
    if found:
        named, others = named[: found.start()], int(found[1]) if found[1] else None
    return Cell(Names(_parts(_NAME_BREAKS, named), others))


def latitude(raw: str) -> Cell[float | None]:
    """A latitude lies between 33 and 39 degrees; one that is a longitude of Korea was swapped."""
    return Cell(_degrees(raw, LATITUDES, LONGITUDES))


def longitude(raw: str) -> Cell[float | None]:
    """A longitude lies between 124 and 132 degrees; one that is a latitude of Korea was swapped."""
    return Cell(_degrees(raw, LONGITUDES, LATITUDES))


def district_code(raw: str) -> Cell[str]:
    """The code of an administrative dong has ten digits."""
    return Cell(_code(raw, 10))


def municipality_code(raw: str) -> Cell[str]:
    """The code of a municipality has five digits."""
    return Cell(_code(raw, 5))


def _plain(raw: str) -> str:
    return unicodedata.normalize("NFKC", raw).strip()


def _parts(breaks: re.Pattern[str], raw: str) -> tuple[str, ...]:
    parts = (part.strip() for part in breaks.split(raw))
    return tuple(dict.fromkeys(part for part in parts if part not in BLANKS))


def _degrees(raw: str, range_: tuple[float, float], swapped: tuple[float, float]) -> float | None:
    read = decimal(raw).value
    if read is None:
        return None
    value = float(read)
    if range_[0] <= value <= range_[1]:
        return value
    if swapped[0] <= value <= swapped[1]:
        raise CellProblem(Code.SWAPPED_COORDINATES, {"value": clip(raw)})
    raise CellProblem(Code.OUTSIDE_KOREA, {"value": clip(raw)})


def _code(raw: str, digits: int) -> str:
    plain = _plain(raw)
    if not re.fullmatch(rf"[0-9]{{{digits}}}", plain):
        raise CellProblem(Code.BAD_DISTRICT_CODE, {"value": clip(raw), "digits": digits})
    return plain
