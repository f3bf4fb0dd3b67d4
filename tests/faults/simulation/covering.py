"""What the histories must reach between them: each form, each answer, each state, and each way to be disturbed."""

from __future__ import annotations

from collections import Counter

from tests.faults.simulation.forms.every import FORMS
from tests.faults.simulation.processes import MoodyMailer
from village_hub.activities.models import ActivityState, SessionState
from village_hub.invitations.models import State as InvitationState
from village_hub.learning_requests.models import State as RequestState
from village_hub.matching.models import ProposalState
from village_hub.notifications.models import DeliveryState

STATES = {
    "requests": RequestState,
    "proposals": ProposalState,
    "invitations": InvitationState,
    "activities": ActivityState,
    "sessions": SessionState,
    "deliveries": DeliveryState,
}
KILLED = (
    "before reading", "before a transaction", "before the commit", "before the ring", "after the commit",
    "before sending", "before the letter", "after the letter",
)  # fmt: skip
OTHERS = (
    "unmark", "resume", "run_again", "time passes", "worker paused", "worker killed", "message lost", "message doubled",
    "answered as before", "key used for another form", "enrolments: seated", "enrolments: waiting",
    "a question expires", "a question is taken back", "a session is finished by itself", "a promise is late",
    "minutes are written down", "a lecture is written down",
)  # fmt: skip


def missing(counts: Counter[str], *, also_rare: bool) -> list[str]:
    """What was not reached yet; a seed reaches the same on both databases, so one of them may ask for less."""
    states = [f"{kind}: {state}" for kind, of in STATES.items() for state in of]
    if not also_rare:
        return [each for each in states if not counts[each]]
    wanted = [make.__name__ for make in FORMS] + states + [f"killed {each}" for each in KILLED]
    return [each for each in [*wanted, *MoodyMailer.MOODS, *OTHERS] if not counts[each]]
