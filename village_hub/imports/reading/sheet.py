from __future__ import annotations

import csv
import io
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from village_hub.imports.reading.encoding import FileRefused, spool
from village_hub.imports.reading.reasons import Code, Figures


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an upload may be before it is refused."""

    bytes: int = 50_000_000
    rows: int = 200_000
    cell: int = 10_000
    row: int = 100_000
    broken_rows: int = 1_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row and the physical line it starts on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A row whose cells cannot be told apart."""

    line: int
    start: str
    code: Code
    figures: Figures


class Sheet:
    """A table read row by row: its header's column names, then its records, once."""

    def __init__(self, text: TextIO, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        headers = {delimiter: self._first(delimiter) for delimiter in ",\t"}
        self._delimiter = max(headers, key=lambda delimiter: len(headers[delimiter]))
        self.header = tuple(column_name(cell) for cell in headers[self._delimiter])

    def records(self) -> Iterator[Record | BrokenRecord]:
        """Every row below the header comes once, in order; a line without any text is no row."""
        records = self._restart(self._delimiter)
        header_seen, rows, broken = False, 0, 0
        for record in records:
            if not header_seen:
                header_seen = True
                continue
            rows += 1
            broken += isinstance(record, BrokenRecord)
            if rows > self._limits.rows:
                raise FileRefused(Code.TOO_MANY_ROWS, {"limit": self._limits.rows})
            if broken > self._limits.broken_rows:
                raise FileRefused(Code.TOO_MANY_BROKEN_QUOTES, {"limit": self._limits.broken_rows})
            yield record

    def close(self) -> None:
        """The text set aside for reading is given up."""
        self._text.close()

    def _first(self, delimiter: str) -> tuple[str, ...]:
        record = next(self._restart(delimiter), None)
        if record is None:
            raise FileRefused(Code.EMPTY_FILE)
        return record.cells if isinstance(record, Record) else (record.start,)

    def _restart(self, delimiter: str) -> Iterator[Record | BrokenRecord]:
        self._text.seek(0)
        return _records(_Lines(self._text, self._limits.row), delimiter)


def open_sheet(stream: BinaryIO, limits: Limits) -> Sheet:
    """A byte stream is opened as a table, or refused with the reason."""
    upload = spool(stream, limits.bytes)
    upload.file.seek(0)
    text = io.TextIOWrapper(upload.file, encoding=upload.encoding, errors="strict", newline="")
    try:
        return Sheet(text, limits)
    except BaseException:
        text.close()
        raise


def column_name(cell: str) -> str:
    """A column name is compared without byte order mark, spaces and case, its letters composed."""
    return "".join(unicodedata.normalize("NFC", cell.replace("\ufeff", "")).split()).lower()


class _RowTooLong(Exception):
    pass


class _Lines:
    """Physical lines under their numbers; those after the first line of a broken row can be read again."""

    def __init__(self, text: TextIO, longest: int) -> None:
        self.number = 0
        self._text = text
        self.longest = longest
        self._row: list[str] = []
        self._again: deque[str] = deque()
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self._row.append(line)
        self._length += len(line)
        if self._length > self.longest:
            raise _RowTooLong
        return line

    def start_row(self) -> int:
        self._row, self._length = [], 0
        return self.number + 1

    def step_back(self) -> tuple[str, int]:
        first, *others = self._row
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first, len(others)

    def _read(self) -> str:
        line = rest = self._text.readline(self.longest + 1)
        while len(rest) > self.longest and not rest.endswith("\n"):
            rest = self._text.readline(self.longest + 1)
        return line


def _records(lines: _Lines, delimiter: str) -> Iterator[Record | BrokenRecord]:
    while True:
        line = lines.start_row()
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except (csv.Error, _RowTooLong) as error:
            start, others = lines.step_back()
            too_long = isinstance(error, _RowTooLong) and not others
            figures = {"limit": lines.longest} if too_long else {}
            yield BrokenRecord(line, start, Code.ROW_TOO_LONG if too_long else Code.BROKEN_QUOTES, figures)
        else:
            if len(cells) > 1 or any(cell.strip() for cell in cells):
                yield Record(line, tuple(cells))
