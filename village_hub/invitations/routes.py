"""What instructors are asked, their answers (also by the link of a message), and the manager's questions."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from village_hub.invitations import policies, queries, service
from village_hub.invitations.errors import NoSuchInvitation
from village_hub.invitations.forms import DeclineForm, OtherTimeForm
from village_hub.invitations.models import Reason, State
from village_hub.invitations.queries import InvitationFacts
from village_hub.kernel.errors import Conflict, NotAllowed
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests.policies import manages_some_village
from village_hub.matching import queries as matching
from village_hub.matching.errors import NoSuchProposal
from village_hub.people import queries as people
from village_hub.people.policies import manages, signed_in
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.formats import to_utc
from village_hub.web.i18n import _, language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session, see_other, write_session

blueprint = Blueprint("invitations", __name__, template_folder="templates")


@blueprint.get("/invitations")
@policy(signed_in)
def index() -> ResponseReturnValue:
    session, account = read_session(), required_account()
    streams = [f"person:{account.id}"]
    listen(session, *streams)
    waiting, accepted = queries.waiting_for(session, account.id), queries.answered_by(session, account.id)
    every = [*waiting, *accepted]
    return render_template(
        "invitations/index.html",
        waiting=waiting,
        coming=[each for each in accepted if each.ends_at > now()],
        topics=topics.names(session, {each.topic_id for each in every}, language()),
        venues=places.venues(session, {each.venue_id for each in every}),
        refresh_streams=streams,
    )


@blueprint.get("/invitations/<uuid:invitation_id>")
@blueprint.get("/invitations/by-link/<token>")
@policy(public)
def details(invitation_id: UUID | None = None, token: str | None = None) -> ResponseReturnValue:
    """A message's link shows the invitation without a sign-in: whoever has the link was sent it."""
    found, by = _found(invitation_id, token)
    if token is None:
        listen(read_session(), f"person:{by}", *_board_of(found))
    return _page(found, token, DeclineForm(formdata=None), OtherTimeForm(formdata=None))


@blueprint.post("/invitations/<uuid:invitation_id>/acceptance")
@blueprint.post("/invitations/by-link/<token>/acceptance")
@policy(public)
def accept(invitation_id: UUID | None = None, token: str | None = None) -> ResponseReturnValue:
    found, by = _found(invitation_id, token)
    form = DeclineForm(formdata=None)
    try:
        with write_session() as session:
            if service.accept(session, found.id, by=by, now=now()) == State.ACCEPTED:
                flash(_("Thank you! Your neighbours will be happy. The time and the room are kept for you."), "good")
            else:
                flash(_("Thank you! Sadly that time is taken by now. We look for another and ask again."), "info")
            return see_other(_here(found, token))
    except Conflict as refused:
        form.show(refused)
    return _page(_found(invitation_id, token)[0], token, form, OtherTimeForm(formdata=None)), 409


@blueprint.post("/invitations/<uuid:invitation_id>/refusal")
@blueprint.post("/invitations/by-link/<token>/refusal")
@policy(public)
def decline(invitation_id: UUID | None = None, token: str | None = None) -> ResponseReturnValue:
    found, by = _found(invitation_id, token)
    form = DeclineForm()
    if form.validate_on_submit():
        reason, words = Reason(form.reason.data), form.words.data or ""
        with form.refusals(), write_session() as session:
            service.decline(session, found.id, reason=reason, words=words, by=by, now=now())
            flash(_("Thank you for telling us. We ask somebody else now."), "info")
            return see_other(_here(found, token))
    return _page(_found(invitation_id, token)[0], token, form, OtherTimeForm(formdata=None)), 422


@blueprint.post("/invitations/<uuid:invitation_id>/other-time")
@blueprint.post("/invitations/by-link/<token>/other-time")
@policy(public)
def propose_other_time(invitation_id: UUID | None = None, token: str | None = None) -> ResponseReturnValue:
    found, by = _found(invitation_id, token)
    form = OtherTimeForm()
    if form.validate_on_submit():
        starts_at, words = to_utc(form.starts_at.data), form.words.data or ""
        with form.refusals(), write_session() as session:
            service.propose_other_time(session, found.id, starts_at=starts_at, words=words, by=by, now=now())
            flash(_("Thank you! The learning manager asks the group whether that time suits them."), "good")
            return see_other(_here(found, token))
    return _page(_found(invitation_id, token)[0], token, DeclineForm(formdata=None), form), 422


