"""A file comes in: read by a worker, approved by somebody, applied, forgotten; or by a command."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.stage import Stage
from tests.imports.reading.files import COURSE, table
from village_hub.imports import importing
from village_hub.imports.models import ImportRun, RunState
from village_hub.imports.reading import Kind
from village_hub.kernel.db import Database

FILE = table([COURSE, COURSE | {"강좌명": "둘째 강좌"}, COURSE | {"강좌명": "고칠 것", "수강료": "?"}]).encode(
    "utf-8-sig"
)


@flow()
def import_a_file(stage: Stage) -> None:
    staff = stage.city.staff
    handed_in = stage.press(staff, "/imports/new", "/imports", kind="courses", file=("courses.csv", FILE))
    stage.work()
    stage.press(staff, handed_in.location, "/approval")
    stage.work()


def import_it(database: Database) -> None:
    """What somebody does who sees whether it has been done already."""
    with database.read_session() as session:
        if session.scalar(sa.select(ImportRun.state)) == RunState.APPLIED:
            return
    with TemporaryDirectory() as folder:
        path = Path(folder, "courses.csv")
        path.write_bytes(FILE)
        importing.import_file(database, Kind.COURSES, path)


@flow()
def import_by_command(stage: Stage) -> None:
    stage.call(import_it)
    stage.work()


@flow()
def import_a_file_and_give_it_up(stage: Stage) -> None:
    staff = stage.city.staff
    handed_in = stage.press(staff, "/imports/new", "/imports", kind="courses", file=("courses.csv", FILE))
    stage.press(staff, handed_in.location, "/withdrawal")
    stage.work()
