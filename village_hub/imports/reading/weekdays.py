from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from village_hub.imports.reading.cells import BLANKS, Cell, CellProblem, Remark, clip
from village_hub.imports.reading.reasons import Code

DAYS = "월화수목금토일"
_GROUPS = {"매일": range(7), "평일": range(5), "주중": range(5), "주말": range(5, 7)}
_HOLIDAYS = re.compile(r"(?:법정|국가지정|관공서|국가)?공휴일")
_NO_REST = re.compile(r"연중\s*무휴(?:일)?|무휴|휴무\s*없음|없음|-")
_MONTHLY = re.compile(r"매월|매달|격주|첫째|둘째|셋째|넷째|다섯째|마지막|[0-9]\s*째?\s*주")
_BREAKS = re.compile(r"[+·ㆍ‧・,，、/&]")
_DAY = rf"[{DAYS}](?:요일)?"
_RANGE = re.compile(rf"({_DAY})\s*[~∼〜～–-]\s*({_DAY})")
_RUN = re.compile(rf"(?:{_DAY})+")


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday = 0, and whether public holidays are among them."""

    days: tuple[int, ...] = ()
    holidays: bool = False

    def __str__(self) -> str:
        return "+".join([*(DAYS[day] for day in self.days), *(["공휴일"] if self.holidays else [])])


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """Days a place is closed every week, and other rules in the words of the file."""

    weekly: Weekdays = Weekdays()
    other: tuple[str, ...] = ()


def weekdays(raw: str) -> Cell[Weekdays]:
    """Days of the week in any usual spelling; a slip of one letter is repaired and noted."""
    days: set[int] = set()
    holidays, remark = False, None
    for token in _tokens(raw):
        if _HOLIDAYS.fullmatch(token):
            holidays = True
            continue
        read = _days(token)
        if read is None and (meant := _meant(token)) is not None:
            read = (meant,)
            remark = Remark(Code.WEEKDAY_REPAIRED, {"value": clip(token), "repaired": f"{DAYS[meant]}요일"})
        if read is None:
            raise CellProblem(Code.BAD_WEEKDAY, {"value": clip(raw)})
        days.update(read)
    return Cell(Weekdays(tuple(sorted(days)), holidays), remark)


def closing_days(raw: str) -> Cell[ClosingDays]:
    """Weekly closing days are read; any other rule, such as the last Monday of the month, is kept in its words."""
    days: set[int] = set()
    holidays, other = False, []
    for part in raw.split("+"):
        tokens = [part.strip()] if _MONTHLY.search(part) else [token.strip() for token in _BREAKS.split(part)]
        for token in filter(None, tokens):
            read = _days(re.sub(r"\s+", "", token).removeprefix("매주"))
            if read is not None:
                days.update(read)
            elif _HOLIDAYS.fullmatch(token):
                holidays = True
            elif not _NO_REST.fullmatch(token):
                other.append(token)
    return Cell(ClosingDays(Weekdays(tuple(sorted(days)), holidays), tuple(other)))


def _tokens(raw: str) -> list[str]:
    plain = re.sub(r"\s*([~∼〜～–-])\s*", r"\1", unicodedata.normalize("NFC", raw).strip())
    if plain in BLANKS:
        return []
    return [
        token.removeprefix("매주") for token in _BREAKS.split(re.sub(r"\s+", "+", plain)) if token not in ("", "매주")
    ]


def _days(token: str) -> tuple[int, ...] | None:
    if token in _GROUPS:
        return tuple(_GROUPS[token])
    if found := _RANGE.fullmatch(token):
        first, last = DAYS.index(found[1][0]), DAYS.index(found[2][0])
        return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))
    run = [DAYS.index(day[0]) for day in re.findall(_DAY, token)] if _RUN.fullmatch(token) else []
    return tuple(run) if run and len(set(run)) == len(run) else None


def _meant(token: str) -> int | None:
    """The one day whose name differs from the token by one letter (jamo), None where there is none or a choice."""
    near = [day for day in range(7) if _one_letter_apart(_letters(token), _letters(f"{DAYS[day]}요일"))]
    return near[0] if len(near) == 1 else None


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _one_letter_apart(a: str, b: str) -> bool:
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest, other = a[start:], b[start:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
