"""How a learning request can be refused."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoTime(Invalid):
    """A request names at least one time of the week."""

    message = N_("Please choose at least one time of the week.")
    field = "weekly"


class NoPlace(Invalid):
    """Whoever wants to be visited says where."""

    message = N_("Please choose the place where the instructor should come.")
    field = "venue_id"


class NoHome(Invalid):
    """Near me needs to know where I live."""

    message = N_("Please choose your neighbourhood, so that we can look near you.")
    field = "district_id"


class DatesUpsideDown(Invalid):
    """The last day is not before the first."""

    message = N_("The last day cannot be before the first day.")
    field = "until_date"


class AlreadyAsked(Conflict):
    """One open request per person and topic."""

    message = N_("You have already asked for this. You find it under “My requests”.")
    field = "topic_id"


class AlreadyJoined(Conflict):
    """Nobody joins twice."""

    message = N_("You are already part of this request.")


class NoLongerOpen(Conflict):
    """The request has been answered or withdrawn."""

    message = N_("This request is no longer waiting. Please look at how it stands now.")


class PromiseTooFar(Invalid):
    """A new date lies ahead, and soon."""

    message = N_("Please choose a day within the next %(days)s days.")
    field = "next_at"


class NoReasonGiven(Invalid):
    """Nobody is turned away without a reason."""

    message = N_("Please say why, in words the resident understands.")
    field = "words"


class NoSuchRequest(NotFound):
    """There is no such request."""


class NobodyInCharge(Conflict):
    """A request needs somebody who looks after it."""

    message = N_("There is nobody yet who could look after your request. Please call the city office.")


class NotOffered(Conflict):
    """Only what was found to help can be taken up, and only once."""

    message = N_("This is no longer what would help. Please look again.")
