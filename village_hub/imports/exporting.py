"""The list of problems as a file for a spreadsheet, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.support import Translations

from village_hub import translations
from village_hub.imports.reading import RowProblem, problems_csv


def problems_file(problems: Iterable[RowProblem]) -> Iterator[bytes]:
    """Line, column, value and the reason in Korean and in English."""
    return problems_csv(problems, korean(), str)


@cache
def korean() -> Callable[[str], str]:
    """The words of the Korean catalogue, whatever language the reader speaks."""
    folder = Path(translations.__file__).parent
    return Translations.load(folder, ["ko"]).gettext
