"""Why something cannot be done with an activity."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchActivity(NotFound):
    message = N_("We do not know this activity (any more).")


class NoSuchSession(NotFound):
    message = N_("We do not know this session (any more).")


class ActivityIsOver(Conflict):
    message = N_("This activity has ended or was cancelled.")


class SessionIsOver(Conflict):
    message = N_("This session has already been finished or was called off.")


class NoSession(Invalid):
    message = N_("Please say on which day it takes place.")
    field = "date"


class SessionTooLong(Invalid):
    message = N_("The end must be after the beginning, on the same day.")
    field = "ends"


class SessionInThePast(Invalid):
    message = N_("Please choose a day that is still to come.")
    field = "date"


class SessionsOverlap(Invalid):
    message = N_("Two sessions of the same activity would be at the same time.")
    field = "date"


class LastSession(Conflict):
    message = N_("This is the only session left. Please cancel the activity instead.")


class PlaceTaken(Conflict):
    """The room is used by something that can be named."""

    message = N_("“%(place)s” is taken by “%(title)s” on %(day)s at %(time)s. Please choose another place or time.")
    field = "venue_id"


class PlaceUnavailable(Conflict):
    """The room is used by something that has no name here."""

    message = N_("“%(place)s” is already taken on %(day)s at %(time)s. Please choose another place or time.")
    field = "venue_id"


class InstructorTaken(Conflict):
    message = N_("The instructor already has something on %(day)s at %(time)s. Please choose another time.")
    field = "date"


class NoPlace(Invalid):
    message = N_("Please choose a place or write where it is.")
    field = "venue_id"


class TooFewSeats(Conflict):
    message = N_("%(taken)s people have a seat already, so there cannot be fewer seats than that.")
    field = "seats"


class MinimumAboveSeats(Invalid):
    message = N_("The smallest group cannot be larger than the number of seats.")
    field = "minimum"


class PeriodUpsideDown(Invalid):
    message = N_("Signing up cannot end before it begins.")
    field = "enrol_until"


class NoReasonGiven(Invalid):
    message = N_("Please write a reason: everybody who signed up will read it.")
    field = "reason"


class EnrolsElsewhere(Conflict):
    message = N_("Please sign up where it is offered: this page only tells you about it.")


class NotYetOpen(Conflict):
    message = N_("Signing up has not begun yet.")


class NoLongerOpen(Conflict):
    message = N_("Signing up has ended. Please call the village: there may still be a way.")


class AlreadyEnrolled(Conflict):
    message = N_("You have already signed up for this.")


class NotEnrolled(Conflict):
    message = N_("You have not signed up for this.")


class NotOnTheList(Conflict):
    message = N_("You are not on the list of this session. Please tell the people at the desk.")
    field = "code"


class NoSuchCode(Invalid):
    message = N_("We do not know this code. Please look at the six digits again.")
    field = "code"


class NotTheTime(Conflict):
    message = N_("This code works only while the session takes place.")
    field = "code"


class NoName(Invalid):
    message = N_("Please write a name.")
    field = "name"


class DeskNotOpen(Conflict):
    message = N_("You can take attendance from %(minutes)s minutes before it begins.")
