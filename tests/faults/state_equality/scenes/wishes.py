"""A wish, from its first word to the volunteer's yes, with everything that may come between."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from tests.factories.invitations import always_asking
from tests.factories.learning_requests import AFTERNOONS
from tests.faults.state_equality.scenes.scene import scene
from tests.faults.state_equality.town import Town
from tests.journeys.city import ALWAYS
from village_hub.invitations import service as invitations
from village_hub.invitations.models import Invitation, Reason
from village_hub.learning_requests import service as learning_requests
from village_hub.learning_requests.models import LearningRequest, Rulebook
from village_hub.matching import service as matching
from village_hub.matching.models import DecisionKind, Proposal
from village_hub.matching.queries import Wanted
from village_hub.talents import service as talents
from village_hub.talents.models import Talent
from village_hub.talents.service import Terms
from village_hub.topics.models import Topic
from village_hub.villages import service as villages

LEVELS = ("beginner", "intermediate")
HERE = Terms(lon=127.19, lat=37.56, cap_per_week=3)


@scene
def a_wish_is_opened(town: Town) -> None:
    wish(town, town.city.resident)


@scene
def neighbours_join_and_one_leaves(town: Town) -> None:
    request = latest(town)
    for each in town.city.neighbours[:3]:
        town.do(learning_requests.join, request, by=each)
    town.do(learning_requests.leave, request, by=town.city.neighbours[0])
    town.do(learning_requests.join, request, by=town.city.neighbours[0], number=3)


@scene
def the_search_finds_a_lecture(town: Town) -> None:
    town.later(seconds=2)
    assert proposal(town)


@scene
def the_manager_keeps_rules_out_and_takes_back(town: Town) -> None:
    by, people = town.city.manager, town.city.neighbours[:2]
    town.do(matching.ask_cost, proposal(town), Wanted("pinned"), by=by)
    pinned = town.do(matching.pin, proposal(town), by=by, reason="agreed")
    ruled = town.do(
        matching.rule_out, DecisionKind.APART, village_id=town.city.village, people=people, reason="conflict", by=by
    )
    for each in (pinned, ruled):
        town.do(matching.end, each, by=by)


@scene
def another_room_is_chosen_and_the_volunteer_asked(town: Town) -> None:
    town.do(matching.change, proposal(town), venue_id=town.city.venues[0], by=town.city.manager)
    town.do(invitations.invite_for_all, [proposal(town)], by=town.city.manager)


@scene
def the_question_is_taken_back_and_asked_again(town: Town) -> None:
    town.do(invitations.withdraw, pending(town), by=town.city.manager)
    town.do(invitations.invite, proposal(town), by=town.city.manager)


@scene
def another_time_is_proposed_and_agreed_to(town: Town) -> None:
    asked = pending(town)
    starts_at = town.one(sa.select(Invitation.starts_at).where(Invitation.id == asked)) + timedelta(days=1)
    town.do(invitations.propose_other_time, asked, starts_at=starts_at, by=instructor(town, asked))
    town.do(invitations.agree_to_other_time, asked, by=town.city.manager)


@scene
def a_no_moves_on_to_the_next_volunteer(town: Town) -> None:
    asked = pending(town)
    town.do(invitations.decline, asked, reason=Reason.TOO_FAR, by=instructor(town, asked))
    assert pending(town) != asked


@scene
def silence_leaves_nobody_to_ask(town: Town) -> None:
    town.later(days=2)
    assert not town.all(sa.select(Invitation.id).where(Invitation.state == "needs_action"))


@scene
def the_manager_promises_and_the_day_passes(town: Town) -> None:
    until = town.clock.now() + timedelta(hours=20)
    town.do(learning_requests.promise, latest(town), until=until, by=town.city.manager)
    town.later(hours=21)


@scene
def the_manager_says_that_it_cannot_be_done_and_tries_again(town: Town) -> None:
    request = latest(town)
    town.do(learning_requests.mark_unserved, request, words="강사를 찾지 못했어요.", by=town.city.manager)
    town.do(learning_requests.reopen, [request])
    town.do(learning_requests.withdraw, request, by=town.city.resident)


@scene
def what_would_help_is_taken_up(town: Town) -> None:
    """Nobody teaches before nine."""
    request = wish(town, town.city.resident, number=6, weekly=((5, 6 * 60, 8 * 60),))
    town.later(seconds=2)
    town.do(learning_requests.take_up, request, change="other_hour", by=town.city.resident)
    town.do(learning_requests.withdraw, request, by=town.city.resident)


@scene
def the_rules_change(town: Town) -> None:
    town.do(learning_requests.set_rules, valid_from=town.clock.now().date(), rules=always_asking(2))
    assert town.one(sa.select(Rulebook.rules)) == always_asking(2)


@scene
def somebody_offers_to_teach_rests_and_returns(town: Town) -> None:
    volunteer = town.city.volunteers[0]
    town.do(talents.pause, volunteer, until=town.clock.now() + timedelta(days=3))
    town.do(talents.resume, volunteer)
    given = town.do(talents.offer, volunteer, topics={other_topic(town): ["beginner"]}, weekly=ALWAYS, terms=HERE)
    town.do(talents.withdraw_talent, given[0], by=volunteer)
    town.do(talents.offer, town.city.neighbours[4], topics={town.city.topic: LEVELS}, weekly=ALWAYS, terms=HERE)


@scene
def a_village_that_asks_by_itself_asks_two_at_once(town: Town) -> None:
    town.do(villages.choose_asking, town.city.village, True, by=town.city.manager)
    wish(town, town.city.neighbours[0], number=5)
    town.later(seconds=2)
    assert len(town.all(sa.select(Invitation.id).where(Invitation.state == "needs_action"))) == 2


@scene
def the_group_falls_apart_while_its_volunteers_are_asked(town: Town) -> None:
    town.do(learning_requests.withdraw, latest(town), by=town.city.neighbours[0])
    assert not town.all(sa.select(Invitation.id).where(Invitation.state == "needs_action"))


@scene
def a_proposal_is_dismissed(town: Town) -> None:
    town.do(villages.choose_asking, town.city.village, False, by=town.city.manager)
    wish(town, town.city.neighbours[1], number=6)
    town.later(seconds=2)
    town.do(matching.dismiss, proposal(town), by=town.city.manager)
    town.later(seconds=2)


@scene
def a_letter_with_a_private_link_is_answered_with_yes(town: Town) -> None:
    town.do(invitations.invite, proposal(town), by=town.city.manager)
    for asked in town.all(sa.select(Invitation.id).where(Invitation.state == "needs_action")):
        town.just(invitations.issue_link, asked)
    asked = pending(town)
    town.do(invitations.accept, asked, by=instructor(town, asked))


def wish(town: Town, by: UUID, number: int = 1, weekly: tuple[tuple[int, int, int], ...] = AFTERNOONS) -> UUID:
    """Somebody asks for what the volunteers teach."""
    today = town.clock.now().date()
    return town.do(
        learning_requests.open_request, by=by, topic_id=town.city.topic, weekly=weekly, number=number,
        from_date=today, until_date=today + timedelta(days=60),
    )  # fmt: skip


def latest(town: Town) -> UUID:
    """The wish that was opened last."""
    return town.all(sa.select(LearningRequest.id).order_by(LearningRequest.opened_at))[-1]


def proposal(town: Town) -> UUID:
    """The proposal that waits for the manager."""
    return town.one(sa.select(Proposal.id).where(Proposal.state == "proposed"))


def pending(town: Town) -> UUID:
    """A question that waits for an answer."""
    return town.one(sa.select(Invitation.id).where(Invitation.state == "needs_action"))


def instructor(town: Town, invitation: UUID) -> UUID:
    """Whom an invitation asks."""
    return town.one(sa.select(Invitation.instructor_id).where(Invitation.id == invitation))


def other_topic(town: Town) -> UUID:
    """Something that nobody here teaches yet."""
    taught = sa.select(Talent.topic_id)
    return town.one(sa.select(Topic.id).where(Topic.active, Topic.id.not_in(taught)).order_by(Topic.code))
