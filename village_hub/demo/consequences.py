"""What the workers would have done meanwhile: fact or timer, use case, and the fields that it is called with."""

from __future__ import annotations

from collections.abc import Callable

from village_hub.activities import events as activities_events
from village_hub.activities import service as activities
from village_hub.credits import service as credits
from village_hub.credits.events import CreditAwarded
from village_hub.invitations import events as invitations_events
from village_hub.invitations import service as invitations
from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer
from village_hub.learning_requests import events as requests_events
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import service as matching
from village_hub.matching.events import GroupDissolved, MatchProposed
from village_hub.notifications import service as notifications
from village_hub.reporting import service as reporting

#: A use case and the fields of the fact that it is called with; every one also takes `now`.
Consequence = tuple[Callable[..., object], tuple[str, ...]]

REQUEST = ("request_id",)
INVITATION = ("invitation_id",)
ACTIVITY = ("activity_id",)
ENROLMENT = ("activity_id", "person_id")
HELD = ("session_id",)

#: Figures of activities, sessions and hours are counted by `following`, most of them once, when the story is told;
#: runs (`matching.want_run`) are part of the story.
CONSEQUENCES: dict[type[Event], tuple[Consequence, ...]] = {
    requests_events.LearningRequestOpened: (
        (notifications.request_opened, REQUEST),
        (reporting.count_request, REQUEST),
    ),
    requests_events.LearningRequestJoined: (
        (matching.look_after_group, REQUEST),
        (notifications.request_joined, ("request_id", "person_id")),
        (reporting.count_request, REQUEST),
    ),
    requests_events.LearningRequestLeft: (
        (matching.look_after_group, REQUEST),
        (reporting.count_request, REQUEST),
    ),
    requests_events.LearningRequestWithdrawn: (
        (matching.look_after_group, REQUEST),
        (notifications.request_withdrawn, REQUEST),
    ),
    requests_events.LearningRequestReopened: (
        (matching.look_after_group, REQUEST),
        (reporting.count_request, REQUEST),
    ),
    requests_events.LearningRequestAnswered: (
        (matching.look_after_group, REQUEST),
        (notifications.request_unserved, REQUEST),
        (reporting.count_request, REQUEST),
    ),
    requests_events.LearningRequestPromiseDue: ((notifications.promise_due, ("request_id", "owner_id")),),
    MatchProposed: (
        (invitations.ask_if_village_wants, ("proposal_id",)),
        (notifications.match_proposed, ("proposal_id",)),
    ),
    GroupDissolved: ((invitations.withdraw_all, ("group_id",)),),
    invitations_events.InvitationIssued: ((notifications.invitation_issued, INVITATION),),
    invitations_events.InvitationAccepted: (
        (activities.schedule_from_invitation, INVITATION),
        (notifications.invitation_accepted, INVITATION),
    ),
    invitations_events.InvitationWithdrawn: ((notifications.invitation_withdrawn, INVITATION),),
    invitations_events.OtherTimeProposed: ((notifications.other_time_proposed, INVITATION),),
    invitations_events.GroupWithoutInstructor: ((notifications.group_without_instructor, ("group_id", "village_id")),),
    activities_events.ActivityScheduled: ((notifications.activity_scheduled, ACTIVITY),),
    activities_events.ActivityChanged: ((notifications.activity_changed, ACTIVITY),),
    activities_events.ActivityCancelled: ((notifications.activity_cancelled, ACTIVITY),),
    activities_events.EnrolmentConfirmed: ((notifications.enrolment_confirmed, ENROLMENT),),
    activities_events.EnrolmentWaiting: ((notifications.enrolment_waiting, ENROLMENT),),
    activities_events.EnrolmentPromoted: ((notifications.enrolment_promoted, ENROLMENT),),
    activities_events.EnrolmentCancelled: ((notifications.enrolment_cancelled, ENROLMENT),),
    activities_events.SessionCompleted: (
        (credits.award, HELD),
        (notifications.session_completed, HELD),
    ),
    CreditAwarded: ((notifications.credit_awarded, ("session_id", "person_id", "minutes")),),
}

#: The same by the word of the fact.
LISTENING = {fact.type: consequences for fact, consequences in CONSEQUENCES.items()}

_TIMERS: dict[type[Timer], Consequence] = {
    requests_events.RequestPromise: (learning_requests.keep_promise, REQUEST),
    invitations_events.InvitationDeadline: (invitations.expire, INVITATION),
    activities_events.SessionOver: (activities.finish_when_over, HELD),
    activities_events.SessionReminder: (notifications.session_reminder, HELD),
}
#: What is done when a moment has come, by the timer's word; `following` sends letters itself.
WHEN_DUE = {timer.type: consequence for timer, consequence in _TIMERS.items()}
