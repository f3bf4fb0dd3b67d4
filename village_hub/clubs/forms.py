"""What a club's lead or a manager fills in about a club."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from village_hub.clubs.service import ClubDetails
from village_hub.web.forms import Form, trimmed
from village_hub.web.i18n import _l

_SAY_NAME = _l("Please write the club's name.")
_SAY_LEAD = _l("Please choose who leads the club.")


class ClubForm(Form):
    """What a club says about itself."""

    name = StringField(_l("Name of the club"), [DataRequired(_SAY_NAME), Length(max=80)], [trimmed])
    description = TextAreaField(_l("What you do together"), [Length(max=1000)], [trimmed])
    meets = StringField(_l("When and where you meet"), [Length(max=200)], [trimmed])
    topic_id = SelectField(_l("Topic"))

    def details(self) -> ClubDetails:
        """What was filled in, for the use case."""
        return ClubDetails(
            name=self.name.data,
            description=self.description.data,
            meets=self.meets.data,
            topic_id=UUID(self.topic_id.data) if self.topic_id.data else None,
        )


class FoundingForm(ClubForm):
    """A new club has a lead from its first day."""

    lead_id = SelectField(_l("Who leads the club?"), [InputRequired(_SAY_LEAD)])


class LeadForm(Form):
    """Handing the lead over to another member."""

    person_id = SelectField(_l("Who leads the club?"), [InputRequired(_SAY_LEAD)])


def people_choices(people: dict[UUID, str]) -> list[tuple[str, Any]]:
    """People as the choices of a field, by name."""
    return sorted(((str(id), name) for id, name in people.items()), key=lambda each: each[1])
