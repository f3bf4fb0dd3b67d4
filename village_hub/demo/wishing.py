"""What residents wish to learn: neighbours who want the same within some days, and people who want it alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from village_hub.demo.city import City, Neighbour, Village
from village_hub.demo.population import RESERVED
from village_hub.demo.story import ZONE, Story
from village_hub.demo.texts import read
from village_hub.learning_requests import service as learning_requests

Spans = list[tuple[int, int, int]]

#: The story begins so many days ago.
BEGINS = -26
#: Parts of a day in minutes: when people have time to learn.
PARTS = ((540, 720), (780, 1020), (1140, 1260))
#: Of a hundred wishes, so many are shared by a circle of neighbours.
SHARED = 82


def plan_wishes(story: Story, city: City, number: int) -> None:
    """So many wishes over the weeks, in circles of neighbours and alone."""
    weights = {code: each["weight"] for code, each in read("wishes").items() if code != RESERVED}
    left = number
    while left > 0:
        village, code = story.chance.one(city.villages), story.chance.weighted(weights)
        size = story.chance.between(4, 8) if story.chance.happens(SHARED) else 1
        people = story.chance.some(village.neighbours, min(size, left))
        spans = _spans(story, 3)
        begins = story.chance.between(BEGINS, -1)
        for each in people:
            day = min(begins + story.chance.between(0, 2), 0)
            moment = story.moment(day, story.chance.between(480, 1260))
            story.at(min(moment, story.until), _wish(story, village, each, code, city.topics[code], spans))
        left -= len(people)


def ask(
    story: Story, village: Village, who: Neighbour, code: str, topic_id: UUID, spans: Spans, **known: Any
) -> UUID | None:
    """Somebody says what they want to learn; some think better of it, some find a neighbour to come along."""
    chance, today = story.chance, story.now.astimezone(ZONE).date()
    given: dict[str, Any] = {
        "number": chance.weighted({1: 65, 2: 25, 3: 10}),
        "level": chance.weighted({"any": 62, "beginner": 33, "intermediate": 5}),
        "words": chance.one(read("wishes")[code]["words"]),
        "reach_m": chance.weighted({800: 10, 2000: 65, 6000: 25}),
        "needs": chance.weighted({(): 76, ("step_free",): 18, ("step_free", "lift"): 5, ("hearing_loop",): 1}),
    }
    request_id = story.attempt(
        lambda: learning_requests.open_request(
            story.session,
            by=who.id,
            topic_id=topic_id,
            weekly=spans,
            from_date=today,
            until_date=today + timedelta(days=chance.between(30, 75)),
            now=story.now,
            **given | known,
        )
    )
    if request_id is None or known:
        return request_id
    if chance.happens(9):
        story.later(lambda: _withdraw(story, request_id, who), hours=(5, 70))
    elif chance.happens(10):
        companion = chance.one(village.neighbours)
        story.later(lambda: _join(story, request_id, companion), hours=(3, 60))
    return request_id


def _wish(story: Story, village: Village, who: Neighbour, code: str, topic_id: UUID, spans: Spans) -> Any:
    own = sorted({*story.chance.some(spans, 2), *_spans(story, 1)})
    return lambda: ask(story, village, who, code, topic_id, own)


def _spans(story: Story, number: int) -> Spans:
    """Parts of the week; the evening and Saturday are for those who work."""
    week = [(day, *part) for day in range(5) for part in PARTS] + [(5, *PARTS[0])]
    return story.chance.some(week, number)


def _withdraw(story: Story, request_id: UUID, who: Neighbour) -> None:
    story.attempt(lambda: learning_requests.withdraw(story.session, request_id, by=who.id, now=story.now))


def _join(story: Story, request_id: UUID, companion: Neighbour) -> None:
    story.attempt(lambda: learning_requests.join(story.session, request_id, by=companion.id, now=story.now))
