from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from importlib.resources import files

import pytest
from sqlalchemy import text

from tests.conftest import NINE_O_CLOCK
from village_hub.demo import cast
from village_hub.demo.texts import read
from village_hub.doctor import examine
from village_hub.kernel.db import Base, Database
from village_hub.kernel.jobs import due
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.villages import queries as villages

pytestmark = pytest.mark.slow


def count(database: Database, query: str) -> int:
    with database.read_session() as session:
        return session.execute(text(query)).scalar_one()  # type: ignore[no-any-return]


def test_the_doctor_finds_nothing_to_mend(small_city: Database) -> None:
    with small_city.read_session() as session:
        found = examine(session, now=small_city.clock.now())

    assert [each.as_json() for each in found] == []


def test_everybody_who_waits_has_an_owner_a_date_to_come_and_a_timer_behind_it(small_city: Database) -> None:
    waiting = "state IN ('open', 'pooling', 'asking')"
    requests, jobs = Base.metadata.tables["learning_request"], Base.metadata.tables["job"]

    with small_city.read_session() as session:
        found = session.execute(requests.select().where(text(waiting))).all()
        timers = session.execute(jobs.select().where(jobs.c.message_type == "learning_request.promise")).all()

    promised = {(each.args["request_id"], each.run_at) for each in timers if each.state == "waiting"}
    assert found
    assert all(each.owner_id and each.next_step and each.next_at > NINE_O_CLOCK for each in found)
    assert {(str(each.id), each.next_at) for each in found} <= promised


def test_the_past_is_carried_out_and_the_future_is_left_to_the_workers(small_city: Database) -> None:
    with small_city.read_session() as session:
        overdue = due(session, now=NINE_O_CLOCK)

    assert overdue == []
    assert count(small_city, "SELECT count(*) FROM event WHERE jobs IS NULL AND type <> 'what_if.asked'") == 0
    assert count(small_city, "SELECT count(*) FROM job WHERE state = 'waiting'") > 0
    assert count(small_city, "SELECT count(*) FROM job WHERE state NOT IN ('waiting', 'done')") == 0
    assert count(small_city, "SELECT count(*) FROM delivery WHERE channel = 'mail' AND state <> 'sent'") == 0


def test_the_ledger_is_even_and_every_balance_is_what_was_moved(small_city: Database) -> None:
    moved = (
        "(SELECT COALESCE(SUM(minutes), 0) FROM transfer WHERE to_account_id = ledger_account.id)"
        " - (SELECT COALESCE(SUM(minutes), 0) FROM transfer WHERE from_account_id = ledger_account.id)"
    )

    assert count(small_city, "SELECT count(*) FROM transfer") > 0
    assert count(small_city, "SELECT SUM(balance) FROM ledger_account") == 0
    assert count(small_city, f"SELECT count(*) FROM ledger_account WHERE balance <> {moved}") == 0


def test_no_activity_has_more_people_than_seats_and_nobody_waits_beside_a_free_one(small_city: Database) -> None:
    taken = "(SELECT count(*) FROM enrolment WHERE activity_id = activity.id AND state = 'seated')"
    waits = "EXISTS (SELECT 1 FROM enrolment WHERE activity_id = activity.id AND state = 'waiting')"

    assert count(small_city, f"SELECT count(*) FROM activity WHERE seats < {taken}") == 0
    assert count(small_city, f"SELECT count(*) FROM activity WHERE seats > {taken} AND {waits}") == 0


def test_every_session_that_is_over_was_finished_with_attendance_taken(small_city: Database) -> None:
    nine = (NINE_O_CLOCK - timedelta(hours=1)).strftime("'%Y-%m-%d %H:%M:%S'")
    seated = "EXISTS (SELECT 1 FROM enrolment WHERE activity_id = activity_session.activity_id AND state = 'seated')"
    marked = "EXISTS (SELECT 1 FROM attendance WHERE session_id = activity_session.id)"
    completed = f"state = 'completed' AND {seated} AND NOT {marked}"

    assert count(small_city, "SELECT count(*) FROM activity_session WHERE state = 'completed'") > 0
    assert count(small_city, f"SELECT count(*) FROM activity_session WHERE state = 'planned' AND ends_at < {nine}") == 0
    assert count(small_city, f"SELECT count(*) FROM activity_session WHERE {completed}") == 0


def test_a_renamed_district_is_known_by_both_names_with_their_days(small_city: Database) -> None:
    query = text("SELECT name, valid_from, valid_to FROM district WHERE code = '4145063000' ORDER BY valid_from")

    with small_city.read_session() as session:
        known = [tuple(map(str, row)) for row in session.execute(query)]
        today = {each.name for each in places.districts(session)}

    assert known == [("풍산동", "2021-04-01", "2023-05-01"), ("미사3동", "2023-05-01", "None")]
    assert len(today) == 14


def test_every_village_has_a_learning_manager_and_one_asks_by_itself(small_city: Database) -> None:
    with small_city.read_session() as session:
        known = villages.villages(session)
        managed = [each for each in known if villages.managers(session, each.id, NINE_O_CLOCK)]

    assert len(managed) == len(known) == 24
    assert sum(each.asks_automatically for each in known) == 1


def test_every_visitor_stands_on_the_sign_in_page_with_the_role(small_city: Database) -> None:
    with small_city.read_session() as session:
        found = {each.name: each.kinds[-1] for each in people.demo_people(session)}

    assert found == {each.name: each.role.replace(" ", "_") for each in cast.VISITORS}


def test_names_have_two_to_four_syllables_and_many_differ(small_city: Database) -> None:
    with small_city.read_session() as session:
        names = Counter(session.scalars(text("SELECT name FROM person")))

    assert all(2 <= len(name) <= 4 for name in names)
    assert len(names) > 0.8 * names.total()


def test_the_lists_name_only_topics_that_exist() -> None:
    areas = taxonomy_codes()
    named = {*read("wishes"), *read("talents"), *(each["topic"] for each in read("clubs")["clubs"])}
    named |= {each["topic"] for each in read("activities")["activities"] if each["topic"]}

    assert named <= areas


def taxonomy_codes() -> set[str]:
    taxonomy = json.loads(files("village_hub.topics").joinpath("taxonomy.json").read_text("utf-8"))
    return {each["code"] for area in taxonomy["areas"] for part in area["subareas"] for each in part["topics"]}
