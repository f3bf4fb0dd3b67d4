"""The taxonomy comes with the package and is loaded as rows."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.kernel.ids import new_id
from village_hub.topics.models import Topic, TopicArea, TopicSubarea


def load_taxonomy(session: Session) -> int:
    """Bring the rows to what the package's taxonomy says; returns how many topics are new or changed.

    Topics that the taxonomy no longer has stay for those who chose them, and can no longer be chosen.
    """
    taxonomy = _taxonomy()
    for area in taxonomy["areas"]:
        session.merge(TopicArea(code=area["code"], name_ko=area["ko"], name_en=area["en"]))
    session.flush()
    for area in taxonomy["areas"]:
        for part in area["subareas"]:
            session.merge(
                TopicSubarea(code=part["code"], area_code=area["code"], name_ko=part["ko"], name_en=part["en"])
            )
    session.flush()
    return _load_topics(session, taxonomy)


def _load_topics(session: Session, taxonomy: dict[str, Any]) -> int:
    present = {topic.code: topic for topic in session.scalars(select(Topic))}
    for area in taxonomy["areas"]:
        for part in area["subareas"]:
            for each in part["topics"]:
                topic = present.pop(each["code"], None) or Topic(id=new_id(session), code=each["code"])
                topic.area_code, topic.subarea_code, topic.active = area["code"], part["code"], True
                topic.name_ko, topic.name_en, topic.words = each["ko"], each["en"], each["words"]
                session.add(topic)
    for gone in present.values():
        gone.active = False
    changed = sum(session.is_modified(each) for each in (*session.new, *session.dirty))
    session.flush()
    return changed


def _taxonomy() -> dict[str, Any]:
    text = files("village_hub.topics").joinpath("taxonomy.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]
