"""What the office does: messages and calls, letters that are lost, files that are carried in, jobs that fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tests.factories.imports import EXAMPLES, Cells, a_file
from tests.factories.notifications import a_notice
from tests.faults.state_equality.scenes.scene import scene
from tests.faults.state_equality.town import Town
from village_hub.imports import importing
from village_hub.imports import service as imports
from village_hub.imports.models import ImportRun
from village_hub.imports.reading import Kind
from village_hub.kernel import jobs
from village_hub.kernel.jobs import Job, JobState
from village_hub.kernel.mail import MailRefused
from village_hub.notifications import service as notifications
from village_hub.notifications.models import Channel, Delivery, Notice
from village_hub.what_if import queries as what_ifs
from village_hub.what_if import service as what_if
from village_hub.what_if.models import WhatIf


@scene
def messages_are_read(town: Town) -> None:
    for reader in (town.city.resident, town.city.volunteers[0]):
        mine = sa.select(Notice.id).where(Notice.person_id == reader, Notice.read_at.is_(None))
        town.do(notifications.read_one, town.one(mine), by=reader)
        town.do(notifications.read_all, by=reader)


@scene
def somebody_without_mail_is_called(town: Town) -> None:
    without = town.city.volunteers[1]
    town.do(a_notice, without, key="by phone", call_from=town.city.village)
    town.do(a_notice, without, key="by phone too", call_from=town.city.village)
    calls = sa.select(Delivery.notice_id).where(Delivery.channel == Channel.PHONE, Delivery.state == "queued")
    told = town.all(calls.join(Notice, Notice.id == Delivery.notice_id).where(Notice.person_id == without))
    assert town.just(notifications.caller_of, told[0]) == town.city.village
    town.do(notifications.tell, told[0], by=town.city.manager)
    town.do(notifications.read_one, told[1], by=without)


@scene
def letters_are_put_back_and_lost(town: Town) -> None:
    town.post.trouble = [MailRefused("no such box"), OSError("the mail server is away, on purpose")]
    town.do(a_notice, town.city.resident, key="to be lost")
    town.later(minutes=1)
    assert town.one(sa.select(Delivery.state).where(Delivery.why == "no such box")) == "failed"


@scene
def a_job_dies_and_is_run_again(town: Town) -> None:
    town.post.trouble = [OSError("the mail server is away, on purpose")] * jobs.MAX_ATTEMPTS
    town.do(a_notice, town.city.resident, key="to fail")
    for _ in range(jobs.MAX_ATTEMPTS):
        town.later(minutes=5)
    dead = town.one(sa.select(Job.id).where(Job.state == JobState.DEAD))
    town.press(town.city.operator, f"/operator/jobs/{dead}/run")


@scene
def a_file_is_carried_in(town: Town) -> None:
    run = upload(town, Kind.LIBRARIES, EXAMPLES[Kind.LIBRARIES], EXAMPLES[Kind.LIBRARIES] | {"도서관명": ""})
    town.do(imports.approve, run, by=town.city.staff)
    day = (town.clock.now() + timedelta(days=5)).date().isoformat()
    course = EXAMPLES[Kind.COURSES] | {"교육시작일자": day, "교육종료일자": day, "운영요일": ""}
    for changed in ({}, {"강사명": "이새봄"}):
        run = upload(town, Kind.COURSES, course | changed)
        town.do(imports.approve, run, by=town.city.staff)


@scene
def a_file_is_given_up(town: Town) -> None:
    run = upload(town, Kind.FACILITIES, EXAMPLES[Kind.FACILITIES])
    town.do(imports.discard, run, by=town.city.operator)


@scene
def a_command_carries_a_file_in_and_another_one_is_killed(town: Town) -> None:
    path = a_file(town.folder, [EXAMPLES[Kind.LIBRARIES] | {"도서관명": "명령도서관"}], "by-hand.csv")
    importing.import_file(town.database, Kind.LIBRARIES, path)
    town.drain()
    left = town.do(imports.start_by_hand, Kind.LIBRARIES, file_name="killed.csv", size=1)
    town.do(imports.give_up, left)


@scene
def a_file_is_refused(town: Town) -> None:
    upload(town, Kind.COURSES, EXAMPLES[Kind.LIBRARIES])
    assert town.all(sa.select(ImportRun.id).where(ImportRun.state == "refused"))


@scene
def other_rules_are_tried(town: Town) -> None:
    with town.database.read_session() as session:
        today = what_ifs.today(session, town.clock.now())
    tried: dict[str, Any] = {"since": today, "until": today, "rules": {"minimum_group": 4.0}, "by": town.city.staff}
    town.do(what_if.ask, **tried)
    cancelled = town.just(what_if.ask, **tried)
    town.do(what_if.cancel, cancelled, by=town.city.operator)
    assert set(town.all(sa.select(WhatIf.state))) == {"done", "cancelled"}


def upload(town: Town, kind: Kind, *rows: Cells) -> UUID:
    """Hand a file in and let it be read."""
    name = f"{kind}-{len(rows)}-{len(town.all(sa.select(ImportRun.id)))}.csv"
    path = a_file(town.folder, rows, name)
    return town.do(
        imports.upload, kind, file_name=name, size=path.stat().st_size, stored_at=str(path), by=town.city.staff
    )
