"""What the learning manager does with a proposal, but for asking: change, keep, dismiss, and what that would cost."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotAllowed
from village_hub.learning_requests.policies import manages_some_village
from village_hub.matching import policies, queries, service
from village_hub.matching.errors import NoSuchProposal
from village_hub.matching.forms import ChangeForm, ReasonForm
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries import ProposalFacts, TrialFacts, Wanted
from village_hub.matching.routes import choices, costs
from village_hub.matching.routes.blueprint import blueprint
from village_hub.matching.routes.choices import Doubts, Member
from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.web.accounts import required_account
from village_hub.web.formats import local, to_utc
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session, see_other, write_session


@blueprint.get("/proposals/<uuid:proposal_id>/change")
@policy(manages_some_village)
def change(proposal_id: UUID) -> ResponseReturnValue:
    """What was tried out last stands in the form."""
    proposal = managed(proposal_id)
    trial = costs.asked(proposal)
    tried = Wanted.from_json(trial.asked) if trial else Wanted("pinned")
    form = ChangeForm(
        formdata=None,
        instructor_id=str(tried.instructor_id or proposal.instructor_id),
        venue_id=str(tried.venue_id or proposal.venue_id),
        starts_at=local(tried.starts_at or proposal.starts_at).replace(tzinfo=None),
        seen=proposal.plan,
    )
    return _page(proposal, form, trial)


@blueprint.post("/proposals/<uuid:proposal_id>/change")
@policy(manages_some_village)
def make_change(proposal_id: UUID) -> ResponseReturnValue:
    """Saves the change, or first tells what it would cost."""
    proposal, form, by = managed(proposal_id), ChangeForm(), required_account().id
    _offer(form, proposal)
    if form.validate_on_submit():
        wanted = Wanted(
            DecisionKind.CHANGED, UUID(form.instructor_id.data), UUID(form.venue_id.data), to_utc(form.starts_at.data)
        )
        with form.refusals(), write_session() as session:
            if "cost" in request.form:
                trial = service.ask_cost(session, proposal_id, wanted, by=by, now=now())
                return see_other(url_for(".change", proposal_id=proposal_id, trial=trial))
            service.change(
                session,
                proposal_id,
                instructor_id=wanted.instructor_id,
                venue_id=wanted.venue_id,
                starts_at=wanted.starts_at,
                seen=form.seen.data,
                reason=form.reason.data,
                words=form.words.data or "",
                by=by,
                now=now(),
            )
            flash(_("The proposal is changed. You can ask the instructor now."), "good")
            return see_other(board_of(proposal))
    return _page(proposal, form), 422


@blueprint.post("/proposals/<uuid:proposal_id>/pin")
@policy(manages_some_village)
def pin(proposal_id: UUID) -> ResponseReturnValue:
    proposal, form = managed(proposal_id), _reason()
    with write_session() as session:
        service.pin(session, proposal_id, by=required_account().id, now=now(), **form)
        flash(_("This proposal stays as it is. You can end that under “Decisions”."), "good")
        return see_other(board_of(proposal))


@blueprint.post("/proposals/<uuid:proposal_id>/dismissal")
@policy(manages_some_village)
def dismiss(proposal_id: UUID) -> ResponseReturnValue:
    proposal, form = managed(proposal_id), _reason()
    with write_session() as session:
        service.dismiss(session, proposal_id, by=required_account().id, now=now(), **form)
        flash(_("The proposal is dismissed. We look for another."), "info")
        return see_other(board_of(proposal))


def managed(proposal_id: UUID) -> ProposalFacts:
    found = queries.proposal(read_session(), proposal_id)
    if found is None:
        raise NoSuchProposal
    if not policies.may_change(required_account(), found):
        raise NotAllowed
    return found


def _offer(form: ChangeForm, proposal: ProposalFacts) -> tuple[Doubts, list[Member]]:
    """Names who and where can be chosen at the form's hour; says what speaks against what stands in it."""
    session, named = read_session(), form.starts_at.data
    instructor = _chosen(form.instructor_id.data, proposal.instructor_id)
    fit = queries.fit(session, proposal, to_utc(named) if named else proposal.starts_at, instructor)
    names = people.names(session, (proposal.instructor_id, *proposal.alternatives))
    form.instructor_id.choices = choices.instructors(proposal, fit, names)
    form.venue_id.choices = choices.rooms(fit)
    doubts = choices.doubts(fit, _chosen(form.venue_id.data, proposal.venue_id), instructor, names)
    return doubts, choices.members(fit)


def _chosen(typed: str | None, otherwise: UUID) -> UUID:
    try:
        return UUID(typed or "")
    except ValueError:
        return otherwise


def _reason() -> dict[str, str]:
    """Why, where the page asked for it."""
    form = ReasonForm()
    given = form.validate_on_submit() and "reason" in request.form
    return {"reason": form.reason.data, "words": form.words.data or ""} if given else {}


def _page(proposal: ProposalFacts, form: ChangeForm, trial: TrialFacts | None = None) -> str:
    session = read_session()
    if trial and trial.answer is None:
        listen(session, f"board:{proposal.village_id}")
    doubts, members = _offer(form, proposal)
    topic = topics.names(session, [proposal.topic_id], language())[proposal.topic_id]
    return render_template(
        "matching/change.html",
        form=form,
        proposal=proposal,
        topic=topic,
        board=board_of(proposal),
        cost=costs.told(trial, proposal) if trial else None,
        doubts=doubts,
        members=members,
        venue=places.venues(session, [proposal.venue_id])[proposal.venue_id].label,
        instructor=people.names(session, [proposal.instructor_id])[proposal.instructor_id],
        why=ReasonForm(formdata=None),
    )


def board_of(proposal: ProposalFacts) -> str:
    return f"/villages/{proposal.village_id}/board"
