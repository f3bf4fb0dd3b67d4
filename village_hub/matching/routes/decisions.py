"""What was decided by hand in a village: what later runs keep to, what has ended, and what could become a rule."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotAllowed
from village_hub.learning_requests.policies import manages_some_village
from village_hub.matching import queries, service
from village_hub.matching.errors import DecisionMovedOn, NoSuchDecision
from village_hub.matching.forms import REASON_WORDS
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries import DecisionFacts, Habit
from village_hub.matching.routes.blueprint import blueprint
from village_hub.people import queries as people
from village_hub.people.policies import manages, signed_in
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.villages import policies as villages_policies
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@dataclass(frozen=True, slots=True)
class NamedDecision:
    """A decision with the names that the page shows."""

    decision: DecisionFacts
    topic: str
    instructor: str
    venue: str
    people: tuple[str, ...]
    by: str
    ended_by: str

    @property
    def holds(self) -> bool:
        """Whether runs keep to it and it can be ended."""
        return self.decision.ended_at is None and self.decision.kind != DecisionKind.APPROVED


@blueprint.get("/villages/<uuid:village_id>/decisions")
@policy(signed_in)
def decisions(village_id: UUID) -> ResponseReturnValue:
    session = read_session()
    villages_policies.require_running(required_account(), village_id)
    listen(session, f"board:{village_id}")
    village = villages.village(session, village_id)
    if village is None:
        raise NoSuchVillage
    found = queries.decisions_of_village(session, village_id)
    named = _named(found)
    habits = queries.habits(found)
    rooms = places.venues(session, {each.venue_id for each in habits if each.venue_id})
    who = people.names(session, {each.instructor_id for each in habits if each.instructor_id})
    return render_template(
        "matching/decisions.html",
        village=village,
        holding=[each for each in named if each.holds],
        over=[each for each in named if not each.holds],
        habits=[(each, _subject(each, who, {key: room.label for key, room in rooms.items()})) for each in habits],
        reasons=REASON_WORDS,
        place_name=village.called(language()),
        contact={"name": village.called(language()), "phone": village.phone},
    )


@blueprint.post("/decisions/<uuid:decision_id>/end")
@policy(manages_some_village)
def end_decision(decision_id: UUID) -> ResponseReturnValue:
    found = queries.decision(read_session(), decision_id)
    if found is None:
        raise NoSuchDecision
    if not manages(required_account(), found.village_id):
        raise NotAllowed
    with write_session() as session:
        service.end(session, decision_id, by=required_account().id, now=now())
        flash(_("The decision is ended. The next search no longer keeps to it."), "good")
        return see_other(url_for(".decisions", village_id=found.village_id))


@blueprint.post("/villages/<uuid:village_id>/decisions/rules")
@policy(signed_in)
def make_habit_a_rule(village_id: UUID) -> ResponseReturnValue:
    """What was decided again and again becomes a rule for everybody; only what the page proposes."""
    villages_policies.require_running(required_account(), village_id)
    known = queries.habits(queries.decisions_of_village(read_session(), village_id))
    habit = next((each for each in known if habit_key(each) == request.form.get("habit")), None)
    if habit is None:
        raise DecisionMovedOn
    with write_session() as session:
        service.rule_out(
            session,
            DecisionKind(habit.kind),
            village_id=village_id,
            everybody=True,
            instructor_id=habit.instructor_id,
            venue_id=habit.venue_id,
            reason=habit.reason,
            by=required_account().id,
            now=now(),
        )
        flash(_("That is a rule of the village now."), "good")
        return see_other(url_for(".decisions", village_id=village_id))


@blueprint.app_template_filter("habit_key")
def habit_key(habit: Habit) -> str:
    """Which habit a form means."""
    return f"{habit.kind} {habit.instructor_id or habit.venue_id} {habit.reason}"


def _subject(habit: Habit, names: dict[UUID, str], rooms: dict[UUID, str]) -> str:
    return names.get(habit.instructor_id or UUID(int=0)) or rooms.get(habit.venue_id or UUID(int=0), "")


def _named(found: list[DecisionFacts]) -> list[NamedDecision]:
    session = read_session()
    meant = {person for each in found for person in each.people}
    meant |= {one for each in found for one in (each.instructor_id, each.decided_by, each.ended_by) if one}
    names = people.names(session, meant)
    rooms = places.venues(session, {each.venue_id for each in found if each.venue_id})
    proposals = queries.proposals(session, {each.proposal_id for each in found if each.proposal_id})
    taught = topics.names(session, {each.topic_id for each in proposals.values()}, language())
    return [
        NamedDecision(
            each,
            taught[proposals[each.proposal_id].topic_id] if each.proposal_id in proposals else "",
            names[each.instructor_id] if each.instructor_id else "",
            rooms[each.venue_id].label if each.venue_id else "",
            tuple(names[person] for person in each.people),
            names[each.decided_by],
            names[each.ended_by] if each.ended_by else "",
        )
        for each in found
    ]
