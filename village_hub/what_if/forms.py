"""Which days are replayed, and which rules are changed; what stays empty stays as it was."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, Field, FloatField
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import NumberInput

from village_hub.kernel.errors import DomainError
from village_hub.web.forms import Form
from village_hub.web.i18n import _, _l, explain
from village_hub.what_if.queries import DIALS, Dial


class WhatIfForm(Form):
    """The period, and one field for each rule that can be tried."""

    since = DateField(_l("First day"), [InputRequired(_l("Please choose the first day."))])
    until = DateField(_l("Last day"), [InputRequired(_l("Please choose the last day."))])

    def rules(self) -> dict[str, float]:
        """The rules that were filled in."""
        return {name: self[name].data for name in DIALS if self[name].data is not None}


class Fits:
    """A value within the limits of its rule."""

    def __init__(self, dial: Dial) -> None:
        self.dial = dial

    def __call__(self, form: Form, field: Field) -> None:
        if field.process_errors:
            field.errors = []
            raise StopValidation(_("Please write a number."))
        try:
            self.dial.check(field.data)
        except DomainError as refused:
            refused.figures["rule"] = field.label.text
            raise ValidationError(explain(refused)) from None


def _field(dial: Dial) -> Any:
    widget = NumberInput(min=dial.lowest, max=dial.highest, step=dial.step or "any")
    return FloatField(_l(dial.words), [Optional(), Fits(dial)], widget=widget)


for _dial in DIALS.values():
    setattr(WhatIfForm, _dial.name, _field(_dial))
