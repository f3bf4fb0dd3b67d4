"""How the learning manager changes a proposal."""

from __future__ import annotations

from wtforms import DateTimeLocalField, HiddenField, SelectField
from wtforms.validators import InputRequired

from village_hub.web.forms import Form
from village_hub.web.i18n import _l


class ChangeForm(Form):
    """Another instructor among those who fit, another place, another time by the city's clock."""

    instructor_id = SelectField(_l("Instructor"))
    venue_id = SelectField(_l("Place"))
    starts_at = DateTimeLocalField(
        _l("Begins"), [InputRequired(_l("Please choose a day and a time."))], format="%Y-%m-%dT%H:%M"
    )
    #: The proposal's plan when the page was opened.
    seen = HiddenField()
