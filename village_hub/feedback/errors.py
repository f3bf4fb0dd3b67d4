"""Why somebody cannot say how it was."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, NotAllowed


class NotThere(NotAllowed):
    message = N_("Only people who were there can say how it was.")


class NotFinished(Conflict):
    message = N_("The session has not been finished yet. Please come back afterwards.")


class NoLongerChangeable(Conflict):
    message = N_("An answer can be changed for %(days)s days; that time is over.")
