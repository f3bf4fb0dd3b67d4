"""How the people capability refuses."""

from __future__ import annotations

from village_hub.kernel.errors import N_, Conflict, DomainError, Invalid


class WrongSignIn(Invalid):
    """The same words for an unknown person and for a wrong password."""

    message = N_(
        "This does not match. Please check both fields. If it still does not work, call your learning manager."
    )
    field = "login"


class TooManyAttempts(DomainError):
    status = 429
    message = N_("There were too many tries. For your safety, please try again in %(minutes)s minutes.")


class NameMissing(Invalid):
    message = N_("Please write your name.")
    field = "name"


class ContactUnreadable(Invalid):
    message = N_("Please write an e-mail address or a phone number, such as 010-1234-5678.")
    field = "contact"


class ContactTaken(Conflict):
    message = N_("An account with this e-mail or phone number is there already. Please sign in with it.")
    field = "contact"


class CardNumberUnreadable(Invalid):
    message = N_("A card number must not look like a phone number or an e-mail address.")
    field = "card_number"


class CardNumberTaken(Conflict):
    message = N_("This card number belongs to another person.")
    field = "card_number"


class PasswordTooShort(Invalid):
    message = N_("The password needs at least %(length)s characters.")
    field = "password"


class WrongPassword(Invalid):
    message = N_("This is not your password. Please write the one that you sign in with now.")
    field = "current"


class RoleNeedsScope(Invalid):
    message = N_("Please choose the village that this person will manage.")
    field = "scope"


class LastOperator(Conflict):
    message = N_("This is the last operator. Please give the role to somebody else first.")


class IdentityLinkedElsewhere(Conflict):
    message = N_("This sign-in already belongs to another account here.")
