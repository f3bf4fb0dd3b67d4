"""Opening hours of files, by kinds of day, become hours of each weekday."""

from __future__ import annotations

from village_hub.imports.reading.rows import Hours
from village_hub.imports.reading.weekdays import ClosingDays
from village_hub.places.queries import Span


def week(closing: ClosingDays, weekday: Hours | None, saturday: Hours | None, sunday: Hours | None) -> list[Span]:
    """When it is open from Monday (0) to Sunday, without the days it is closed every week."""
    days = [*[weekday] * 5, saturday, sunday]
    return [
        (day, hours.opens, hours.closes)
        for day, hours in enumerate(days)
        if hours and hours.opens < hours.closes and day not in closing.weekly.days
    ]
