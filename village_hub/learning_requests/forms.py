"""Asking for a lecture in three steps, and the learning manager's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from wtforms import DateField, Field, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from village_hub.places.forms import FEATURE_WORDS
from village_hub.web.forms import Form
from village_hub.web.i18n import _l
from village_hub.web.week import TICKS, spans_of

#: How long a wish lasts unless it is renewed.
LASTING = timedelta(days=90)

STEPS: dict[str, tuple[str, ...]] = {
    "topic": ("topic_id", "level"),
    "when": ("weekly", "place_kind", "venue_id", "reach_m", "district_id", "number", "needs", "language"),
    "check": ("words",),
}
LEVEL_WORDS = {
    "any": _l("It does not matter"),
    "beginner": _l("I am a beginner"),
    "intermediate": _l("I know a little"),
    "advanced": _l("I know it well"),
}
REACH_WORDS = (_l("A walk of 15 minutes"), _l("A walk of 40 minutes, or two bus stops"), _l("Anywhere in town"))


class NeededFor:
    """A field that must be filled in where another field says so."""

    def __init__(self, other: str, choice: str, words: Any) -> None:
        self.other, self.choice, self.words = other, choice, words

    def __call__(self, form: Form, field: Field) -> None:
        if form[self.other].data == self.choice and not field.data:
            raise StopValidation(self.words)


class AskForm(Form):
    """Everything a wish says; each step shows a part and carries the rest."""

    topic_id = RadioField(
        _l("What would you like to learn?"), [InputRequired(_l("Please choose what you would like to learn."))]
    )
    level = RadioField(_l("How much do you know about it?"), choices=list(LEVEL_WORDS.items()), default="any")
    weekly = SelectMultipleField(
        _l("When would it suit you?"),
        [InputRequired(_l("Please choose at least one time of the week."))],
        choices=list(TICKS),
    )
    place_kind = RadioField(
        _l("Where would you like it?"),
        choices=[("near_me", _l("Anywhere near me")), ("own_place", _l("At a place I name"))],
        default="near_me",
    )
    venue_id = SelectField(
        _l("At which place?"),
        [
            NeededFor("place_kind", "own_place", _l("Please choose the place where the instructor should come.")),
            Optional(),
        ],
    )
    reach_m = RadioField(_l("How far would you go?"), coerce=int)
    district_id = SelectField(_l("Where do you live?"))
    number = IntegerField(
        _l("How many people are you?"),
        [InputRequired(_l("Please say how many people you are.")), NumberRange(1, 200)],
        default=1,
    )
    needs = SelectMultipleField(_l("What do you need to take part?"), choices=list(FEATURE_WORDS.items()))
    language = RadioField(_l("In which language?"), choices=[("ko", "한국어"), ("en", "English")], default="ko")
    words = TextAreaField(_l("Anything you would like to add?"), [Length(max=500)])

    def is_step_valid(self, step: str) -> bool:
        """Whether what one step asks for is there."""
        checked = [self._fields[name].validate(self) for name in STEPS[step] if name in self._fields]
        return all(checked)

    def step_of_error(self) -> str:
        """The step in which something has to be mended."""
        wrong = [step for step, names in STEPS.items() if any(name in self.errors for name in names)]
        return wrong[0] if wrong else "check"

    def wish(self) -> dict[str, Any]:
        """What was filled in, for the use case."""
        return {
            "topic_id": UUID(self.topic_id.data),
            "level": self.level.data,
            "weekly": spans_of(self.weekly.data),
            "venue_id": UUID(self.venue_id.data) if self.place_kind.data == "own_place" else None,
            "reach_m": self.reach_m.data,
            "number": self.number.data,
            "needs": self.needs.data,
            "language": self.language.data,
            "words": (self.words.data or "").strip(),
        }


class AnswerForm(Form):
    """The learning manager promises a day, or says why it cannot be done."""

    answer = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Please choose an answer."))],
        choices=[("promise", _l("I take care of it until")), ("unserved", _l("It cannot be done"))],
    )
    next_at = DateField(
        _l("Until which day?"), [NeededFor("answer", "promise", _l("Please choose a day.")), Optional()]
    )
    words = TextAreaField(_l("Why, and what would help?"), [Length(max=500)])
