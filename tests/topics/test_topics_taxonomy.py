from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.topics import a_topic
from village_hub.topics import queries, service
from village_hub.topics.models import Topic


def test_the_taxonomy_has_the_laws_seven_areas_and_topics_in_both_languages(session: Session) -> None:
    service.load_taxonomy(session)

    korean, english = queries.areas(session, "ko"), queries.areas(session, "en")

    assert [area.code for area in korean] == [f"0{number}" for number in range(1, 8)]
    assert sum(len(area.topics) for area in korean) >= 60
    assert all(topic.name for area in english for topic in area.topics)
    assert korean[0].name == "기초문해"
    assert english[0].name == "Basic literacy"


def test_loading_the_taxonomy_again_changes_nothing(session: Session) -> None:
    assert service.load_taxonomy(session) >= 60

    assert service.load_taxonomy(session) == 0


def test_a_topic_that_is_gone_keeps_its_name_and_can_no_longer_be_chosen(session: Session) -> None:
    topic_id = a_topic(session, "요가")
    session.execute(update(Topic).where(Topic.id == topic_id).values(code="gone"))
    session.expire_all()

    service.load_taxonomy(session)

    assert queries.topic(session, topic_id, "ko") is None
    assert queries.names(session, [topic_id], "ko") == {topic_id: "요가"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("스마트폰으로 사진 찍는 법을 배우고 싶어요", "스마트폰 사진"),
        ("손주랑 영상통화 하고 싶다", "손주와 영상통화"),
        ("혈압", "혈압에 좋은 반찬"),
        ("햄버거 주문이 어려워요", "키오스크 연습"),
        ("HARMONICA", "하모니카"),
    ],
)
def test_free_text_finds_the_topic_that_is_meant(session: Session, said: str, meant: str) -> None:
    service.load_taxonomy(session)

    found = queries.find(session, said, "ko")

    assert found[0].name == meant


def test_free_text_that_means_no_topic_finds_none(session: Session) -> None:
    service.load_taxonomy(session)

    assert queries.find(session, "qwzzk", "ko") == []
    assert queries.find(session, "  !! ", "ko") == []
