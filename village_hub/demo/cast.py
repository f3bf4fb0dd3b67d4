"""The people whom a visitor can be, and what waits for each of them today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from village_hub.activities import service as activities
from village_hub.activities.service import Span
from village_hub.clubs import service as clubs
from village_hub.demo.attending import announce
from village_hub.demo.city import City, Neighbour, Village
from village_hub.demo.population import AFTERNOON, MORNING, RESERVED, offer, resident
from village_hub.demo.story import Story
from village_hub.demo.texts import read
from village_hub.demo.wishing import ask
from village_hub.invitations import service as invitations
from village_hub.kernel.passwords import PasswordHash
from village_hub.matching import queries as matching
from village_hub.people import service as people

#: The village that visitors see first.
HOME = "미사 별자리마을"
#: What the resident wishes to learn.
WISH = "050201"
#: What neighbours in the village wished for some days ago.
CIRCLES = {"050202": -24, "040105": -18, "050101": -12}
#: What somebody has been waiting for in vain.
UNTAUGHT = "030202"
#: Tuesdays and Thursdays: when the resident, the neighbours and the volunteers have time.
SPANS = [(day, *part) for day in (1, 3) for part in (MORNING, AFTERNOON)]
CALLIGRAPHY: dict[str, Any] = {
    "kind": "lecture", "topic": RESERVED, "title": "붓으로 쓰는 한 줄", "rooms": ["classroom", "meeting_room"],
    "minutes": 120, "seats": 10, "minimum": 4, "fee": 0,
    "description": "쓰고 싶은 한 줄을 마음속에 품고 오세요. 붓과 먹은 준비되어 있고, 쓴 글씨는 집으로 가져가요.",
}  # fmt: skip
CHAIR_EXERCISES: dict[str, Any] = {
    "kind": "event", "topic": "040105", "title": "별자리 의자 체조", "rooms": [], "place": "미사1동 주민사랑방",
    "minutes": 60, "seats": 20, "minimum": None, "fee": 0,
    "description": "의자에 앉아서 하는 체조예요. 무릎이 불편해도 괜찮아요. 끝나고 따뜻한 차를 함께 마셔요.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom a visitor can be."""

    role: str
    name: str
    card_number: str


OPERATOR = Visitor("operator", "오성민", "DEMO-OPERATOR")
STAFF = Visitor("staff", "정수진", "DEMO-STAFF")
MANAGER = Visitor("learning manager", "이은영", "DEMO-MANAGER")
INSTRUCTOR = Visitor("instructor", "한명숙", "DEMO-INSTRUCTOR")
RESIDENT = Visitor("resident", "김복순", "DEMO-RESIDENT")
VISITORS = (RESIDENT, INSTRUCTOR, MANAGER, STAFF, OPERATOR)


def register(story: Story, visitor: Visitor, password: PasswordHash) -> UUID:
    """One of them as a person without a role yet."""
    card = visitor.card_number
    return people.register(story.session, name=visitor.name, card_number=card, password=password, now=story.now)


def introduce(story: Story, city: City, password: PasswordHash) -> None:
    """The resident and the instructor live in the manager's village, and what will wait for them is planned."""
    village = next(each for each in city.villages if each.name == HOME)
    known = {"password": password}
    elder = resident(story, village, 0, "1950", name=RESIDENT.name, card_number=RESIDENT.card_number, **known)
    teacher = resident(story, village, 0, "1960", name=INSTRUCTOR.name, card_number=INSTRUCTOR.card_number, **known)
    city.visitors |= {elder.id, teacher.id, village.manager}
    offer(story, city, teacher, [RESERVED], weekly=SPANS, radius_m=6000, cap_per_week=3, group_min=1, group_max=15)
    for helper in story.chance.some(village.neighbours, 2):
        offer(story, city, helper, [WISH], weekly=SPANS, radius_m=5000, cap_per_week=2, group_min=1, group_max=15)
    _join_club(story, city, village, elder)
    _plan_circles(story, city, village)
    _plan_wish(story, city, village, elder)
    _plan_invitation(story, city, village)
    _plan_long_wait(story, city, village)
    _plan_sessions(story, city, village, elder, teacher)


