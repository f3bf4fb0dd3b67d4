from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from tests.conftest import Visitor
from village_hub.topics import service


def test_the_page_of_topics_groups_them_and_finds_what_is_said(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    service.load_taxonomy(session)

    with max_queries(6):
        page = client.get("/topics?words=혈압").text

    assert "문화예술" in page
    assert page.index("혈압에 좋은 반찬") < page.index("기초문해")


def test_the_page_of_topics_says_so_where_there_are_none(client: Visitor) -> None:
    page = client.get("/topics", headers={"Accept-Language": "en"}).text

    assert "No topics yet" in page
