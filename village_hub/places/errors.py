"""Why a place cannot be kept as given."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Invalid, NotFound


class NoSuchVenue(NotFound):
    message = N_("We do not know this place (any more).")


class NoSuchDistrict(NotFound):
    message = N_("We do not know this district (any more).")


class ClosesBeforeItOpens(Invalid):
    """Opening hours end after they begin, within one day."""

    message = N_("Closing time must be after opening time.")
    field = "hours"


class NotOnEarth(Invalid):
    """A place has coordinates that exist."""

    message = N_("Latitude must lie between -90 and 90, longitude between -180 and 180.")
    field = "lat"
