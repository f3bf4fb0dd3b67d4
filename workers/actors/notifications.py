"""Who hears of what, and how letters leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from village_hub.activities.events import (
    ActivityCancelled,
    ActivityChanged,
    ActivityScheduled,
    EnrolmentCancelled,
    EnrolmentConfirmed,
    EnrolmentPromoted,
    EnrolmentWaiting,
    SessionCompleted,
    SessionReminder,
)
from village_hub.credits.events import CreditAwarded
from village_hub.invitations.events import (
    GroupWithoutInstructor,
    InvitationAccepted,
    InvitationIssued,
    InvitationWithdrawn,
    OtherTimeProposed,
)
from village_hub.kernel.mail import Letter, MailOutcomeUnknown, MailRefused
from village_hub.learning_requests.events import (
    LearningRequestAnswered,
    LearningRequestJoined,
    LearningRequestOpened,
    LearningRequestPromiseDue,
    LearningRequestWithdrawn,
)
from village_hub.matching.events import MatchProposed
from village_hub.notifications import service
from village_hub.notifications.events import LetterDue
from village_hub.notifications.queries import LetterFacts
from village_hub.notifications.service import DeliveryState
from workers.actor import Effect, Ports, actor


@actor
def request_opened(session: Session, event: LearningRequestOpened, *, now: datetime) -> None:
    service.request_opened(session, event.request_id, now=now)


@actor
def request_joined(session: Session, event: LearningRequestJoined, *, now: datetime) -> None:
    service.request_joined(session, event.request_id, event.person_id, now=now)


@actor
def request_withdrawn(session: Session, event: LearningRequestWithdrawn, *, now: datetime) -> None:
    service.request_withdrawn(session, event.request_id, now=now)


@actor
def request_unserved(session: Session, event: LearningRequestAnswered, *, now: datetime) -> None:
    service.request_unserved(session, event.request_id, now=now)


@actor
def promise_due(session: Session, event: LearningRequestPromiseDue, *, now: datetime) -> None:
    service.promise_due(session, event.request_id, event.owner_id, now=now)


@actor
def match_proposed(session: Session, event: MatchProposed, *, now: datetime) -> None:
    service.match_proposed(session, event.proposal_id, now=now)


@actor
def invitation_issued(session: Session, event: InvitationIssued, *, now: datetime) -> None:
    service.invitation_issued(session, event.invitation_id, now=now)


@actor
def invitation_accepted(session: Session, event: InvitationAccepted, *, now: datetime) -> None:
    service.invitation_accepted(session, event.invitation_id, now=now)


@actor
def invitation_withdrawn(session: Session, event: InvitationWithdrawn, *, now: datetime) -> None:
    service.invitation_withdrawn(session, event.invitation_id, now=now)


@actor
def other_time_proposed(session: Session, event: OtherTimeProposed, *, now: datetime) -> None:
    service.other_time_proposed(session, event.invitation_id, now=now)


@actor
def group_without_instructor(session: Session, event: GroupWithoutInstructor, *, now: datetime) -> None:
    service.group_without_instructor(session, event.group_id, event.village_id, now=now)


@actor
def activity_scheduled(session: Session, event: ActivityScheduled, *, now: datetime) -> None:
    service.activity_scheduled(session, event.activity_id, now=now)


@actor
def activity_changed(session: Session, event: ActivityChanged, *, now: datetime) -> None:
    service.activity_changed(session, event.activity_id, now=now)


@actor
def activity_cancelled(session: Session, event: ActivityCancelled, *, now: datetime) -> None:
    service.activity_cancelled(session, event.activity_id, now=now)


@actor
def enrolment_confirmed(session: Session, event: EnrolmentConfirmed, *, now: datetime) -> None:
    service.enrolment_confirmed(session, event.activity_id, event.person_id, now=now)


@actor
def enrolment_waiting(session: Session, event: EnrolmentWaiting, *, now: datetime) -> None:
    service.enrolment_waiting(session, event.activity_id, event.person_id, now=now)


@actor
def enrolment_promoted(session: Session, event: EnrolmentPromoted, *, now: datetime) -> None:
    service.enrolment_promoted(session, event.activity_id, event.person_id, now=now)


@actor
def enrolment_cancelled(session: Session, event: EnrolmentCancelled, *, now: datetime) -> None:
    service.enrolment_cancelled(session, event.activity_id, event.person_id, now=now)


@actor
def session_reminder(session: Session, timer: SessionReminder, *, now: datetime) -> None:
    service.session_reminder(session, timer.session_id, now=now)


@actor
def session_completed(session: Session, event: SessionCompleted, *, now: datetime) -> None:
    service.session_completed(session, event.session_id, now=now)


@actor
def credit_awarded(session: Session, event: CreditAwarded, *, now: datetime) -> None:
    service.credit_awarded(session, event.session_id, event.person_id, event.minutes, now=now)


def _prepare(session: Session, timer: LetterDue, *, now: datetime, attempt: int) -> LetterFacts | None:
    return service.begin(session, timer.delivery_id)


def _perform(letter: LetterFacts, ports: Ports) -> tuple[DeliveryState, str]:
    """A letter that an earlier try may have sent goes out again only where the mailer makes that harmless."""
    if letter.is_repeated and not ports.mailer.is_idempotent:
        return DeliveryState.UNKNOWN, "The worker died while it sent this."
    if letter.invitation_id:
        with ports.database.write_session() as session:
            letter = replace(letter, link=service.private_link(session, letter))
    written = _write(letter, ports)
    try:
        ports.mailer.send(written)
    except MailRefused as refused:
        return DeliveryState.FAILED, str(refused)
    except MailOutcomeUnknown as unknown:
        return DeliveryState.UNKNOWN, str(unknown)
    except OSError:
        with ports.database.write_session() as session:
            service.put_back(session, letter.delivery_id)
        raise
    return DeliveryState.SENT, ""


def _settle(session: Session, timer: LetterDue, outcome: tuple[DeliveryState, str], *, now: datetime) -> None:
    service.settle(session, timer.delivery_id, outcome[0], now=now, why=outcome[1])


send_letter = Effect("notifications.send_letter", _prepare, _perform, _settle, lease=60)


def _write(letter: LetterFacts, ports: Ports) -> Letter:
    """The letter in its reader's language."""
    with ports.app.test_request_context(), force_locale(letter.locale):
        subject, text, html = (
            ports.app.jinja_env.get_template(f"notifications/letter{part}").render(letter=letter)
            for part in ("_subject.txt", ".txt", ".html")
        )
    return Letter(letter.key, letter.address, " ".join(subject.split()), text, html)
