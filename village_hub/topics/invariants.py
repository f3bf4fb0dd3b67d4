"""What must be true of the taxonomy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import RESTORE, Rows, invariant, twice
from village_hub.topics.models import Topic, TopicSubarea


@invariant(N_("Every topic stands in a sub-area of its own learning area."), RESTORE)
def topics_stand_in_their_area(now: datetime) -> Rows:
    of = TopicSubarea.code == Topic.subarea_code
    elsewhere = or_(TopicSubarea.code.is_(None), TopicSubarea.area_code != Topic.area_code)
    return select(Topic.code, Topic.area_code, Topic.subarea_code).outerjoin(TopicSubarea, of).where(elsewhere)


@invariant(N_("No topic is there twice."), RESTORE)
def topics_are_there_once(now: datetime) -> Rows:
    return twice(Topic.code)


INVARIANTS = (topics_stand_in_their_area, topics_are_there_once)
