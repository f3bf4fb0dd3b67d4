"""Who may see and answer an invitation."""

from __future__ import annotations

from village_hub.invitations.queries import InvitationFacts
from village_hub.people.policies import manages
from village_hub.people.queries import Account


def may_answer(account: Account | None, invitation: InvitationFacts) -> bool:
    """The instructor; or the learning manager of the village, who heard the answer on the phone."""
    return account is not None and (account.id == invitation.instructor_id or manages(account, invitation.village_id))
