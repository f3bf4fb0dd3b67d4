"""How a change of a proposal can be refused."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchProposal(NotFound):
    """There is no such proposal."""


class ProposalMovedOn(Conflict):
    """The proposal was changed, asked, accepted or dropped in the meantime."""

    message = N_("This proposal has moved on in the meantime. Please look at the board again.")


class NotAnAlternative(Invalid):
    """Only somebody who could teach this group can be chosen."""

    message = N_("This instructor does not fit the group. Please choose one from the list.")
    field = "instructor_id"


class RoomTooSmall(Invalid):
    """Everybody must fit in."""

    message = N_("%(people)s people do not fit into this room; it holds %(capacity)s.")
    field = "venue_id"


class TimePassed(Invalid):
    """A class starts in the future."""

    message = N_("Please choose a time that is still to come.")
    field = "starts_at"


class TakenThen(Conflict):
    """Instructor or room is taken at that time."""

    message = N_("The instructor or the room is taken at that time. Please choose another.")
    field = "starts_at"


class NoSuchDecision(NotFound):
    """There is no such decision."""


class DecisionMovedOn(Conflict):
    """The decision was ended, or what came of it has gone on since."""

    message = N_("This can no longer be taken back. Please look at the board again.")


class NobodyMeant(Invalid):
    """A rule is about somebody: two people who stay apart, at least one for everything else."""

    message = N_("Please choose whom this is about; for two people who stay apart, choose at least two.")
    field = "people"


class NoSuchTrial(NotFound):
    """There is no such question."""
