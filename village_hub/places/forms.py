"""What staff fill in about a venue."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from wtforms import FloatField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from village_hub.places.models import Feature, VenueKind
from village_hub.places.queries import Span
from village_hub.places.service import VenueDetails
from village_hub.web.forms import Form, trimmed
from village_hub.web.i18n import _, _l

KIND_WORDS: dict[str, Any] = {
    VenueKind.MEETING_ROOM: _l("Meeting room"),
    VenueKind.HALL: _l("Hall"),
    VenueKind.CLASSROOM: _l("Classroom"),
    VenueKind.SPORTS: _l("Sports room"),
    VenueKind.LIBRARY: _l("Library"),
    VenueKind.OUTDOORS: _l("Outdoors"),
    VenueKind.OTHER: _l("Other place"),
}
FEATURE_WORDS: dict[str, Any] = {
    Feature.STEP_FREE: _l("No steps on the way in"),
    Feature.LIFT: _l("Lift"),
    Feature.ACCESSIBLE_TOILET: _l("Wheelchair-accessible toilet"),
    Feature.HEARING_LOOP: _l("Hearing loop"),
    Feature.PARKING: _l("Parking"),
}
DAY_WORDS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip

_SAY_NAME = _l("Please write the place's name.")
_SAY_ADDRESS = _l("Please write the address.")
_SAY_PLACE = _l("Please write where it lies, such as 37.5394 and 127.2149.")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-~–]\s*(\d{1,2}):(\d{2})")


class OpeningField(StringField):
    """One weekday's hours, written as `09:00-12:00, 13:00-18:00`; empty means closed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = [_minutes(span.groups()) for span in _SPAN.finditer(text)]
        if _SPAN.sub("", text).strip(" ,·/"):
            raise ValueError(_("Please write the hours as 09:00-12:00, 13:00-18:00."))

    def pre_validate(self, form: Any) -> None:
        if any(not 0 <= opens < closes <= 24 * 60 for opens, closes in self.data or ()):
            raise ValidationError(_("Closing time must be after opening time."))


class VenueForm(Form):
    """Everything that is said about a room that can be taken."""

    name = StringField(_l("Name of the place"), [DataRequired(_SAY_NAME), Length(max=120)], [trimmed])
    room = StringField(_l("Room"), [Length(max=80)], [trimmed])
    kind = SelectField(
        _l("Kind"), [InputRequired()], choices=[(str(each), words) for each, words in KIND_WORDS.items()]
    )
    district_id = SelectField(_l("District"), [InputRequired()])
    address = StringField(_l("Address"), [DataRequired(_SAY_ADDRESS), Length(max=200)], [trimmed])
    lat = FloatField(_l("Latitude"), [InputRequired(_SAY_PLACE), NumberRange(-90, 90, _SAY_PLACE)])
    lon = FloatField(_l("Longitude"), [InputRequired(_SAY_PLACE), NumberRange(-180, 180, _SAY_PLACE)])
    capacity = IntegerField(_l("People it holds"), [Optional(), NumberRange(1, 100_000)])
    features = SelectMultipleField(_l("Access"), choices=[(str(each), words) for each, words in FEATURE_WORDS.items()])
    equipment = StringField(_l("Equipment"), [Length(max=400)], [trimmed])
    phone = StringField(_l("Phone"), [Length(max=40)], [trimmed])
    fee_text = StringField(_l("Fee"), [Length(max=200)], [trimmed])
    monday = OpeningField(DAY_WORDS[0])
    tuesday = OpeningField(DAY_WORDS[1])
    wednesday = OpeningField(DAY_WORDS[2])
    thursday = OpeningField(DAY_WORDS[3])
    friday = OpeningField(DAY_WORDS[4])
    saturday = OpeningField(DAY_WORDS[5])
    sunday = OpeningField(DAY_WORDS[6])
    active = SelectField(
        _l("Can it be taken?"),
        [InputRequired()],
        choices=[("yes", _l("Yes, it can be taken")), ("no", _l("No, not any more"))],
    )

    @property
    def days(self) -> list[OpeningField]:
        """The fields of the opening hours, Monday first."""
        return [self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday]

    def details(self, municipality_id: UUID | None) -> VenueDetails:
        """What was filled in, for the use case."""
        return VenueDetails(
            name=self.name.data,
            room=self.room.data,
            kind=self.kind.data,
            address=self.address.data,
            lon=self.lon.data,
            lat=self.lat.data,
            municipality_id=municipality_id,
            district_id=UUID(self.district_id.data),
            capacity=self.capacity.data,
            features=tuple(self.features.data),
            equipment=tuple(each.strip() for each in self.equipment.data.split(",") if each.strip()),
            phone=self.phone.data,
            fee_text=self.fee_text.data,
            hours=tuple((weekday, *span) for weekday, field in enumerate(self.days) for span in field.data or ()),
            active=self.active.data == "yes",
        )


def shown(details: VenueDetails) -> dict[str, Any]:
    """A venue as the form shows it at first."""
    values = {name: getattr(details, name) for name in VenueDetails.__slots__}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hours = {day: _spans_of(details.hours, weekday) for weekday, day in enumerate(days)}
    values |= {"equipment": ", ".join(details.equipment), "active": "yes" if details.active else "no"}
    return values | {"district_id": str(details.district_id)} | hours


def _spans_of(hours: tuple[Span, ...], weekday: int) -> list[tuple[int, int]]:
    return [(opens, closes) for day, opens, closes in hours if day == weekday]


def _minutes(clock: tuple[str, ...]) -> tuple[int, int]:
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part) for part in clock)
    return opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
