"""How an answer can be refused, kindly."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchInvitation(NotFound):
    """There is no such invitation, or its link is no longer valid."""

    message = N_("This link is no longer valid. Please sign in, or call the village.")


class AlreadyAnswered(Conflict):
    """An invitation is answered once."""

    message = N_("You have already answered this question. Thank you.")


class TooLate(Conflict):
    """The deadline has passed."""

    message = N_("The time to answer has passed and we have asked somebody else. Thank you for thinking of us.")


class SomebodyWasFaster(Conflict):
    """The first yes takes the group."""

    message = N_("Somebody else said yes a moment before you. Thank you all the same: we will ask you again soon.")


class NobodyToAsk(Conflict):
    """Everybody who fits has been asked."""

    message = N_("Everybody who could teach this group has already been asked.")


class AskedOften(Conflict):
    """Nobody is asked more often than they want."""

    message = N_(
        "Everybody who could teach this group has been asked as often as they want to be this week. "
        "Please ask again next week, or choose another time."
    )


class TimePassed(Invalid):
    """Another time lies in the future."""

    message = N_("Please choose a time that is still to come.")
    field = "starts_at"
