"""What people hear on the way from a wish to a yes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.invitations import queries as invitations
from village_hub.kernel.errors import N_
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.notifications.service.notices import Figure, notify
from village_hub.people import queries as people
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages

LANGUAGES = ("ko", "en")


def request_opened(session: Session, request_id: UUID, *, now: datetime) -> None:
    """The requester has a receipt with the date by which they hear more."""
    request = learning_requests.request(session, request_id)
    if request is None or request.next_at is None:
        return
    notify(
        session,
        request.requester_id,
        key=f"request.opened:{request_id}",
        text=N_("We have received your request “%(topic)s”. You hear from us by %(when)s."),
        figures={"topic": topic(session, request.topic_id), "when": request.next_at},
        link=f"/learning-requests/{request_id}",
        call_from=request.village_id,
        until=request.next_at,
        now=now,
    )


def request_joined(session: Session, request_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """The requester hears that a neighbour wants the same."""
    request = learning_requests.request(session, request_id)
    if request is None:
        return
    notify(
        session,
        request.requester_id,
        key=f"request.joined:{request_id}:{person_id}",
        text=N_("A neighbour has joined your request “%(topic)s”."),
        figures={"topic": topic(session, request.topic_id)},
        link=f"/learning-requests/{request_id}",
        mail=False,
        now=now,
    )


def request_withdrawn(session: Session, request_id: UUID, *, now: datetime) -> None:
    """Those who had joined hear that the request is gone."""
    request = learning_requests.request(session, request_id)
    if request is None or request.state != "withdrawn":
        return
    for person_id in learning_requests.people_of(session, [request_id])[request_id][1:]:
        notify(
            session,
            person_id,
            key=f"request.withdrawn:{request_id}",
            text=N_("The request “%(topic)s” that you joined was withdrawn. You can ask for it yourself."),
            figures={"topic": topic(session, request.topic_id)},
            link=f"/learning-requests/new?topic={request.topic_id}",
            call_from=request.village_id,
            now=now,
        )


def request_unserved(session: Session, request_id: UUID, *, now: datetime) -> None:
    """Everybody in a request that could not be arranged hears why."""
    request = learning_requests.request(session, request_id)
    if request is None or request.state != "unserved" or request.why_not is None:
        return
    for person_id in learning_requests.people_of(session, [request_id])[request_id]:
        notify(
            session,
            person_id,
            key=f"request.unserved:{request_id}:{request.waiting_since.isoformat()}",
            text=N_("We could not arrange “%(topic)s”. The reason: %(reason)s"),
            figures={"topic": topic(session, request.topic_id), "reason": request.why_not.words},
            link=f"/learning-requests/{request_id}",
            call_from=request.village_id,
            now=now,
        )


def promise_due(session: Session, request_id: UUID, owner_id: UUID, *, now: datetime) -> None:
    """Whoever looks after the request is called upon, and the requester hears the new date."""
    request = learning_requests.request(session, request_id)
    if request is None or request.next_at is None:
        return
    key, name = f"promise.due:{request_id}:{request.next_at.isoformat()}", topic(session, request.topic_id)
    requester = people.names(session, [request.requester_id])[request.requester_id]
    link = f"/learning-requests/{request_id}"
    notify(
        session,
        owner_id,
        key=key,
        text=N_("“%(topic)s” of %(name)s still waits, and today is the day we promised. Please get in touch."),
        figures={"topic": name, "name": requester},
        link=link,
        now=now,
    )
    notify(
        session,
        request.requester_id,
        key=f"{key}:requester",
        text=N_("“%(topic)s” takes longer than we said. Your learning manager gets in touch by %(when)s."),
        figures={"topic": name, "when": request.next_at},
        link=link,
        now=now,
    )


def match_proposed(session: Session, proposal_id: UUID, *, now: datetime) -> None:
    """Where the village approves proposals itself, its learning managers hear of a new one."""
    proposal = matching.proposal(session, proposal_id)
    village = villages.village(session, proposal.village_id) if proposal else None
    if proposal is None or proposal.state != "proposed" or village is None or village.asks_automatically:
        return
    _tell_managers(
        session,
        proposal.village_id,
        key=f"match.proposed:{proposal_id}",
        text=N_("There is a proposal for “%(topic)s”: %(people)s people, %(when)s. Please look at it."),
        figures={
            "topic": topic(session, proposal.topic_id),
            "people": proposal.people,
            "when": (proposal.starts_at, proposal.ends_at),
        },
        now=now,
    )


def invitation_issued(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """The volunteer is asked, by a letter too; those who asked hear that somebody is being asked."""
    asked = invitations.invitation(session, invitation_id)
    if asked is None or asked.state != "needs_action":
        return
    name = topic(session, asked.topic_id)
    village = villages.village(session, asked.village_id)
    notify(
        session,
        asked.instructor_id,
        key=f"invitation.issued:{invitation_id}",
        text=N_(
            "%(village)s asks you: would you teach “%(topic)s” to %(people)s people? %(when)s. Please answer by %(by)s."
        ),
        figures={
            "village": {each: village.called(each) if village else "" for each in LANGUAGES},
            "topic": name,
            "people": asked.people,
            "when": (asked.starts_at, asked.ends_at),
            "by": asked.deadline,
        },
        link=f"/invitations/{invitation_id}",
        invitation_id=invitation_id,
        call_from=asked.village_id,
        until=asked.deadline,
        not_before=invitations.quiet_until(session, now),
        now=now,
    )
    for person_id, request_id in _members(session, asked.group_id):
        notify(
            session,
            person_id,
            key=f"group.asking:{asked.group_id}",
            text=N_("There are enough people for “%(topic)s”. We are asking an instructor now."),
            figures={"topic": name},
            link=f"/learning-requests/{request_id}",
            mail=False,
            now=now,
        )


def invitation_accepted(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """Everybody who asked, and the learning managers, hear of the yes."""
    accepted = invitations.invitation(session, invitation_id)
    if accepted is None or accepted.state != "accepted":
        return
    key, name = f"invitation.accepted:{invitation_id}", topic(session, accepted.topic_id)
    for person_id, request_id in _members(session, accepted.group_id):
        notify(
            session,
            person_id,
            key=key,
            text=N_("An instructor has said yes to “%(topic)s”. We are writing down the date."),
            figures={"topic": name},
            link=f"/learning-requests/{request_id}",
            mail=False,
            now=now,
        )
    instructor = people.names(session, [accepted.instructor_id])[accepted.instructor_id]
    _tell_managers(
        session,
        accepted.village_id,
        key=key,
        text=N_("%(name)s has said yes to “%(topic)s”: %(when)s."),
        figures={"name": instructor, "topic": name, "when": (accepted.starts_at, accepted.ends_at)},
        now=now,
    )


def invitation_withdrawn(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """The volunteer need not answer any more."""
    asked = invitations.invitation(session, invitation_id)
    if asked is None or asked.state != "withdrawn":
        return
    notify(
        session,
        asked.instructor_id,
        key=f"invitation.withdrawn:{invitation_id}",
        text=N_("You need not answer about “%(topic)s” any more. Thank you for thinking about it."),
        figures={"topic": topic(session, asked.topic_id)},
        link="/invitations",
        mail=False,
        now=now,
    )


def other_time_proposed(session: Session, invitation_id: UUID, *, now: datetime) -> None:
    """The learning managers decide about another time."""
    asked = invitations.invitation(session, invitation_id)
    if asked is None or asked.other_starts_at is None:
        return
    instructor = people.names(session, [asked.instructor_id])[asked.instructor_id]
    _tell_managers(
        session,
        asked.village_id,
        key=f"invitation.other_time:{invitation_id}",
        text=N_("%(name)s could teach “%(topic)s” at another time: %(when)s. Please decide."),
        figures={"name": instructor, "topic": topic(session, asked.topic_id), "when": asked.other_starts_at},
        mail=True,
        now=now,
    )


def group_without_instructor(session: Session, group_id: UUID, village_id: UUID, *, now: datetime) -> None:
    """Nobody is left to ask: the learning managers look after the requests."""
    _tell_managers(
        session,
        village_id,
        key=f"group.without_instructor:{group_id}",
        text=N_("Everybody who could teach one of your groups was asked, and nobody can. Its requests wait for you."),
        figures={},
        mail=True,
        now=now,
    )


def topic(session: Session, topic_id: UUID) -> dict[str, str]:
    """A topic's name in every language."""
    return {each: topics.names(session, [topic_id], each).get(topic_id, "") for each in LANGUAGES}


def _tell_managers(
    session: Session,
    village_id: UUID,
    *,
    key: str,
    text: str,
    figures: dict[str, Figure],
    now: datetime,
    mail: bool = False,
) -> None:
    for person_id in villages.managers(session, village_id, now):
        link = f"/villages/{village_id}/board"
        notify(session, person_id, key=key, text=text, figures=figures, link=link, mail=mail, now=now)


def _members(session: Session, group_id: UUID) -> Iterable[tuple[UUID, UUID]]:
    """Everybody in a group, with the request that brought them there."""
    members = learning_requests.people_of(session, matching.group_requests(session, group_id))
    return {person: request_id for request_id, people_in in members.items() for person in people_in}.items()
