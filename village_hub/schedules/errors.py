"""Why a person or a room cannot be held."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid


class PersonTaken(Conflict):
    """The person is needed elsewhere at that time."""

    message = N_("This person already has something at that time. Please choose another time.")


class VenueTaken(Conflict):
    """The room is used at that time."""

    message = N_("This place is already taken at that time. Please choose another time or place.")


class NoTimeSpan(Invalid):
    """Something cannot end before it begins."""

    message = N_("The end must be after the beginning.")
