"""Pairs of people who want what only one of them can have. A new clash is one function and a line in `CLASHES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.learning_requests import a_neighbour
from tests.factories.places import a_venue
from tests.factories.topics import a_topic
from tests.faults.races.arena import Arena, a_free_day, asked, residents, volunteers
from tests.faults.races.crowd import Answer, Device, Press, following
from tests.faults.races.groups import a_group
from tests.faults.races.line import broken_rules
from village_hub.invitations.models import Invitation
from village_hub.learning_requests.models import LearningRequest
from village_hub.matching.models import Proposal
from village_hub.schedules.models import PersonSlot, VenueSlot

Wrong = Iterator[str]
#: Where a page says why something could not be.
SAID = ('<p class="large">', 'class="error', 'data-tone="attention"')


@dataclass(frozen=True)
class Clash:
    """What is pressed at the same moment, and what is wrong afterwards."""

    presses: Sequence[Press]
    wrong: Callable[[Session, list[Answer]], Wrong]


def two_volunteers_say_yes(arena: Arena) -> Clash:
    with arena.city.database.write_session() as session:
        both = volunteers(session, 2)
        questions = list(asked(session, both, arena.city.venues[0], a_free_day(session)))

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        yield from states(session, questions, accepted=1, withdrawn=1)

    return Clash(answering(arena, both, questions), wrong)


def a_yes_against_a_withdrawal(arena: Arena) -> Clash:
    with arena.city.database.write_session() as session:
        (one,) = volunteers(session, 1)
        (question,) = asked(session, [one], arena.city.venues[0], a_free_day(session))
    manager = arena.devices(arena.city.manager)[0]
    taking_back = manager.press(arena.board, f"/invitations/{question}/withdrawal")

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        state = {0: "withdrawn", 1: "accepted"}[[each.status == 303 for each in answers].index(True)]
        yield from states(session, [question], **{state: 1})

    return Clash([taking_back, *answering(arena, [one], [question])], wrong)


def two_groups_want_one_room(arena: Arena) -> Clash:
    with arena.city.database.write_session() as session:
        both, room, starts_at = (
            volunteers(session, 2),
            a_venue(session, f"방 {a_free_day(session)}"),
            a_free_day(session),
        )
        questions = [
            question
            for late, each in enumerate(both)
            for question in asked(session, [each], room, starts_at + timedelta(hours=late))
        ]
    return Clash(answering(arena, both, questions), _one_is_kept(questions))


def two_wishes_want_one_instructor(arena: Arena) -> Clash:
    """The instructor has both questions open and says yes to both, an hour apart and overlapping."""
    with arena.city.database.write_session() as session:
        (one,), starts_at = volunteers(session, 1), a_free_day(session)
        questions = [
            question
            for late, room in enumerate(arena.city.venues)
            for question in asked(session, [one], room, starts_at + timedelta(hours=late))
        ]
    return Clash(answering(arena, [one, one], questions), _one_is_kept(questions))


def two_managers_ask(arena: Arena) -> Clash:
    proposal = _a_proposal(arena)

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        yield from states(session, _questions(session, proposal), needs_action=2)

    return Clash(_on_the_board(arena, f"/proposals/{proposal}/asking", f"/proposals/{proposal}/asking"), wrong)


def one_manager_asks_and_one_dismisses(arena: Arena) -> Clash:
    proposal = _a_proposal(arena)

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        is_asked = session.get_one(Proposal, proposal).state == "asked"
        yield from states(session, _questions(session, proposal), needs_action=2 if is_asked else 0)

    return Clash(_on_the_board(arena, f"/proposals/{proposal}/asking", f"/proposals/{proposal}/dismissal"), wrong)


def one_manager_asks_and_one_edits(arena: Arena) -> Clash:
    """Both may succeed, one after the other: then what is asked is what was chosen."""
    proposal = _a_proposal(arena)
    asking, editing = arena.devices(*arena.managers)
    presses = [asking.press(arena.board, f"/proposals/{proposal}/asking"), _edited(arena, editing, proposal)]

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from kindly(answers)
        found = session.get_one(Proposal, proposal)
        for each in _questions(session, proposal):
            if session.get_one(Invitation, each).starts_at != found.starts_at:
                yield "instructors were asked for another time than the proposal says"

    return Clash(presses, wrong)


def one_manager_dismisses_and_one_edits(arena: Arena) -> Clash:
    proposal = _a_proposal(arena)
    dismissing, editing = arena.devices(*arena.managers)
    presses = [dismissing.press(arena.board, f"/proposals/{proposal}/dismissal"), _edited(arena, editing, proposal)]

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from kindly(answers)
        found = session.get_one(Proposal, proposal)
        if found.state != "dropped" or (answers[1].status != 303) == found.pinned:
            yield f"the proposal is {found.state}, and edited: {found.pinned}"

    return Clash(presses, wrong)


def two_managers_edit(arena: Arena) -> Clash:
    """Whoever comes second has not seen what the first one chose."""
    proposal = _a_proposal(arena)
    devices = arena.devices(*arena.managers)
    presses = [_edited(arena, each, proposal, later=days) for days, each in enumerate(devices, start=200)]

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)

    return Clash(presses, wrong)


def the_seated_leaves_while_the_next_leaves_and_a_third_comes(arena: Arena) -> Clash:
    city = arena.city
    with city.database.write_session() as session:
        activity = an_activity(session, city.village, city.manager, seats=1)
        seated, waiting, comes = residents(session, 3)
        for each in (seated, waiting):
            a_seat(session, activity, each)
    one, two, three = arena.devices(seated, waiting, comes)
    page = f"/activities/{activity}"
    leaving = [each.press(page, "/enrolments/end") for each in (one, two)]

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        if {each.status for each in answers} != {303}:
            yield f"the answers are {[each.status for each in answers]}"
        yield from broken_rules(session, activity, 1)

    return Clash([*leaving, three.press(page, "/enrolments")], wrong)


def one_person_signs_up_twice(arena: Arena) -> Clash:
    city = arena.city
    with city.database.write_session() as session:
        activity, (one,) = an_activity(session, city.village, city.manager, seats=30), residents(session, 1)

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        yield from broken_rules(session, activity, 30)

    both = arena.devices(one, one)
    return Clash([each.press(f"/activities/{activity}", "/enrolments") for each in both], wrong)


def one_person_wishes_twice(arena: Arena) -> Clash:
    with arena.city.database.write_session() as session:
        one, topic = a_neighbour(session, "두번이"), a_topic(session)

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        yield from one_wins(answers)
        number = session.scalar(sa.select(sa.func.count()).where(LearningRequest.requester_id == one))
        if number != 1:
            yield f"{number} requests for the same"

    when = [each.press("/learning-requests/new", "/new", topic_id=str(topic)) for each in arena.devices(one, one)]
    return Clash([following(following(each, weekly="tue-afternoon")) for each in when], wrong)


CLASHES = (
    two_volunteers_say_yes,
    a_yes_against_a_withdrawal,
    two_groups_want_one_room,
    two_wishes_want_one_instructor,
    two_managers_ask,
    one_manager_asks_and_one_dismisses,
    one_manager_asks_and_one_edits,
    one_manager_dismisses_and_one_edits,
    two_managers_edit,
    the_seated_leaves_while_the_next_leaves_and_a_third_comes,
    one_person_signs_up_twice,
    one_person_wishes_twice,
)


def one_wins(answers: list[Answer]) -> Wrong:
    """One is led on; everybody else hears why not."""
    winners = [each for each in answers if each.status == 303]
    if len(winners) != 1:
        yield f"{len(winners)} winners: {[each.status for each in answers]}"
    yield from kindly(answers)


def kindly(answers: list[Answer]) -> Wrong:
    """Nobody meets an error: whoever cannot have it reads a sentence that says so."""
    for each in answers:
        if each.status != 303 and (each.status not in (409, 422) or not any(mark in each.text for mark in SAID)):
            yield f"an unkind answer: {each.status}"


def states(session: Session, questions: Sequence[UUID], **expected: int) -> Wrong:
    """The invitations are in these states, so many in each."""
    query = sa.select(Invitation.state, sa.func.count()).where(Invitation.id.in_(questions)).group_by(Invitation.state)
    found = dict(session.execute(query).all())
    if found != {state: number for state, number in expected.items() if number}:
        yield f"the invitations are {found}"


def answering(arena: Arena, people: Sequence[UUID], questions: Sequence[UUID]) -> list[Press]:
    """Everybody has their question open and is about to say yes."""
    both = zip(arena.devices(*people), questions, strict=True)
    return [device.press(f"/invitations/{each}", "/acceptance") for device, each in both]


def _one_is_kept(questions: Sequence[UUID]) -> Callable[[Session, list[Answer]], Wrong]:
    """Of two that need the same half hours one is kept; the other is taken back, and its instructor reads why."""

    def wrong(session: Session, answers: list[Answer]) -> Wrong:
        if {each.status for each in answers} != {303}:
            yield f"the answers are {[each.status for each in answers]}"
        yield from states(session, questions, accepted=1, withdrawn=1)
        for table, owner in ((PersonSlot, PersonSlot.person_id), (VenueSlot, VenueSlot.venue_id)):
            twice = sa.select(owner).group_by(owner, table.slot).having(sa.func.count() > 1)
            if session.execute(twice).first():
                yield f"somebody or something is taken twice in {table.__tablename__}"

    return wrong


def _a_proposal(arena: Arena) -> UUID:
    with arena.city.database.write_session() as session:
        return a_group(session, volunteers(session, 2), arena.city.venues[0], a_free_day(session))


def _questions(session: Session, proposal: UUID) -> list[UUID]:
    return list(session.scalars(sa.select(Invitation.id).where(Invitation.proposal_id == proposal)))


def _on_the_board(arena: Arena, *actions: str) -> list[Press]:
    """The learning managers have the board open, each about to press one of these buttons."""
    both = zip(arena.devices(*arena.managers), actions, strict=True)
    return [device.press(arena.board, action) for device, action in both]


def _edited(arena: Arena, device: Device, proposal: UUID, *, later: int = 300) -> Press:
    page = f"/proposals/{proposal}/change"
    day = arena.city.database.clock.now() + timedelta(days=later)
    return device.press(page, page, starts_at=f"{day:%Y-%m-%dT11:00}")
