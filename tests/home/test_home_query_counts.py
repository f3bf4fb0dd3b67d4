from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import a_seat, an_activity
from tests.factories.clubs import a_club
from tests.factories.invitations import an_invitation
from tests.factories.learning_requests import a_neighbour, a_request
from tests.factories.matching import a_run
from tests.factories.notifications import a_notice
from tests.factories.people import a_resident
from tests.factories.places import a_venue
from tests.factories.topics import a_topic
from tests.factories.villages import a_member, a_village
from tests.home.living_village import LivingVillage, a_job, a_living_village
from village_hub.kernel.jobs import JobState
from village_hub.topics import queries as topics

PAGES = {
    "stranger": ("/", "/about", "/villages/{village_id}", "/clubs/{club_id}"),
    "resident": ("/", "/villages/{village_id}", "/clubs/{club_id}"),
    "instructor": ("/", "/?view=day"),
    "manager": ("/", "/?view=day", "/villages/{village_id}/board", "/villages/{village_id}"),
    "staff": ("/", "/villages/{village_id}/board"),
    "operator": ("/", "/operator", "/operator?state=waiting"),
}


def test_a_page_asks_the_database_twelve_times_at_most_however_many_rows_there_are(
    app: Flask, session: Session, max_queries: Callable[[int], Any]
) -> None:
    village = a_living_village(session)
    visitors = {role: visitor(app, village, role) for role in PAGES}
    pages = [(role, page.format(**village.things)) for role, paths in PAGES.items() for page in paths]

    few = {(role, path): queries_of(visitors[role], path, max_queries) for role, path in pages}
    fill(session, village)
    many = {(role, path): queries_of(visitors[role], path, max_queries) for role, path in pages}

    assert many == few


def visitor(app: Flask, village: LivingVillage, role: str) -> Visitor:
    """A browser of somebody with this role."""
    client: Visitor = app.test_client()  # type: ignore[assignment]
    return client if role == "stranger" else client.sign_in(village.people[role].id)


def queries_of(client: Visitor, path: str, max_queries: Callable[[int], Any]) -> int:
    """How many queries a page takes; fails above twelve."""
    with max_queries(12) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(asked)


def fill(session: Session, village: LivingVillage) -> None:
    """Thirty more of everything."""
    now = session.info["clock"].now()
    resident, manager = village.people["resident"], village.people["manager"]
    known = [each.id for each in topics.topics(session, "ko") if each.id != a_topic(session)]
    for number in range(30):
        venue_id = a_venue(session, f"배움터 {number}", "")
        activity_id = an_activity(
            session, village.village_id, manager.id, title=f"강좌 {number}", kind="course", venue_id=venue_id,
            starts_at=now + timedelta(hours=3, minutes=30 * (number % 20), days=number // 20),
        )  # fmt: skip
        a_seat(session, activity_id, resident.id)
        lead = a_resident(session, f"주민 {number}")
        a_member(session, village.village_id, lead.id)
        a_club(session, village.village_id, lead.id, f"동아리 {number}")
        a_request(session, by=resident.id, topic_id=known[number])
        a_notice(session, resident.id, f"fill:{number}")
        a_job(session, JobState.DEAD, f"fill:{number}")
        a_village(session, f"마을 {number}")
    for number in range(5):
        a_request(session, by=a_neighbour(session, f"이웃 {number}"), number=5)
    an_invitation(session)
    a_run(session)
