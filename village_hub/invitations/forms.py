"""How an instructor says no, or names another time."""

from __future__ import annotations

from wtforms import DateTimeLocalField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from village_hub.invitations.models import Reason
from village_hub.web.forms import Form
from village_hub.web.i18n import _l

REASON_WORDS = {
    Reason.NO_TIME: _l("I have no time then"),
    Reason.TOO_FAR: _l("It is too far for me"),
    Reason.OTHER_TOPIC: _l("I do not teach this"),
    Reason.GROUP: _l("The group does not suit me"),
    Reason.HEALTH: _l("My health does not allow it now"),
    Reason.OTHER: _l("Another reason"),
}


class DeclineForm(Form):
    """A no needs a reason, so that the next question fits better."""

    reason = RadioField(
        _l("Why not this time?"),
        [InputRequired(_l("Please choose a reason. It helps us ask better."))],
        choices=list(REASON_WORDS.items()),
    )
    words = TextAreaField(_l("Anything you would like to add?"), [Length(max=500)])


class OtherTimeForm(Form):
    """Another time, by the city's clock."""

    starts_at = DateTimeLocalField(
        _l("When could you?"), [InputRequired(_l("Please choose a day and a time."))], format="%Y-%m-%dT%H:%M"
    )
    words = TextAreaField(_l("Anything you would like to add?"), [Length(max=500)])
