from __future__ import annotations

import hashlib
import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from village_hub.imports.reading.cells import MIDNIGHT, CellProblem
from village_hub.imports.reading.reasons import Code, Figures, Kind


@dataclass(frozen=True, slots=True)
class Note:
    """Something noted about one cell of a row that landed."""

    column: str
    code: Code
    figures: Figures


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when a place is open, in minutes since midnight, up to 1440."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(ABC):
    """One row of a standard file that was read in full."""

    kind: ClassVar[Kind]
    line: int = field(compare=False)
    notes: tuple[Note, ...]
    raw: tuple[tuple[str, str], ...] = field(repr=False)
    """The filled cells as they were written: column name and text, in the order of the standard."""

    @property
    @abstractmethod
    def identity(self) -> tuple[str, ...]:
        """What makes it the same row in the next file."""

    @property
    def content_hash(self) -> str:
        """Changes only with what the cells say: not with encoding, delimiter, column order or line."""
        text = json.dumps([self.kind, *self.raw], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @abstractmethod
    def contradictions(self) -> Iterator[tuple[str, CellProblem]]:
        """Cells that can be read one by one but not together, under the column to correct."""


def same_text(text: str) -> str:
    """Texts that differ only in spacing or in composed letters are the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_address(text: str) -> str:
    """Addresses are the same whatever their spacing."""
    return "".join(unicodedata.normalize("NFC", text).split())


def hours(opens: int | None, closes: int | None) -> Hours | None:
    """00:00 to 00:00 is closed; otherwise 00:00 as an end is midnight."""
    if opens is None or closes is None or opens == closes == 0:
        return None
    return Hours(opens, closes or MIDNIGHT)


def hours_reversed(column: str, opens: int | None, closes: int | None) -> Iterator[tuple[str, CellProblem]]:
    """Opening hours end after they begin, on the same day."""
    span = hours(opens, closes)
    if span and span.closes < span.opens:
        yield column, CellProblem(Code.END_BEFORE_START, {"start": clock(span.opens), "end": clock(span.closes)})


def half_located(latitude: float | None, longitude: float | None) -> Iterator[tuple[str, CellProblem]]:
    """A place has both coordinates or none."""
    if (latitude is None) != (longitude is None):
        yield "위도" if latitude is None else "경도", CellProblem(Code.HALF_COORDINATES)


def clock(minute: int | None) -> str:
    """Minutes since midnight as HH:MM."""
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"
