"""Who may change and dismiss proposals."""

from __future__ import annotations

from village_hub.matching.queries import ProposalFacts
from village_hub.people.policies import manages
from village_hub.people.queries import Account


def may_change(account: Account | None, proposal: ProposalFacts) -> bool:
    """The learning manager of the group's village, and city staff."""
    return manages(account, proposal.village_id)
