from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from village_hub.imports.reading.courses import CourseRow
from village_hub.imports.reading.standards import COURSES

_NAMES = tuple(column.name for column in COURSES.columns)
_OPTIONAL = ("제공기관코드", "제공기관명")


@dataclass(frozen=True, slots=True)
class Unmappable:
    """A character that an encoding does not have, in the n-th row written."""

    row: int
    column: str
    character: str


class UnmappableCharacters(Exception):
    """Nothing was written, because these characters would be lost."""

    def __init__(self, found: tuple[Unmappable, ...]) -> None:
        super().__init__(found)
        self.found = found


def write_courses(
    rows: Iterable[CourseRow], stream: BinaryIO, encoding: Literal["utf-8-sig", "cp949"] = "utf-8-sig"
) -> None:
    """Courses are written as the standard has them, cell by cell as they were read; 27 columns where one is merged."""
    cells = [dict(row.raw) for row in rows]
    merged = any(name in row for row in cells for name in _OPTIONAL)
    names = _NAMES if merged else tuple(name for name in _NAMES if name not in _OPTIONAL)
    if found := tuple(_unmappable(cells, encoding)):
        raise UnmappableCharacters(found)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in names] for row in cells)
    finally:
        text.detach()


def _unmappable(rows: list[dict[str, str]], encoding: str) -> Iterator[Unmappable]:
    for number, row in enumerate(rows, start=1):
        for column, text in row.items():
            yield from (Unmappable(number, column, character) for character in _lost(text, encoding))


def _lost(text: str, encoding: str) -> list[str]:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return [character for character in dict.fromkeys(text) if not _has(encoding, character)]
    return []


def _has(encoding: str, character: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False
