"""Hermitage's anomalies, each on a pair of our own transactions that could suffer it.

Each case says what stands in its way here. A new pair is one function and a line in `ANOMALIES`.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat
from tests.factories.learning_requests import a_neighbour, a_request
from tests.factories.people import an_operator
from tests.faults.races.line import broken_rules
from tests.faults.races.transactions import (
    Pair,
    Wrong,
    a_proposal,
    accept,
    activity_with,
    alone,
    choices_of_two,
    edit,
    enrol,
    give_back,
    is_torn,
    now_of,
    open_questions,
    people_of,
    undo,
)
from tests.journeys.city import City
from village_hub.activities import queries as activities
from village_hub.activities.models import Enrolment
from village_hub.invitations.models import Invitation
from village_hub.learning_requests.models import LearningRequest
from village_hub.matching import queries as matching_queries
from village_hub.matching.models import Proposal
from village_hub.people import service as people
from village_hub.people.models import PersonRole
from village_hub.schedules.models import Hold


def g0_dirty_write(city: City) -> Pair:
    """Two learning managers change one proposal. The row is locked first, so plan and fact are written together."""
    proposal, choices = a_proposal(city), choices_of_two(city)
    one, two = choices.items()

    def wrong(session: Session, _first: Any, _second: Any) -> Wrong:
        yield from is_torn(session, proposal, choices)

    return Pair(
        lambda session: edit(session, proposal, one), alone(city, lambda each: edit(each, proposal, two)), wrong
    )


def g1a_aborted_read(city: City) -> Pair:
    """Somebody takes the last seat and the transaction fails: whoever comes next waits for its end and has the seat."""
    activity, (one, two) = activity_with(city, seats=1), people_of(city, 2)

    def first(session: Session) -> Any:
        enrol(session, activity, one)
        session.info["before_commit"].append(undo)

    def wrong(session: Session, _first: Any, second: Any) -> Wrong:
        if second != "seated":
            yield f"what never happened was seen: {second}"
        if session.scalar(sa.select(Enrolment.id).where(Enrolment.person_id == one)):
            yield "what was rolled back is there"

    return Pair(first, alone(city, lambda session: enrol(session, activity, two)), wrong)


def g1b_intermediate_read(city: City) -> Pair:
    """A page is opened while a volunteer says yes: it shows all of the yes or nothing of it."""
    (question,), (one,) = open_questions(city, 1)

    def look() -> tuple[Any, ...]:
        with city.database.read_session() as session:
            invitation = session.get_one(Invitation, question)
            held = session.scalar(sa.select(sa.func.count()).where(Hold.why == f"invitation:{question}"))
            return invitation.state, session.get_one(Proposal, invitation.proposal_id).state, held

    def wrong(_session: Session, _first: Any, seen: Any) -> Wrong:
        if seen not in (("needs_action", "asked", 0), ("accepted", "accepted", 1)):
            yield f"half a yes was seen: {seen}"

    return Pair(lambda session: accept(session, question, one), look, wrong)


def g1c_circular_information_flow(city: City) -> Pair:
    """Two people sign up for two activities and look at each other's: not both can have seen the other."""
    (here, there), (one, two) = (activity_with(city, seats=5), activity_with(city, seats=5)), people_of(city, 2)

    def enrol_and_look(session: Session, activity: UUID, person: UUID, other: UUID) -> int:
        enrol(session, activity, person)
        return activities.seat_count(session, other).taken

    def wrong(_session: Session, first: Any, second: Any) -> Wrong:
        if (first, second) == (1, 1):
            yield "each has seen what the other had not committed"

    return Pair(
        lambda session: enrol_and_look(session, here, one, there),
        alone(city, lambda session: enrol_and_look(session, there, two, here)),
        wrong,
    )


def otv_observed_transaction_vanishes(city: City) -> Pair:
    """Whoever has read a change reads all of it: plan and fact are of the same learning manager, then and later."""
    proposal, choices = a_proposal(city), choices_of_two(city)
    one, two = choices.items()

    def edit_and_look() -> list[str]:
        with city.database.read_session() as session:
            before = list(is_torn(session, proposal, choices))
        alone(city, lambda session: edit(session, proposal, two))()
        with city.database.read_session() as session:
            return before + list(is_torn(session, proposal, choices))

    def wrong(session: Session, _first: Any, torn: Any) -> Wrong:
        yield from torn
        yield from is_torn(session, proposal, choices)

    return Pair(lambda session: edit(session, proposal, one), edit_and_look, wrong)


