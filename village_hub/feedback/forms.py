"""How was it? Five words to choose from, and room for one's own."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from village_hub.web.forms import Form
from village_hub.web.i18n import _l

STARS = (
    (5, _l("Very good")),
    (4, _l("Good")),
    (3, _l("All right")),
    (2, _l("Not so good")),
    (1, _l("Not good")),
)


class FeedbackForm(Form):
    """One answer."""

    stars = RadioField(_l("How was it?"), [InputRequired(_l("Please choose how it was."))], choices=STARS, coerce=int)
    words = TextAreaField(_l("Would you like to say more?"), [Length(max=500)])
