"""Files for tests, and carrying them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import village_hub.activities.importing
import village_hub.places.importing  # noqa: F401  (both take the rows of their files once they are known)
from tests.imports.reading.files import COURSE, DISTRICT, FACILITY, LIBRARY, table
from village_hub.imports.importing import import_file
from village_hub.imports.queries import RunFacts
from village_hub.imports.reading import Kind
from village_hub.kernel.db import Database

Cells = dict[str, str]

DISTRICTS: tuple[Cells, ...] = (
    DISTRICT | {"dong": "미사1동", "adm_code10": "4145061000", "centroid_lon": "127.19", "centroid_lat": "37.56"},
    DISTRICT | {"dong": "덕풍1동", "adm_code10": "4145052000", "centroid_lon": "127.21", "centroid_lat": "37.54"},
)
EXAMPLES: Mapping[Kind, Cells] = {
    Kind.COURSES: COURSE,
    Kind.FACILITIES: FACILITY,
    Kind.LIBRARIES: LIBRARY | {"위도": "37.55", "경도": "127.20"},
    Kind.DISTRICTS: DISTRICTS[0],
}


def course(**cells: str) -> Cells:
    """A course of the file, changed as told."""
    return COURSE | cells


def a_file(folder: Path, rows: Iterable[Cells], name: str = "rows.csv") -> Path:
    """A CSV file of these rows."""
    path = folder / name
    path.write_bytes(table(rows).encode("utf-8-sig"))
    return path


def an_import(database: Database, folder: Path, kind: Kind, *rows: Cells, dry_run: bool = False) -> RunFacts:
    """Rows carried in at once, as the command does."""
    return import_file(database, kind, a_file(folder, rows or [EXAMPLES[kind]]), dry_run=dry_run)
