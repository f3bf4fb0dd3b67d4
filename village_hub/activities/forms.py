"""Planning an activity in a few steps, changing it, calling it off, and the desk's small forms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from village_hub.activities.queries import Kind, rules
from village_hub.activities.service import ActivityDetails, Span
from village_hub.web.formats import to_utc
from village_hub.web.forms import Form, trimmed
from village_hub.web.i18n import _l

KIND_WORDS = {
    Kind.EVENT: _l("Event"),
    Kind.COURSE: _l("Course"),
    Kind.LECTURE: _l("Talent-sharing lecture"),
    Kind.CAMPAIGN: _l("Environmental campaign"),
    Kind.FESTIVAL: _l("Festival"),
}
KIND_HINTS = {
    Kind.EVENT: _l("A get-together, a visit, a show"),
    Kind.COURSE: _l("Several dates with one goal"),
    Kind.LECTURE: _l("A neighbour shares what they know"),
    Kind.CAMPAIGN: _l("Something for the environment"),
    Kind.FESTIVAL: _l("The whole village comes together"),
}
REPEATS = {"once": None, "daily": 1, "weekly": 7, "fortnightly": 14}
#: The choice of a venue that means: somewhere else, in words.
ELSEWHERE = "elsewhere"

STEPS: dict[str, tuple[str, ...]] = {
    "what": ("host", "kind", "title", "description"),
    "when": ("date", "starts", "ends", "repeats", "times"),
    "where": ("venue_id", "place_text", "address", "taught_by_me", "instructor_name"),
    "seats": ("seats", "minimum", "fee", "enrol_from", "enrol_until", "phone"),
    "check": (),
}
CLOCK = ["%H:%M", "%H:%M:%S"]
MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]


class AfterStart:
    """The end of a session comes after its beginning."""

    def __call__(self, form: Form, field: Field) -> None:
        if form["starts"].data and field.data and field.data <= form["starts"].data:
            raise StopValidation(str(_l("The end must be after the beginning, on the same day.")))


class InWordsOrChosen:
    """Where no room is chosen, the place is written down."""

    def __call__(self, form: Form, field: Field) -> None:
        if form["venue_id"].data == ELSEWHERE and not trimmed(field.data):
            raise StopValidation(str(_l("Please choose a place or write where it is.")))


class DetailsForm(Form):
    """What an activity says about itself, apart from its dates."""

    kind = RadioField(_l("What kind of activity is it?"), choices=list(KIND_WORDS.items()), default=Kind.EVENT.value)
    title = StringField(
        _l("What is it called?"), [InputRequired(_l("Please give it a name.")), Length(max=120)], filters=[trimmed]
    )
    description = TextAreaField(_l("What will happen there?"), [Length(max=4000)], filters=[trimmed])
    venue_id = RadioField(_l("In which room?"), default=ELSEWHERE)
    place_text = StringField(_l("The place in words"), [InWordsOrChosen(), Length(max=200)], filters=[trimmed])
    address = StringField(_l("Its address"), [Length(max=200)], filters=[trimmed])
    taught_by_me = BooleanField(_l("I teach or lead it myself"))
    instructor_name = StringField(_l("Who teaches or leads it?"), [Length(max=80)], filters=[trimmed])
    seats = IntegerField(_l("How many seats are there?"), [Optional(), NumberRange(1, 100_000)])
    minimum = IntegerField(_l("From how many people on does it take place?"), [Optional(), NumberRange(1, 100_000)])
    fee = IntegerField(_l("What does it cost, in won?"), [Optional(), NumberRange(0, 10_000_000)])
    enrol_from = DateTimeLocalField(_l("People can sign up from"), [Optional()], format=MOMENT)
    enrol_until = DateTimeLocalField(_l("People can sign up until"), [Optional()], format=MOMENT)
    phone = StringField(_l("Telephone number for questions"), [Length(max=30)], filters=[trimmed])

    def details(self, *, village_id: UUID | None, club_id: UUID | None, by: UUID, **kept: Any) -> ActivityDetails:
        """What was filled in, for the use case; `kept` is what the form does not ask for."""
        venue_id = None if self.venue_id.data in (None, "", ELSEWHERE) else UUID(self.venue_id.data)
        given: dict[str, Any] = {
            "kind": self.kind.data,
            "title": self.title.data,
            "description": self.description.data,
            "village_id": village_id,
            "club_id": club_id,
            "venue_id": venue_id,
            "place_text": "" if venue_id else self.place_text.data,
            "address": "" if venue_id else self.address.data,
            "instructor_id": by if self.taught_by_me.data else None,
            "instructor_name": "" if self.taught_by_me.data else self.instructor_name.data,
            "phone": self.phone.data,
            "seats": self.seats.data,
            "minimum": self.minimum.data,
            "fee": self.fee.data or 0,
            "enrol_from": _utc(self.enrol_from.data),
            "enrol_until": _utc(self.enrol_until.data),
        }
        return ActivityDetails(**given | kept)


class PlanForm(DetailsForm):
    """A new activity; each step shows a part and carries the rest."""

    host = RadioField(_l("Who invites?"), [InputRequired(_l("Please choose who invites."))])
    date = DateField(_l("On which day?"), [InputRequired(_l("Please say on which day it takes place."))])
    starts = TimeField(_l("Begins at"), [InputRequired(_l("Please say when it begins."))], format=CLOCK)
    ends = TimeField(_l("Ends at"), [InputRequired(_l("Please say when it ends.")), AfterStart()], format=CLOCK)
    repeats = RadioField(
        _l("Does it take place again?"),
        choices=[
            ("once", _l("No, just once")),
            ("daily", _l("Every day")),
            ("weekly", _l("Every week")),
            ("fortnightly", _l("Every other week")),
        ],
        default="once",
    )
    times = IntegerField(_l("How often in all?"), [Optional(), NumberRange(1, rules().most_sessions)], default=1)

    def is_step_valid(self, step: str) -> bool:
        """Whether what one step asks for is there."""
        checked = [self._fields[name].validate(self) for name in STEPS[step] if name in self._fields]
        return all(checked)

    def step_of_error(self) -> str:
        """The step in which something has to be mended."""
        wrong = [step for step, names in STEPS.items() if any(name in self.errors for name in names)]
        return wrong[0] if wrong else "check"

    def spans(self) -> list[Span]:
        """The sessions that the dates say."""
        if not (self.date.data and self.starts.data and self.ends.data):
            return []
        every = REPEATS.get(self.repeats.data)
        times = (self.times.data or 1) if every else 1
        days = [self.date.data + timedelta(days=number * (every or 0)) for number in range(times)]
        return [span_of(day, self.starts.data, self.ends.data) for day in days]


class SessionForm(Form):
    """One date."""

    date = DateField(_l("On which day?"), [InputRequired(_l("Please say on which day it takes place."))])
    starts = TimeField(_l("Begins at"), [InputRequired(_l("Please say when it begins."))], format=CLOCK)
    ends = TimeField(_l("Ends at"), [InputRequired(_l("Please say when it ends.")), AfterStart()], format=CLOCK)

    def span(self) -> Span:
        """The session that the date says."""
        return span_of(self.date.data, self.starts.data, self.ends.data)


class CancellationForm(Form):
    """Why an activity does not take place."""

    reason = TextAreaField(
        _l("Why does it not take place?"),
        [InputRequired(_l("Please write a reason: everybody who signed up will read it.")), Length(max=500)],
        filters=[trimmed],
    )


class WalkInForm(Form):
    """Somebody who came without having signed up."""

    name = StringField(_l("Name"), [InputRequired(_l("Please write a name.")), Length(max=80)], filters=[trimmed])


class CheckInForm(Form):
    """The six digits that are shown in the room."""

    code = StringField(
        _l("The six digits shown in the room"),
        [InputRequired(_l("Please type the six digits.")), Length(max=10)],
        filters=[trimmed],
    )


def span_of(day: date, starts: time, ends: time) -> Span:
    """A span by the city's clock, in UTC."""
    return to_utc(datetime.combine(day, starts)), to_utc(datetime.combine(day, ends))


def _utc(typed: datetime | None) -> datetime | None:
    return to_utc(typed) if typed else None
