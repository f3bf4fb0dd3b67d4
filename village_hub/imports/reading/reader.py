from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from village_hub.imports.reading.cells import Cell, CellProblem, clip
from village_hub.imports.reading.courses import CourseRow
from village_hub.imports.reading.districts import DistrictRow
from village_hub.imports.reading.facilities import FacilityRow
from village_hub.imports.reading.libraries import LibraryRow
from village_hub.imports.reading.problems import RowProblem
from village_hub.imports.reading.reasons import Code, Kind
from village_hub.imports.reading.rows import Note, Row
from village_hub.imports.reading.sheet import DEFAULT_LIMITS, BrokenRecord, Limits, Record, Sheet, open_sheet
from village_hub.imports.reading.standards import STANDARDS, Column, Need, Standard, recognise

AnyRow = CourseRow | FacilityRow | LibraryRow | DistrictRow
_ROWS: Mapping[Kind, type[AnyRow]] = {row.kind: row for row in (CourseRow, FacilityRow, LibraryRow, DistrictRow)}


def read(
    stream: BinaryIO, standard: Kind | None = None, limits: Limits = DEFAULT_LIMITS
) -> Iterator[AnyRow | RowProblem]:
    """Every row lands or is listed with all its problems; a file that cannot be read is refused at once."""
    sheet = open_sheet(stream, limits)
    try:
        found = recognise(sheet.header, standard)
    except BaseException:
        sheet.close()
        raise
    return _read(sheet, found, limits)


def read_row(kind: Kind, cells: Mapping[str, str], line: int = 0) -> AnyRow | list[RowProblem]:
    """One row is made from texts by column name, by the same rules as a row of a file."""
    standard = STANDARDS[kind]
    return _row(
        standard, {column: cells.get(column.name, "") for column in standard.columns}, line, DEFAULT_LIMITS.cell
    )


def _read(sheet: Sheet, standard: Standard, limits: Limits) -> Iterator[AnyRow | RowProblem]:
    places = standard.placed(sheet.header)
    first_lines: dict[bytes, int] = {}
    try:
        for record in sheet.records():
            row = _taken(record, standard, places, len(sheet.header), limits)
            if isinstance(row, list):
                yield from row
            elif (first := first_lines.setdefault(_digest(row), row.line)) != row.line:
                yield RowProblem(row.line, "", clip(row.raw[0][1]), Code.REPEATED_ROW, {"first_line": first})
            else:
                yield row
    finally:
        sheet.close()


def _taken(
    record: Record | BrokenRecord, standard: Standard, places: Mapping[Column, int], width: int, limits: Limits
) -> AnyRow | list[RowProblem]:
    if isinstance(record, BrokenRecord):
        return [RowProblem(record.line, "", clip(record.start), record.code, record.figures)]
    cells, line = record.cells, record.line
    if not any(cell.strip() for cell in cells):
        return [RowProblem(line, "", "", Code.EMPTY_ROW, {})]
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        figures = {"expected": width, "found": len(cells)}
        return [RowProblem(line, "", clip(",".join(cells)), Code.WRONG_CELL_COUNT, figures)]
    return _row(standard, {column: cells[place] for column, place in places.items()}, line, limits.cell)


def _row(standard: Standard, cells: Mapping[Column, str], line: int, longest: int) -> AnyRow | list[RowProblem]:
    values: dict[str, Any] = {}
    notes: list[Note] = []
    problems: list[RowProblem] = []
    for column in standard.columns:
        raw = cells.get(column, "")
        try:
            read = _cell(column, raw, longest)
        except CellProblem as problem:
            problems.append(RowProblem(line, column.name, clip(raw), problem.code, problem.figures))
        else:
            values[column.field] = read.value
            if read.remark:
                notes.append(Note(column.name, read.remark.code, read.remark.figures))
    if problems:
        return problems
    filled = tuple((column.name, cells[column]) for column in standard.columns if cells.get(column))
    row = _ROWS[standard.kind](line=line, notes=tuple(notes), raw=filled, **values)
    written = dict(filled)
    return [
        RowProblem(line, name, clip(written.get(name, "")), problem.code, problem.figures)
        for name, problem in row.contradictions()
    ] or row


def _cell(column: Column, raw: str, longest: int) -> Cell[object]:
    if len(raw) > longest:
        raise CellProblem(Code.CELL_TOO_LONG, {"limit": longest})
    read = column.parse(raw)
    if column.need is Need.VALUE and read.value in (None, ""):
        raise CellProblem(Code.MISSING_VALUE)
    return read


def _digest(row: Row) -> bytes:
    return hashlib.sha256("\0".join(row.identity).encode("utf-8", "surrogatepass")).digest()
