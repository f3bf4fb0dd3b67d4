"""Why a village cannot do what was asked."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchVillage(NotFound):
    message = N_("We do not know this village (any more).")


class NoVillageYet(NotFound):
    message = N_("There is no learning village in this city yet. Please call the city's office.")


class NameTaken(Conflict):
    message = N_("There is already a village of this name.")
    field = "name"


class NotAMember(Conflict):
    message = N_("You are not a member of this village.")


class AlreadyManager(Conflict):
    message = N_("This person already is a learning manager of this village.")
    field = "person_id"


class NotAManager(Conflict):
    message = N_("This person is not a learning manager of this village.")


class TermEndsBeforeItStarts(Invalid):
    message = N_("The term must end in the future.")
    field = "until"


class NoSuchPerson(Invalid):
    message = N_("We do not know this person.")
    field = "person_id"
