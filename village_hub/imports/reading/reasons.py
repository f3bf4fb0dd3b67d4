from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

Figures = Mapping[str, str | int]


class Code(StrEnum):
    """Why a file, a row or a cell was not taken as it is, or what was noted about it."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    EXCEL_FILE = "excel_file"
    OFFICE_DOCUMENT = "office_document"
    ARCHIVE = "archive"
    PDF = "pdf"
    WEB_PAGE = "web_page"
    UTF16_TEXT = "utf16_text"
    NOT_TEXT = "not_text"
    BROKEN_CHARACTER = "broken_character"
    CUT_OFF = "cut_off"
    UNKNOWN_HEADER = "unknown_header"
    OTHER_STANDARD = "other_standard"
    MISSING_COLUMNS = "missing_columns"
    DUPLICATE_COLUMNS = "duplicate_columns"
    TOO_MANY_BROKEN_QUOTES = "too_many_broken_quotes"
    TOO_MANY_PROBLEMS = "too_many_problems"
    FILE_GONE = "file_gone"

    BROKEN_QUOTES = "broken_quotes"
    ROW_TOO_LONG = "row_too_long"
    CELL_TOO_LONG = "cell_too_long"
    WRONG_CELL_COUNT = "wrong_cell_count"
    EMPTY_ROW = "empty_row"
    REPEATED_ROW = "repeated_row"

    MISSING_VALUE = "missing_value"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    BAD_WEEKDAY = "bad_weekday"
    BAD_NUMBER = "bad_number"
    NUMBER_TOO_LARGE = "number_too_large"
    BAD_YES_NO = "bad_yes_no"
    BAD_PHONE = "bad_phone"
    BAD_WEB_ADDRESS = "bad_web_address"
    BAD_DISTRICT_CODE = "bad_district_code"
    OUTSIDE_KOREA = "outside_korea"
    SWAPPED_COORDINATES = "swapped_coordinates"
    HALF_COORDINATES = "half_coordinates"
    END_BEFORE_START = "end_before_start"

    OPEN_END = "open_end"
    UNLIMITED = "unlimited"
    WEEKDAY_REPAIRED = "weekday_repaired"
    ADDRESS_SPACING = "address_spacing"


class Kind(StrEnum):
    """The file standards we read."""

    COURSES = "courses"
    FACILITIES = "facilities"
    LIBRARIES = "libraries"
    DISTRICTS = "districts"


class Explainable(Protocol):
    """Anything with a code and the figures its sentence needs."""

    @property
    def code(self) -> Code: ...

    @property
    def figures(self) -> Figures: ...


def explain(problem: Explainable, translate: Callable[[str], str]) -> str:
    """A problem is told in the reader's language, with the figures that show where it lies."""
    figures = {name: _said(name, value, translate) for name, value in problem.figures.items()}
    return translate(TEMPLATES[problem.code]) % figures


def _said(name: str, value: str | int, translate: Callable[[str], str]) -> str:
    if name in ("standard", "found_standard"):
        return translate(TITLES[Kind(str(value))])
    return f"{value:,}" if name == "limit" else str(value)


def _(message: str) -> str:
    """Marks a message for the catalogue; the words are looked up when they are shown."""
    return message


TITLES: Mapping[Kind, str] = {
    Kind.COURSES: _("lifelong-learning course file"),
    Kind.FACILITIES: _("open public facility file"),
    Kind.LIBRARIES: _("library file"),
    Kind.DISTRICTS: _("district file"),
}

