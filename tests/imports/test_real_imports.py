from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import OneConnectionDatabase
from tests.factories.imports import EXAMPLES, a_file
from village_hub.imports.importing import import_file
from village_hub.imports.models import RunState
from village_hub.imports.reading import Kind

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
FOLDERS = {
    "places": Kind.DISTRICTS,
    "facilities": Kind.FACILITIES,
    "libraries": Kind.LIBRARIES,
    "courses": Kind.COURSES,
}
FILES = [path for folder in FOLDERS for path in sorted((SHARED / folder).glob("*.csv"))]


@pytest.mark.parametrize("path", [None, *FILES], ids=lambda path: path.name if path else "own rows")
def test_every_row_of_a_real_file_is_imported_or_listed_and_never_twice(
    database: OneConnectionDatabase, tmp_path: Path, path: Path | None
) -> None:
    kind = FOLDERS[path.parent.name] if path else Kind.LIBRARIES
    source = path or a_file(tmp_path, [EXAMPLES[Kind.LIBRARIES], EXAMPLES[Kind.LIBRARIES] | {"위도": "1"}])

    first, second = import_file(database, kind, source), import_file(database, kind, source)

    assert first.state == RunState.APPLIED
    assert first.rows_new + first.rows_refused == first.rows_total == rows_in(source.read_bytes())
    assert (second.rows_new, second.rows_changed, second.rows_same) == (0, 0, first.rows_new)


def rows_in(content: bytes) -> int:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp949")
    return sum(1 for row in csv.reader(io.StringIO(text, newline="")) if row) - 1
