"""Why a club cannot do what was asked."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, NotFound


class NoSuchClub(NotFound):
    message = N_("We do not know this club (any more).")


class ClubIsClosed(Conflict):
    message = N_("This club has ended.")


class ClubNameTaken(Conflict):
    message = N_("There is already a club of this name in the village.")
    field = "name"


class NotInClub(Conflict):
    message = N_("You are not a member of this club.")


class LeadMustBeMember(Conflict):
    message = N_("Only a member of the club can lead it.")
    field = "person_id"


class LeadMustHandOver(Conflict):
    """A club with members is never without a lead."""

    message = N_("Please name another lead before you leave: a club is never without one.")
