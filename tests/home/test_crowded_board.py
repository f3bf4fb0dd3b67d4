"""The learning manager's board where very many wait."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.people import a_manager
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from tests.faults.races.groups import a_group
from village_hub.home.routes import board as boards
from village_hub.kernel.clock import SettableClock


@pytest.fixture
def board(session: Session, client: Visitor) -> str:
    """The address of a village's board, for its learning manager."""
    village = a_managed_village(session)
    client.sign_in(a_manager(session, village, "한미영").id)
    return f"/villages/{village}/board"


def listed(page: str) -> int:
    return page.count('id="request-row-')


def test_of_each_topic_the_first_are_listed_and_all_where_the_topic_is_chosen(
    session: Session, client: Visitor, board: str
) -> None:
    for topic in ("수채화", "뜨개질"):
        for number in range(boards.LISTED):
            a_request(session, by=a_neighbour(session, f"이웃{number}"), topic_id=a_topic(session, topic))

    everything = client.get(board).text
    painting = client.get(f"{board}?topic=수채화").text
    rest = client.get(f"{board}?topic=수채화&requests=open&page=2").text

    assert listed(everything) == 2 * boards.FIRST
    assert f"수채화 부탁 {boards.LISTED}건 모두 보기" in everything
    assert len(everything) < 60_000
    assert listed(painting) == boards.LISTED
    assert f'수채화 <span class="soft num">{boards.LISTED}<' in painting
    assert listed(rest) == 0


def test_requests_for_one_topic_are_on_pages_and_none_is_left_out(
    session: Session, client: Visitor, board: str
) -> None:
    asked = {a_request(session, by=a_neighbour(session, f"이웃{number}")) for number in range(boards.PAGE + 3)}

    pages = [client.get(f"{board}?topic=스마트폰 사진&page={number}").text for number in (1, 2)]

    assert [listed(page) for page in pages] == [boards.PAGE, 3]
    assert all(any(f"request-row-{each}" in page for page in pages) for each in asked)
    assert 'rel="next"' in pages[0]
    assert "page=2" in pages[0]


def test_many_proposals_stand_under_their_days_and_few_do_not(
    session: Session, client: Visitor, board: str, clock: SettableClock
) -> None:
    venue, instructor = a_venue(session), a_volunteer(session).id
    begins = clock.now().replace(minute=0) + timedelta(days=9)
    for number in range(boards.WITHOUT_DAYS):
        a_group(session, [instructor], venue, begins + timedelta(days=number // 10, hours=number % 10))

    few = client.get(board).text
    a_group(session, [instructor], venue, begins - timedelta(days=1))
    many = client.get(board).text

    assert 'id="day-' not in few
    days = re.findall(r'<h3 id="day-([\d-]+)">', many)
    assert days == sorted(days)
    assert [int(number) for number in re.findall(r'href="#day-.*?<span[^>]*>(\d+)<', many)] == [1, 10, 10]
    assert many.count('id="proposal-row-') == boards.WITHOUT_DAYS + 1


def test_proposals_are_on_pages_and_none_is_left_out(
    session: Session, client: Visitor, board: str, clock: SettableClock
) -> None:
    venue, instructor = a_venue(session), a_volunteer(session).id
    begins = clock.now() + timedelta(days=9)
    made = {
        a_group(session, [instructor], venue, begins + timedelta(hours=2 * number)) for number in range(boards.PAGE + 3)
    }

    pages = [client.get(f"{board}?page={number}").text for number in (1, 2)]

    assert [page.count('id="proposal-row-') for page in pages] == [boards.PAGE, 3]
    assert all(any(f"proposal-row-{each}" in page for page in pages) for each in made)
    assert "page=2" in pages[0]


def test_a_line_says_what_to_look_at_twice_before_it_is_opened(
    session: Session, client: Visitor, board: str, clock: SettableClock
) -> None:
    venue, instructor = a_venue(session), a_volunteer(session).id
    for number in range(boards.CARDS + 1):
        a_group(session, [instructor], venue, clock.now() + timedelta(days=9 + number))

    page = client.get(board).text

    summaries = re.findall(r"<summary>(.*?)</summary>", page, re.DOTALL)
    assert sum("이 시간이 안 될 수 있는 분 있음" in each for each in summaries) == boards.CARDS + 1