TEMPLATES: Mapping[Code, str] = {
    Code.EMPTY_FILE: _("The file is empty."),
    Code.TOO_LARGE: _("The file is larger than %(limit)s bytes. Split it and upload the parts."),
    Code.TOO_MANY_ROWS: _("The file has more than %(limit)s rows. Split it and upload the parts."),
    Code.EXCEL_FILE: _("This is an Excel file, whatever its name says. Open it in Excel and save it as CSV."),
    Code.OFFICE_DOCUMENT: _("This is an old Excel or Hangul document, whatever its name says. Save it as CSV."),
    Code.ARCHIVE: _("This is a compressed archive. Unpack it and upload the CSV file inside."),
    Code.PDF: _("This is a PDF document. Upload the CSV file the table was made from."),
    Code.WEB_PAGE: _("This is a web page or XML, not a table. Download the CSV file itself."),
    Code.UTF16_TEXT: _("This file is Unicode text (UTF-16). Save it as CSV UTF-8."),
    Code.NOT_TEXT: _("Line %(line)s holds bytes that are not text."),
    Code.BROKEN_CHARACTER: _("Line %(line)s holds a character that is broken in %(encoding)s."),
    Code.CUT_OFF: _("The file is cut off in the middle of a %(encoding)s character in line %(line)s. Upload it again."),
    Code.UNKNOWN_HEADER: _("The first line does not name the columns of any standard we read. It says: %(columns)s"),
    Code.OTHER_STANDARD: _("This looks like the %(found_standard)s, not the %(standard)s."),
    Code.MISSING_COLUMNS: _("This looks like the %(standard)s, but these columns are missing: %(columns)s"),
    Code.DUPLICATE_COLUMNS: _("These columns appear more than once: %(columns)s"),
    Code.TOO_MANY_BROKEN_QUOTES: _("More than %(limit)s rows have broken quotation marks. Save the file again as CSV."),
    Code.TOO_MANY_PROBLEMS: _("The file has more than %(limit)s problems. Correct those listed and upload it again."),
    Code.FILE_GONE: _("The file is no longer where it was put. Upload it again."),
    Code.BROKEN_QUOTES: _("The quotation marks in this row are not closed or not doubled."),
    Code.ROW_TOO_LONG: _("The row is longer than %(limit)s characters."),
    Code.CELL_TOO_LONG: _("The cell is longer than %(limit)s characters."),
    Code.WRONG_CELL_COUNT: _("The row has %(found)s cells where the header has %(expected)s."),
    Code.EMPTY_ROW: _("The row is empty."),
    Code.REPEATED_ROW: _("The row repeats the one in line %(first_line)s."),
    Code.MISSING_VALUE: _("The cell is empty, but the column must be filled in."),
    Code.BAD_DATE: _("“%(value)s” is not a date such as 2026-03-02."),
    Code.BAD_TIME: _("“%(value)s” is not a time such as 09:30."),
    Code.BAD_WEEKDAY: _("“%(value)s” does not name days of the week."),
    Code.BAD_NUMBER: _("“%(value)s” is not a number from 0."),
    Code.NUMBER_TOO_LARGE: _("“%(value)s” is larger than %(limit)s."),
    Code.BAD_YES_NO: _("“%(value)s” is neither Y nor N."),
    Code.BAD_PHONE: _("“%(value)s” is not a Korean phone number."),
    Code.BAD_WEB_ADDRESS: _("“%(value)s” is not a web address."),
    Code.BAD_DISTRICT_CODE: _("“%(value)s” is not a code of %(digits)s digits."),
    Code.OUTSIDE_KOREA: _("“%(value)s” lies outside Korea."),
    Code.SWAPPED_COORDINATES: _("Latitude and longitude are swapped."),
    Code.HALF_COORDINATES: _("Only one of latitude and longitude is filled in."),
    Code.END_BEFORE_START: _("The end, %(end)s, is before the start, %(start)s."),
    Code.OPEN_END: _("“%(value)s” is read as having no end."),
    Code.UNLIMITED: _("0 is read as unlimited places."),
    Code.WEEKDAY_REPAIRED: _("“%(value)s” is read as “%(repaired)s”."),
    Code.ADDRESS_SPACING: _("“%(value)s” is kept; with usual spacing it is “%(repaired)s”."),
}
