"""What a row of the library file says about a venue."""

from __future__ import annotations

from typing import Any

from village_hub.imports.reading import LibraryRow
from village_hub.imports.reading.rows import Hours
from village_hub.places.importing.hours import week
from village_hub.places.models import VenueKind


def library_details(row: LibraryRow) -> dict[str, Any]:
    """A library with its reading seats; Sunday is a public holiday by the decree on public offices' holidays."""
    return {
        "name": row.name,
        "room": "",
        "kind": VenueKind.LIBRARY,
        "address": row.address,
        "also": f"{row.province} {row.municipality}",
        "capacity": row.seats or None,
        "features": [],
        "equipment": [],
        "phone": row.phone.number if row.phone else "",
        "fee_text": "",
        "hours": week(row.closing_days, row.weekday_hours, row.saturday_hours, _believed(row.holiday_hours)),
    }


def _believed(hours: Hours | None) -> Hours | None:
    """No library is open round the clock on holidays: where the file says so, nobody has filled it in."""
    return None if hours and hours.opens == 0 and hours.closes >= 23 * 60 + 59 else hours
