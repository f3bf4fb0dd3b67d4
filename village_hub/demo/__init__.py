"""The demo city: fictional people in a city of Hanam's shape, whose last weeks are told through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.demo import cast, ground, population
from village_hub.demo.arranging import plan_arranging
from village_hub.demo.attending import plan_activities
from village_hub.demo.chance import Chance
from village_hub.demo.following import Following
from village_hub.demo.names import name
from village_hub.demo.story import Story
from village_hub.demo.wishing import plan_wishes
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.passwords import PasswordHash, hash_password
from village_hub.people import service as people
from village_hub.places import queries as places
from village_hub.what_if import queries as what_ifs
from village_hub.what_if import service as what_if

#: How many there are in a city of full size.
RESIDENTS, CLUBS, VOLUNTEERS, WISHES, ACTIVITIES = 3000, 120, 400, 300, 120
SEED = 41450
#: The city is older than the story: its first people came so many days ago.
BEGINNING = -700


def build(database: Database, say: Callable[[str], object] = print, *, scale: float = 1.0, seed: int = SEED) -> bool:
    """Fill an empty database with the demo city, wholly or not at all; says whether there was anything to do.

    The same seed and the same moment give the same rows. `scale` makes a smaller city.
    """
    with database.read_session() as session:
        if not _is_empty(session):
            return False
    until, password = database.clock.now(), database.ids.secret()[:12]
    say("Building the demo city; this takes about half a minute.")
    kept = hash_password(password)
    apart = Database(database.url, clock=SettableClock(until), ids=SeededIds(seed))
    try:
        with apart.write_session() as session:
            if not _is_empty(session):
                return False
            _tell(session, until, kept, Chance(SeededIds(seed + 1)), scale)
    finally:
        apart.dispose()
    say("The demo city is ready. Sign in with a card number and the password " + password)
    for each in cast.VISITORS:
        say(f"  {each.role:<17} {each.name}  {each.card_number}")
    return True


def _is_empty(session: Session) -> bool:
    return session.scalar(select(RecordedEvent.id).limit(1)) is None and not places.districts(session)


def _tell(session: Session, until: datetime, password: PasswordHash, chance: Chance, scale: float) -> None:
    clock = session.info["clock"]
    story = Story(session, clock, chance, until)
    clock.moment = story.moment(BEGINNING, 600)
    operator = cast.register(story, cast.OPERATOR, password)
    people.grant_role(session, operator, "operator", now=story.now)
    staff = cast.register(story, cast.STAFF, password)
    people.grant_role(session, staff, "staff", by=operator, now=story.now)
    city = ground.lay(story, operator)
    manager = cast.register(story, cast.MANAGER, password)

    def manager_of(village: str) -> UUID:
        return manager if village == cast.HOME else people.register(session, name=name(chance, "1970"), now=story.now)

    ground.found_villages(story, city, manager_of)
    population.settle_residents(story, city, int(RESIDENTS * scale))
    clock.moment = max(story.now, story.moment(-35, 600))
    population.found_clubs(story, city, max(int(CLUBS * scale), len(city.villages)))
    population.offer_talents(story, city, int(VOLUNTEERS * scale))
    following = Following(story, city)
    following.forget()
    plan_wishes(story, city, int(WISHES * scale))
    plan_activities(story, city, int(ACTIVITIES * scale))
    plan_arranging(story, city)
    cast.introduce(story, city, password)
    story.follow = following.follow
    story.tell()
    following.settle()
    story.attempt(partial(_wonder, story, staff))


def _wonder(story: Story, staff: UUID) -> None:
    """The office asks what smaller groups would have meant; the first worker reckons it."""
    since, until = what_ifs.days(story.session, None, None, story.now)
    what_if.ask(story.session, since=since, until=until, rules={"minimum_group": 4}, by=staff, now=story.now)
