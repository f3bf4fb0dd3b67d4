"""A file comes in: read by a worker, approved by somebody, applied, forgotten."""

from __future__ import annotations

from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.stage import Stage
from tests.imports.reading.files import COURSE, table

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


@flow()
def import_a_file_and_give_it_up(stage: Stage) -> None:
    staff = stage.city.staff
    handed_in = stage.press(staff, "/imports/new", "/imports", kind="courses", file=("courses.csv", FILE))
    stage.press(staff, handed_in.location, "/withdrawal")
    stage.work()