def pmp_predicate_many_preceders(city: City) -> Pair:
    """One person asks for the same twice: that nothing of the kind waits is looked for under the requester's lock."""
    with city.database.write_session() as session:
        one = a_neighbour(session, "두번이")

    def wrong(session: Session, _first: Any, _second: Any) -> Wrong:
        number = session.scalar(sa.select(sa.func.count()).where(LearningRequest.requester_id == one))
        if number != 1:
            yield f"{number} requests for the same"

    def wish(session: Session) -> Any:
        return a_request(session, by=one)

    return Pair(wish, alone(city, wish), wrong)


def p4_lost_update(city: City) -> Pair:
    """Two learning managers have the same plan before them: the second one is told to look again."""
    proposal, (one, two) = a_proposal(city), choices_of_two(city).items()
    with city.database.read_session() as session:
        facts = matching_queries.proposal(session, proposal)
        assert facts is not None

    def wrong(_session: Session, *outcomes: Any) -> Wrong:
        if sorted(map(str, outcomes)) != ["None", "ProposalMovedOn"]:
            yield f"both have overwritten what they saw: {outcomes}"

    return Pair(
        lambda session: edit(session, proposal, one, seen=facts.plan),
        alone(city, lambda session: edit(session, proposal, two, seen=facts.plan)),
        wrong,
    )


def g_single_read_skew(city: City) -> Pair:
    """Somebody signs up while everybody else leaves: who waits and which seats are free is read under one lock."""
    activity, (seated, waiting, comes) = activity_with(city, seats=1), people_of(city, 3)
    with city.database.write_session() as session:
        for each in (seated, waiting):
            a_seat(session, activity, each)

    def leave() -> None:
        for each in (seated, waiting):
            alone(city, partial(give_back, activity=activity, person=each))()

    def wrong(session: Session, _first: Any, _second: Any) -> Wrong:
        yield from broken_rules(session, activity, 1)

    return Pair(lambda session: enrol(session, activity, comes), leave, wrong)


def g2_item_write_skew(city: City) -> Pair:
    """Two operators end each other's term: each alone may, but somebody must stay; a lock of all operators."""
    unended = sa.select(PersonRole.id).where(PersonRole.kind == "operator", PersonRole.ends_at.is_(None))
    with city.database.write_session() as session:
        while len(roles := session.scalars(unended).all()) != 2:
            if len(roles) > 2:
                people.end_role(session, roles[0], now=now_of(session))
            else:
                an_operator(session)
    one, two = roles

    def wrong(session: Session, _first: Any, _second: Any) -> Wrong:
        if len(left := session.scalars(unended).all()) != 1:
            yield f"{len(left)} operators are left"

    return Pair(
        lambda session: people.end_role(session, one, now=now_of(session)),
        alone(city, lambda session: people.end_role(session, two, now=now_of(session))),
        wrong,
    )


def g2_anti_dependency_cycle(city: City) -> Pair:
    """Two people sign up for the last seat: the count of what is taken is read under the activity's lock."""
    activity, (one, two) = activity_with(city, seats=1), people_of(city, 2)

    def wrong(session: Session, first: Any, second: Any) -> Wrong:
        if sorted(map(str, (first, second))) != ["seated", "waiting"]:
            yield f"they got {first} and {second}"
        yield from broken_rules(session, activity, 1)

    return Pair(
        lambda session: enrol(session, activity, one),
        alone(city, lambda session: enrol(session, activity, two)),
        wrong,
    )


def g2_two_groups_one_room(city: City) -> Pair:
    """Two volunteers say yes for the same room and hour: each half hour of a room exists once, by its key."""
    questions, both = open_questions(city, 2)

    def wrong(session: Session, _first: Any, _second: Any) -> Wrong:
        states = session.scalars(sa.select(Invitation.state).where(Invitation.id.in_(questions)))
        if sorted(states) != ["accepted", "withdrawn"]:
            yield "the room is promised to both, or to nobody"

    first, second = zip(questions, both, strict=True)
    return Pair(lambda session: accept(session, *first), alone(city, lambda session: accept(session, *second)), wrong)


ANOMALIES = (
    g0_dirty_write,
    g1a_aborted_read,
    g1b_intermediate_read,
    g1c_circular_information_flow,
    otv_observed_transaction_vanishes,
    pmp_predicate_many_preceders,
    p4_lost_update,
    g_single_read_skew,
    g2_item_write_skew,
    g2_anti_dependency_cycle,
    g2_two_groups_one_room,
)
