from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from village_hub.imports.reading.reasons import Code, Figures, explain

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was not taken: its line, the column to correct (empty for the whole row) and what stands there."""

    line: int
    column: str
    value: str
    code: Code
    figures: Figures


def problems_csv(
    problems: Iterable[RowProblem], translate_ko: Callable[[str], str], translate_en: Callable[[str], str]
) -> Iterator[bytes]:
    """The list of problems as CSV for a spreadsheet: byte order mark, CRLF, and no cell that acts as a formula."""
    header = ("행 Line", "항목 Column", "값 Value", "사유", "Reason")
    yield b"\xef\xbb\xbf" + _line(header)
    for problem in problems:
        yield _line(
            (
                str(problem.line),
                problem.column,
                problem.value,
                explain(problem, translate_ko),
                explain(problem, translate_en),
            )
        )


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