def _join_club(story: Story, city: City, village: Village, elder: Neighbour) -> None:
    club_id = next(club_id for club_id, _, _, where in city.clubs if where is village)
    clubs.join(story.session, club_id, elder.id, now=story.now)


def _plan_circles(story: Story, city: City, village: Village) -> None:
    """Neighbours of the village wished for something before, so that the past has something to show."""
    for code, day in CIRCLES.items():
        for who in story.chance.some(village.neighbours, 6):
            words = story.chance.one(read("wishes")[code]["words"])
            moment = story.moment(day, story.chance.between(540, 1000))
            story.at(moment, partial(_ask, story, city, village, who, code, words))


def _plan_wish(story: Story, city: City, village: Village, elder: Neighbour) -> None:
    """Five neighbours and the resident want the same; a proposal for them is on the board."""
    for number, who in enumerate((elder, *story.chance.some(village.neighbours, 5))):
        words = read("wishes")[WISH]["words"][number % 5]
        moment = story.moment(-1, 1130 + 11 * number) if number else story.until - timedelta(minutes=70)
        story.at(moment, partial(_ask, story, city, village, who, WISH, words))


def _plan_invitation(story: Story, city: City, village: Village) -> None:
    """Neighbours want what only the instructor teaches; the manager has just asked."""
    for number, who in enumerate(story.chance.some(village.neighbours, 6)):
        words = read("wishes")[RESERVED]["words"][number % 2]
        moment = story.until - timedelta(hours=story.chance.between(50, 70))
        story.at(moment, partial(_ask, story, city, village, who, RESERVED, words))
    story.at(story.until - timedelta(minutes=40), partial(_ask_instructor, story, city, village))


def _plan_long_wait(story: Story, city: City, village: Village) -> None:
    """Somebody waits for what nobody in the city teaches: the manager has promised to call."""
    words, who = read("wishes")[UNTAUGHT]["words"][0], story.chance.one(village.neighbours)
    story.at(story.moment(-9, 900), partial(_ask, story, city, village, who, UNTAUGHT, words))


def _plan_sessions(story: Story, city: City, village: Village, elder: Neighbour, teacher: Neighbour) -> None:
    """The resident has been somewhere and has something today or tomorrow; the instructor has taught and will."""
    minutes = (story.until - story.moment(0)) // timedelta(minutes=1)
    soon = (0, max(600, minutes // 60 * 60 + 120)) if minutes < 17 * 60 else (1, 600)
    for each, day, starts, instructor in (
        (CALLIGRAPHY, -12, 840, teacher.id),
        (CALLIGRAPHY, -2, 840, teacher.id),
        (CHAIR_EXERCISES, *soon, None),
        (CALLIGRAPHY, 6, 840, teacher.id),
    ):
        span = (story.moment(day, starts), story.moment(day, starts + each["minutes"]))
        announced = story.moment(day - 9, 660)
        deed = partial(_announce_for, story, city, village, each, span, instructor, elder)
        story.at(announced, deed)


def _announce_for(
    story: Story,
    city: City,
    village: Village,
    each: dict[str, Any],
    span: Span,
    instructor: UUID | None,
    who: Neighbour,
) -> None:
    activity_id = announce(story, city, village, each, [span], instructor_id=instructor)
    if activity_id is not None:
        activities.enrol(story.session, activity_id, who.id, now=story.now)


def _ask(story: Story, city: City, village: Village, who: Neighbour, code: str, words: str) -> None:
    usual = {"number": 1, "level": "any", "reach_m": 2000, "needs": ()}
    ask(story, village, who, code, city.topics[code], SPANS, words=words, **usual)


def _ask_instructor(story: Story, city: City, village: Village) -> None:
    for each in matching.proposals_on_board(story.session, village.id):
        if each.topic_id == city.topics[RESERVED] and each.state == "proposed":
            invitations.invite(story.session, each.id, by=village.manager, now=story.now)
