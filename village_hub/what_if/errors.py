"""Why a what-if cannot be reckoned as it was asked."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, Invalid, NotFound


class NoSuchWhatIf(NotFound):
    message = N_("We do not know this what-if (any more).")


class UnknownRule(Invalid):
    message = N_("There is no rule called “%(rule)s”. Please choose one of: %(known)s.")
    field = "rules"


class NotANumber(Invalid):
    message = N_(
        "“%(value)s” is not a value for %(rule)s. Please write it as rule=number, for example minimum_group=4."
    )
    field = "rules"


class OutOfRange(Invalid):
    message = N_("%(rule)s cannot be %(value)s. Please choose a value from %(lowest)s to %(highest)s.")
    field = "rules"


class NotInSteps(Invalid):
    message = N_("%(rule)s cannot be %(value)s. Please choose a multiple of %(step)s.")
    field = "rules"


class GroupUpsideDown(Invalid):
    """Some day in the period would have had a larger minimum than maximum."""

    message = N_("The smallest group (%(minimum)s) cannot be larger than the largest (%(maximum)s). Please change one.")
    field = "minimum_group"


class NothingChanged(Invalid):
    message = N_("Please change at least one rule; otherwise there is nothing to compare.")
    field = "minimum_group"


class NothingRecorded(Invalid):
    message = N_("Nobody has asked for anything yet, so there is nothing to replay.")
    field = "since"


class PeriodUpsideDown(Invalid):
    message = N_("The last day cannot lie before the first. Please choose another.")
    field = "until"


class PeriodNotOver(Invalid):
    message = N_("Only the past can be replayed. Please choose a last day up to today.")
    field = "until"


class PeriodTooLong(Invalid):
    message = N_("At most %(days)s days are replayed at once. Please choose a later first day.")
    field = "since"


class AlreadyOver(Conflict):
    message = N_("This what-if is finished or cancelled already.")
