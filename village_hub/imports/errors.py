"""Why something cannot be done with an import."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchImport(NotFound):
    message = N_("We do not know this import (any more).")


class NotChecked(Conflict):
    """Only a run that was read, and neither applied nor discarded, can be applied."""

    message = N_("This import is not waiting to be applied. Please look again.")


class NothingToApply(Conflict):
    message = N_("Everything in this file is already here, so there is nothing to import.")


class AlreadyApplied(Conflict):
    message = N_("This import has already been applied or given up.")


class NoFile(Invalid):
    message = N_("Please choose a file.")
    field = "file"
