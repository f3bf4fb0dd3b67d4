"""What a volunteer fills in about teaching."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from village_hub.talents.queries import LEVELS, Offer
from village_hub.web.forms import Form
from village_hub.web.i18n import _l
from village_hub.web.week import TICKS, Span, spans_of, ticks_of

LEVEL_WORDS = dict(
    zip(LEVELS, (_l("Beginners"), _l("Those who know a little"), _l("Those who know it well")), strict=True)
)
RADIUS_WORDS = {
    1500: _l("In my neighbourhood"),
    5000: _l("A bus ride away"),
    15000: _l("Anywhere in town"),
}


class OfferForm(Form):
    """One page says it all; what was offered before stays unless it is withdrawn."""

    topics = SelectMultipleField(_l("What could you teach?"))
    levels = SelectMultipleField(_l("For whom?"), choices=list(LEVEL_WORDS.items()), default=["beginner"])
    description = TextAreaField(_l("What would you like to say about it?"), [Length(max=500)])
    weekly = SelectMultipleField(
        _l("When could you teach?"),
        [InputRequired(_l("Please choose at least one time of the week."))],
        choices=list(TICKS),
    )
    radius_m = RadioField(_l("How far would you go?"), coerce=int, choices=list(RADIUS_WORDS.items()), default=5000)
    cap_per_week = RadioField(
        _l("How often at most?"),
        coerce=int,
        choices=[(1, _l("Once a week")), (2, _l("Twice a week")), (4, _l("Up to four times a week"))],
        default=1,
    )
    languages = SelectMultipleField(
        _l("In which languages?"),
        [InputRequired(_l("Please choose at least one language."))],
        choices=[("ko", "한국어"), ("en", "English")],
        default=["ko"],
    )
    group_min = IntegerField(_l("Smallest group"), [InputRequired(), NumberRange(1, 200)], default=1)
    group_max = IntegerField(_l("Largest group"), [InputRequired(), NumberRange(1, 200)], default=20)
    district_id = SelectField(
        _l("Where do you set out from?"), [InputRequired(_l("Please choose where you set out from."))]
    )

    def offered_topics(self) -> dict[UUID, list[str]]:
        """What was ticked, with the levels."""
        return {UUID(each): self.levels.data for each in self.topics.data}

    def weekly_spans(self) -> tuple[Span, ...]:
        """The ticks of the week grid as (weekday, starts, ends)."""
        return spans_of(self.weekly.data)

    def terms(self) -> dict[str, Any]:
        """Everything but the place."""
        names = ("radius_m", "cap_per_week", "group_min", "group_max")
        return {name: self[name].data for name in names} | {"languages": tuple(self.languages.data)}


class PauseForm(Form):
    """A rest, with or without an end."""

    until = DateField(_l("Until which day?"), [Optional()])


def values_of(offer: Offer) -> dict[str, Any]:
    """An offer as the form shows it."""
    return {
        "weekly": ticks_of(offer.weekly),
        "radius_m": min(RADIUS_WORDS, key=lambda radius: abs(radius - offer.radius_m)),
        "cap_per_week": min((1, 2, 4), key=lambda cap: abs(cap - offer.cap_per_week)),
        "languages": list(offer.languages),
        "group_min": offer.group_min,
        "group_max": offer.group_max,
    }