@blueprint.post("/invitations/<uuid:invitation_id>/other-time/agreement")
@policy(manages_some_village)
def agree_to_other_time(invitation_id: UUID) -> ResponseReturnValue:
    found, account = _managed(invitation_id), required_account()
    with write_session() as session:
        service.agree_to_other_time(session, found.id, by=account.id, now=now())
        flash(_("The instructor is asked for the new time."), "good")
        return see_other(_board(found.village_id))


@blueprint.post("/invitations/<uuid:invitation_id>/withdrawal")
@policy(manages_some_village)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    found, account = _managed(invitation_id), required_account()
    with write_session() as session:
        service.withdraw(session, found.id, by=account.id, now=now())
        flash(_("The question is taken back."), "info")
        return see_other(_board(found.village_id))


@blueprint.post("/proposals/<uuid:proposal_id>/asking")
@policy(manages_some_village)
def ask(proposal_id: UUID) -> ResponseReturnValue:
    account, proposal = required_account(), matching.proposal(read_session(), proposal_id)
    if proposal is None:
        raise NoSuchProposal
    if not manages(account, proposal.village_id):
        raise NotAllowed
    with write_session() as session:
        service.invite(session, proposal_id, by=account.id, now=now())
        flash(_("The instructor is being asked."), "good")
        return see_other(_board(proposal.village_id))


@blueprint.post("/villages/<uuid:village_id>/board/approvals")
@policy(manages_some_village)
def ask_for_all(village_id: UUID) -> ResponseReturnValue:
    """Asks for every proposal that was ticked on the village's board."""
    account = required_account()
    if not manages(account, village_id):
        raise NotAllowed
    ticked = set(request.form.getlist("proposal"))
    mine = [each.id for each in matching.proposals_on_board(read_session(), village_id) if str(each.id) in ticked]
    with write_session() as session:
        asked, passed_by = service.invite_for_all(session, mine, by=account.id, now=now())
        if not mine:
            flash(_("Please tick the proposals that should be asked."), "info")
        if asked:
            flash(ngettext("%(num)s instructor is being asked.", "%(num)s instructors are being asked.", asked), "good")
        if passed_by:
            flash(ngettext("%(num)s proposal had moved on.", "%(num)s proposals had moved on.", passed_by), "info")
        return see_other(_board(village_id))


def _found(invitation_id: UUID | None, token: str | None) -> tuple[InvitationFacts, UUID]:
    """The invitation, and who is answering: the instructor with the link, or whoever is signed in and may."""
    session = read_session()
    found = queries.by_token(session, token) if token else queries.invitation(session, invitation_id or UUID(int=0))
    if token:
        if found is None:
            raise NoSuchInvitation
        return found, found.instructor_id
    account = required_account()
    if found is None:
        raise NoSuchInvitation
    if not policies.may_answer(account, found):
        raise NotAllowed
    return found, account.id


def _managed(invitation_id: UUID) -> InvitationFacts:
    found = queries.invitation(read_session(), invitation_id)
    if found is None:
        raise NoSuchInvitation
    if not manages(required_account(), found.village_id):
        raise NotAllowed
    return found


def _board_of(found: InvitationFacts) -> list[str]:
    return [f"board:{found.village_id}"] if manages(required_account(), found.village_id) else []


def _here(found: InvitationFacts, token: str | None) -> str:
    return url_for(".details", token=token) if token else url_for(".details", invitation_id=found.id)


def _board(village_id: UUID) -> str:
    return f"/villages/{village_id}/board"


def _page(found: InvitationFacts, token: str | None, decline_form: DeclineForm, other_form: OtherTimeForm) -> str:
    session = read_session()
    proposal = matching.proposals(session, [found.proposal_id])[found.proposal_id]
    requests = learning_requests.requests(session, proposal.request_ids)
    village = villages.village(session, found.village_id)
    return render_template(
        "invitations/details.html",
        invitation=found,
        where={"token": token} if token else {"invitation_id": found.id},
        topic=topics.names(session, [found.topic_id], language())[found.topic_id],
        venue=places.venue(session, found.venue_id),
        village=village,
        instructor=people.names(session, [found.instructor_id])[found.instructor_id],
        words=[each.words for each in requests.values() if each.words],
        reasons=proposal.reasons if proposal.instructor_id == found.instructor_id else [],
        decline_form=decline_form,
        other_form=other_form,
        contact={"name": village.called(language()), "phone": village.phone} if village else None,
    )
