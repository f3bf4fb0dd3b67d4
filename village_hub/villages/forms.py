"""What managers and staff fill in about villages."""

from __future__ import annotations

from uuid import UUID

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from village_hub.web.forms import Form, trimmed
from village_hub.web.i18n import _l

_SAY_NAME = _l("Please write the village's name.")
_SAY_PHONE = _l("Please write the number that people can call.")
_SAY_PERSON = _l("Please choose a person.")
_SAY_DAY = _l("Please write a day such as 2026-12-31.")

APPROVES, AUTOMATICALLY = "approves", "automatically"


def _person(text: str | UUID | None) -> UUID | None:
    return UUID(text) if isinstance(text, str) else text


class VillageForm(Form):
    """Founding a village."""

    name = StringField(_l("Name of the village"), [DataRequired(_SAY_NAME), Length(max=80)], [trimmed])
    name_en = StringField(_l("Name in English"), [Length(max=80)], [trimmed])
    district_id = SelectField(_l("District"), [InputRequired()])
    phone = StringField(_l("Phone of the village"), [DataRequired(_SAY_PHONE), Length(max=40)], [trimmed])
    greeting = TextAreaField(_l("Greeting"), [Length(max=400)], [trimmed])


class SettingsForm(Form):
    """How a village greets, which number it answers, and who asks instructors."""

    greeting = TextAreaField(_l("Greeting"), [Length(max=400)], [trimmed])
    phone = StringField(_l("Phone of the village"), [DataRequired(_SAY_PHONE), Length(max=40)], [trimmed])
    asking = RadioField(
        _l("When a lecture has been put together, who asks the instructor?"),
        [InputRequired()],
        choices=[
            (APPROVES, _l("I look at it first")),
            (AUTOMATICALLY, _l("Ask at once, automatically")),
        ],
    )


class CardForm(Form):
    """A card for somebody without e-mail and phone."""

    name = StringField(_l("The person's name"), [DataRequired(_l("Please write a name.")), Length(max=80)], [trimmed])


class ManagerForm(Form):
    """Appointing a learning manager, for a term where one is given."""

    person_id = RadioField(
        _l("Who becomes learning manager?"), [InputRequired(_SAY_PERSON)], coerce=_person, validate_choice=False
    )
    until = DateField(_l("Last day of the term"), [Optional()])

    def validate_until(self, field: DateField) -> None:
        if field.process_errors:
            field.process_errors = [_SAY_DAY]
