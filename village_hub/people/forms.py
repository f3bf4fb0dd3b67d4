"""The forms of signing in, registering, the profile and roles."""

from __future__ import annotations

from datetime import date

from wtforms import DateField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from village_hub.people.models import RoleKind
from village_hub.web.forms import Form
from village_hub.web.i18n import _l

#: How long a password must be at least, and may be at most.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200

KIND_WORDS = {
    RoleKind.RESIDENT: _l("Resident"),
    RoleKind.INSTRUCTOR: _l("Volunteer instructor"),
    RoleKind.LEARNING_MANAGER: _l("Learning manager"),
    RoleKind.STAFF: _l("City staff"),
    RoleKind.OPERATOR: _l("Operator"),
}
_SAY_WHO = _l("Please write your e-mail address, phone number or card number.")
_SAY_NAME = _l("Please write your name.")
_SAY_PASSWORD = _l("Please write your password.")
_SAY_CONTACT = _l("Please write an e-mail address or a phone number, such as 010-1234-5678.")
_SAY_LENGTH = _l("The password needs at least %(length)s characters.", length=SHORTEST_PASSWORD)


class SignInForm(Form):
    login = StringField(_l("E-mail, phone or card number"), [InputRequired(_SAY_WHO), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_SAY_PASSWORD), Length(max=LONGEST_PASSWORD)])
    next = HiddenField()


class RegistrationForm(Form):
    name = StringField(_l("Name"), [InputRequired(_SAY_NAME), Length(max=80)])
    contact = StringField(_l("E-mail or phone number"), [InputRequired(_SAY_CONTACT), Length(max=254)])
    password = PasswordField(
        _l("Password"), [InputRequired(_SAY_PASSWORD), Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, _SAY_LENGTH)]
    )
    next = HiddenField()


class PasswordForm(Form):
    current = PasswordField(_l("Your password now"), [InputRequired(_SAY_PASSWORD), Length(max=LONGEST_PASSWORD)])
    password = PasswordField(
        _l("Your new password"),
        [InputRequired(_SAY_PASSWORD), Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, _SAY_LENGTH)],
    )


class ProfileForm(Form):
    name = StringField(_l("Name"), [InputRequired(_SAY_NAME), Length(max=80)])
    locale = SelectField(
        _l("Language of pages and letters"), [InputRequired()], choices=[("ko", "한국어"), ("en", "English")]
    )


class RoleForm(Form):
    kind = SelectField(_l("Role"), [InputRequired()])
    scope = SelectField(_l("Village"), default="")
    until = DateField(_l("Last day"), [Optional()])

    def offer(self, kinds: list[RoleKind], scopes: dict[str, str]) -> None:
        """Offer these roles and these villages only."""
        self.kind.choices = [(kind.value, KIND_WORDS[kind]) for kind in kinds]
        self.scope.choices = [("", _l("None")), *scopes.items()]

    @property
    def last_day(self) -> date | None:
        return self.until.data  # type: ignore[no-any-return]
