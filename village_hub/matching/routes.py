"""What the learning manager does with a proposal, but for asking."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotAllowed
from village_hub.learning_requests.policies import manages_some_village
from village_hub.matching import policies, queries, service
from village_hub.matching.errors import NoSuchProposal
from village_hub.matching.forms import ChangeForm
from village_hub.matching.queries import ProposalFacts
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.formats import local, to_utc
from village_hub.web.i18n import _, language
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("matching", __name__, template_folder="templates")


@blueprint.get("/proposals/<uuid:proposal_id>/change")
@policy(manages_some_village)
def change(proposal_id: UUID) -> ResponseReturnValue:
    proposal = _proposal(proposal_id)
    form = ChangeForm(
        formdata=None,
        instructor_id=str(proposal.instructor_id),
        venue_id=str(proposal.venue_id),
        starts_at=local(proposal.starts_at).replace(tzinfo=None),
        seen=proposal.plan,
    )
    return _page(proposal, form)


@blueprint.post("/proposals/<uuid:proposal_id>/change")
@policy(manages_some_village)
def make_change(proposal_id: UUID) -> ResponseReturnValue:
    proposal, form = _proposal(proposal_id), ChangeForm()
    _offer(form, proposal)
    if form.validate_on_submit():
        with form.refusals(), write_session() as session:
            service.change(
                session,
                proposal_id,
                instructor_id=UUID(form.instructor_id.data),
                venue_id=UUID(form.venue_id.data),
                starts_at=to_utc(form.starts_at.data),
                seen=form.seen.data,
                by=required_account().id,
                now=now(),
            )
            flash(_("The proposal is changed. You can ask the instructor now."), "good")
            return see_other(_board(proposal))
    return _page(proposal, form), 422


@blueprint.post("/proposals/<uuid:proposal_id>/dismissal")
@policy(manages_some_village)
def dismiss(proposal_id: UUID) -> ResponseReturnValue:
    proposal = _proposal(proposal_id)
    with write_session() as session:
        service.dismiss(session, proposal_id, by=required_account().id, now=now())
        flash(_("The proposal is dismissed. We look for another."), "info")
        return see_other(_board(proposal))


def _proposal(proposal_id: UUID) -> ProposalFacts:
    found = queries.proposal(read_session(), proposal_id)
    if found is None:
        raise NoSuchProposal
    if not policies.may_change(required_account(), found):
        raise NotAllowed
    return found


def _offer(form: ChangeForm, proposal: ProposalFacts) -> None:
    session = read_session()
    able = (proposal.instructor_id, *proposal.alternatives)
    names = people.names(session, able)
    form.instructor_id.choices = [(str(each), names[each]) for each in able]
    rooms = [each for each in places.all_venues(session) if (each.capacity or proposal.people) >= proposal.people]
    form.venue_id.choices = [(str(each.id), each.label) for each in rooms]


def _page(proposal: ProposalFacts, form: ChangeForm) -> str:
    _offer(form, proposal)
    topic = topics.names(read_session(), [proposal.topic_id], language())[proposal.topic_id]
    return render_template("matching/change.html", form=form, proposal=proposal, topic=topic, board=_board(proposal))


def _board(proposal: ProposalFacts) -> str:
    return f"/villages/{proposal.village_id}/board"
