"""Never these together again: the learning manager rules something out, and sees before what that costs."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests.policies import manages_some_village
from village_hub.matching import service
from village_hub.matching.forms import RuleForm
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries import ProposalFacts, TrialFacts, Wanted
from village_hub.matching.routes import costs
from village_hub.matching.routes.blueprint import blueprint
from village_hub.matching.routes.proposals import board_of, managed
from village_hub.people import queries as people
from village_hub.people.policies import manages
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/proposals/<uuid:proposal_id>/rules")
@policy(manages_some_village)
def rule(proposal_id: UUID) -> ResponseReturnValue:
    proposal = managed(proposal_id)
    trial = costs.asked(proposal)
    form = RuleForm(formdata=None)
    able = _offer(form, proposal)
    form.kind.data = trial.asked["kind"] if trial else None
    form.people.data = trial.asked["people"] if trial else [str(each) for each in able]
    return _page(proposal, form, trial)


@blueprint.post("/proposals/<uuid:proposal_id>/rules")
@policy(manages_some_village)
def make_rule(proposal_id: UUID) -> ResponseReturnValue:
    """Makes the rule, or first tells what it would cost."""
    proposal, form, by = managed(proposal_id), RuleForm(), required_account().id
    _offer(form, proposal)
    if form.validate_on_submit():
        kind, meant = DecisionKind(form.kind.data), tuple(map(UUID, form.people.data or ()))
        with form.refusals(), write_session() as session:
            if "cost" in request.form:
                trial = service.ask_cost(session, proposal_id, Wanted(kind, people=meant), by=by, now=now())
                return see_other(url_for(".rule", proposal_id=proposal_id, trial=trial))
            service.rule_out(
                session,
                kind,
                village_id=proposal.village_id,
                people=meant,
                instructor_id=proposal.instructor_id,
                venue_id=proposal.venue_id,
                proposal_id=proposal_id,
                reason=form.reason.data,
                words=form.words.data or "",
                by=by,
                now=now(),
            )
            flash(_("From now on every search keeps to that. You can end it under “Decisions”."), "good")
            return see_other(board_of(proposal))
    return _page(proposal, form), 422


def _offer(form: RuleForm, proposal: ProposalFacts) -> list[UUID]:
    """Everybody of the group who belongs to a village that the reader runs."""
    session, account = read_session(), required_account()
    known = learning_requests.requests(session, proposal.request_ids).values()
    mine = [each.id for each in known if manages(account, each.village_id)]
    members = [person for each in learning_requests.people_of(session, mine).values() for person in each]
    names = people.names(session, set(members))
    form.people.choices = sorted(((str(each), names[each]) for each in set(members)), key=lambda choice: choice[1])
    return members


def _page(proposal: ProposalFacts, form: RuleForm, trial: TrialFacts | None = None) -> str:
    session = read_session()
    if trial and trial.answer is None:
        listen(session, f"board:{proposal.village_id}")
    return render_template(
        "matching/rule.html",
        form=form,
        proposal=proposal,
        topic=topics.names(session, [proposal.topic_id], language())[proposal.topic_id],
        instructor=people.names(session, [proposal.instructor_id])[proposal.instructor_id],
        venue=places.venues(session, [proposal.venue_id])[proposal.venue_id].label,
        board=board_of(proposal),
        cost=costs.told(trial, proposal) if trial else None,
    )
