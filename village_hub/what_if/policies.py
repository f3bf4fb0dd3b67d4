"""Who may try rules and see how fair the runs are: whoever answers for the whole city."""

from __future__ import annotations

from village_hub.people.policies import is_staff_or_operator as may_look

__all__ = ["may_look"]
