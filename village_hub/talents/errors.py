"""How an offer can be refused."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Invalid, NotFound


class NothingOffered(Invalid):
    """An offer names at least one topic."""

    message = N_("Please choose at least one thing you could teach.")
    field = "topics"


class NoLevel(Invalid):
    """An offer says for whom it is."""

    message = N_("Please choose for whom you would teach it.")
    field = "levels"


class NoTime(Invalid):
    """An offer names at least one time of the week."""

    message = N_("Please choose at least one time of the week.")
    field = "weekly"


class GroupUpsideDown(Invalid):
    """The largest group is not smaller than the smallest."""

    message = N_("The largest group cannot be smaller than the smallest one.")
    field = "group_max"


class PauseInThePast(Invalid):
    """A pause ends in the future."""

    message = N_("Please choose a day that is still to come.")
    field = "until"


class NotOffered(NotFound):
    """There is no such offer."""

    message = N_("You do not offer this (any more).")
