"""The pages of activities: one of them, the calendar, planning, and the desk of a session."""

from __future__ import annotations

from village_hub.activities.routes import activity, calendar, desk, enrolments, feeds, mine, planning, sessions  # noqa: F401  (their routes)
from village_hub.activities.routes.blueprint import blueprint

__all__ = ["blueprint"]
