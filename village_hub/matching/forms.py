"""How the learning manager changes a proposal, keeps it, and rules things out."""

from __future__ import annotations

from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from village_hub.matching.models import DecisionKind
from village_hub.web.forms import Form
from village_hub.web.i18n import _l

#: Why somebody decides by hand.
REASON_WORDS = {
    "wished": _l("The people asked for it"),
    "agreed": _l("It is agreed already"),
    "conflict": _l("They do not get on"),
    "unsuitable": _l("The class does not suit them"),
    "place": _l("The place does not suit them"),
    "time": _l("The time does not suit them"),
    "other": _l("Another reason"),
}
KIND_WORDS = {
    DecisionKind.INSTRUCTOR: _l("Not this instructor for these people"),
    DecisionKind.VENUE: _l("Not this place for these people"),
    DecisionKind.APART: _l("Never these people together"),
}


class ReasonForm(Form):
    """Why, as a code that can be counted, and in words."""

    reason = SelectField(_l("Why?"), choices=[("", _l("Not said")), *REASON_WORDS.items()], default="")
    words = StringField(_l("Anything the next manager should know?"), [Length(max=500)])


class ChangeForm(ReasonForm):
    """Another instructor among those who fit, another place, another time by the city's clock."""

    instructor_id = SelectField(_l("Instructor"), [InputRequired()])
    venue_id = SelectField(_l("Place"), [InputRequired()])
    starts_at = DateTimeLocalField(
        _l("Begins"), [InputRequired(_l("Please choose a day and a time."))], format="%Y-%m-%dT%H:%M"
    )
    #: The proposal's plan when the page was opened.
    seen = HiddenField()


class RuleForm(ReasonForm):
    """What must never be put together again, and for whom."""

    kind = RadioField(
        _l("What should not happen again?"),
        [InputRequired(_l("Please choose what should not happen again."))],
        choices=list(KIND_WORDS.items()),
    )
    reason = SelectField(
        _l("Why?"), [InputRequired(_l("Please choose a reason."))],
        choices=[("", _l("Please choose")), *REASON_WORDS.items()], default="",
    )  # fmt: skip
    people = SelectMultipleField(_l("For whom?"))
