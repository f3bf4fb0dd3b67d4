"""Who listens to what: the one table from facts and timers to actors."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from village_hub.activities.events import (
    ActivityCancelled,
    ActivityChanged,
    ActivityScheduled,
    AttendanceMarked,
    AttendanceUnmarked,
    EnrolmentCancelled,
    EnrolmentConfirmed,
    EnrolmentPromoted,
    EnrolmentWaiting,
    SessionCompleted,
    SessionOver,
    SessionReminder,
)
from village_hub.credits.events import CreditAwarded
from village_hub.doctor import ExaminationDue
from village_hub.imports.events import (
    ImportApplied,
    ImportApproved,
    ImportDeadline,
    ImportDiscarded,
    ImportRead,
    ImportUploaded,
)
from village_hub.invitations.events import (
    GroupWithoutInstructor,
    InvitationAccepted,
    InvitationDeadline,
    InvitationIssued,
    InvitationWithdrawn,
    OtherTimeProposed,
)
from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer
from village_hub.kernel.tidying import TidyingDue
from village_hub.learning_requests.events import (
    LearningRequestAnswered,
    LearningRequestJoined,
    LearningRequestLeft,
    LearningRequestOpened,
    LearningRequestPromiseDue,
    LearningRequestReopened,
    LearningRequestWidened,
    LearningRequestWithdrawn,
    RequestPromise,
)
from village_hub.matching.events import (
    DecisionEnded,
    DecisionMade,
    GroupDissolved,
    MatchingDue,
    MatchProposed,
    TrialAsked,
)
from village_hub.notifications.events import LetterDue
from village_hub.people.events import PersonRenamed
from village_hub.talents.events import OfferChanged, OfferPaused, OfferResumed, TalentWithdrawn
from village_hub.what_if.events import WhatIfAsked
from workers.actor import Actor, Effect
from workers.actors import (
    activities,
    credits,
    imports,
    invitations,
    kernel,
    learning_requests,
    matching,
    notifications,
    people,
    reporting,
    what_if,
)

#: A fact becomes one job for each of these actors.
EVENTS: dict[type[Event], tuple[Actor | Effect, ...]] = {
    PersonRenamed: (people.tell_of_name,),
    ImportUploaded: (imports.read,),
    ImportRead: (imports.forget,),
    ImportApproved: (imports.apply,),
    ImportApplied: (imports.forget,),
    ImportDiscarded: (imports.forget,),
    LearningRequestOpened: (matching.want_run, notifications.request_opened, reporting.count_request),
    LearningRequestJoined: (
        matching.look_after_group,
        matching.want_run,
        notifications.request_joined,
        reporting.count_request,
    ),
    LearningRequestLeft: (matching.look_after_group, matching.want_run, reporting.count_request),
    LearningRequestWithdrawn: (matching.look_after_group, matching.want_run, notifications.request_withdrawn),
    LearningRequestWidened: (matching.want_run,),
    LearningRequestReopened: (matching.look_after_group, matching.want_run, reporting.count_request),
    LearningRequestAnswered: (
        matching.look_after_group,
        notifications.request_unserved,
        reporting.count_request,
    ),
    LearningRequestPromiseDue: (notifications.promise_due,),
    OfferChanged: (matching.want_run,),
    OfferPaused: (matching.want_run,),
    OfferResumed: (matching.want_run,),
    TalentWithdrawn: (matching.want_run,),
    MatchProposed: (invitations.ask_if_village_wants, notifications.match_proposed),
    GroupDissolved: (invitations.withdraw_all,),
    DecisionMade: (matching.want_run,),
    DecisionEnded: (matching.want_run,),
    TrialAsked: (matching.count_cost,),
    InvitationIssued: (notifications.invitation_issued,),
    InvitationAccepted: (activities.schedule_from_invitation, notifications.invitation_accepted),
    InvitationWithdrawn: (notifications.invitation_withdrawn,),
    OtherTimeProposed: (notifications.other_time_proposed,),
    GroupWithoutInstructor: (notifications.group_without_instructor,),
    ActivityScheduled: (notifications.activity_scheduled, reporting.count_seats),
    ActivityChanged: (notifications.activity_changed, reporting.count_seats),
    ActivityCancelled: (notifications.activity_cancelled, reporting.count_seats),
    EnrolmentConfirmed: (notifications.enrolment_confirmed, reporting.count_seats),
    EnrolmentWaiting: (notifications.enrolment_waiting,),
    EnrolmentPromoted: (notifications.enrolment_promoted, reporting.count_seats),
    EnrolmentCancelled: (notifications.enrolment_cancelled, reporting.count_seats),
    SessionCompleted: (credits.award, notifications.session_completed, reporting.count_attendance),
    AttendanceMarked: (reporting.count_attendance,),
    AttendanceUnmarked: (reporting.count_attendance,),
    CreditAwarded: (notifications.credit_awarded, reporting.count_hours),
    WhatIfAsked: (what_if.reckon,),
}

#: A timer becomes one job for this actor when its moment comes.
TIMERS: dict[type[Timer], Actor | Effect] = {
    RequestPromise: learning_requests.keep_promise,
    MatchingDue: matching.run,
    InvitationDeadline: invitations.expire,
    TidyingDue: kernel.tidy,
    ExaminationDue: kernel.examine,
    ImportDeadline: imports.give_up,
    SessionOver: activities.finish_when_over,
    SessionReminder: notifications.session_reminder,
    LetterDue: notifications.send_letter,
}

#: What comes round again by itself: a timer of each kind stands at every multiple of its pause.
RECURRING: dict[Timer, timedelta] = {
    MatchingDue(): timedelta(minutes=1),
    TidyingDue(): timedelta(hours=1),
    ExaminationDue(): timedelta(hours=1),
}


@cache
def by_name() -> dict[str, Actor | Effect]:
    """Every actor by the name that stands in its jobs; a timer's job carries the timer's type."""
    listening = {each.name: each for actors in EVENTS.values() for each in actors}
    return listening | {timer.type: each for timer, each in TIMERS.items()}


@cache
def listeners() -> dict[str, tuple[str, ...]]:
    """The names of the actors that listen to each type of fact."""
    return {fact.type: tuple(each.name for each in actors) for fact, actors in EVENTS.items()}
