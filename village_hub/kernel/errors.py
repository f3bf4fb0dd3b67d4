"""Business refusals: each says in its reader's words what happened and what to do next."""

from __future__ import annotations

from typing import ClassVar


def N_(text: str) -> str:
    """Mark a text for translation where it is written; it is translated where it is shown."""
    return text


class DomainError(Exception):
    """A use case refuses; `message` is an English msgid with `%(name)s` places for `figures`.

    `field` names the form field that the reader should mend, where there is one.
    """

    status: ClassVar[int] = 422
    message: ClassVar[str] = N_("This cannot be done now.")
    field: ClassVar[str | None] = None

    def __init__(self, **figures: object) -> None:
        super().__init__(type(self).__name__)
        self.figures = figures

    def __str__(self) -> str:
        return self.message % self.figures if self.figures else self.message


class Invalid(DomainError):
    """What was asked for makes no sense as it stands."""

    status = 422


class NotAllowed(DomainError):
    """This person may not do that."""

    status = 403
    message = N_("You cannot open or change this. If you think you should, please call your learning manager.")


class NotFound(DomainError):
    """There is no such thing (any more)."""

    status = 404
    message = N_("This is not here (any more). It may have been moved or withdrawn.")


class Conflict(DomainError):
    """Somebody else was faster, or the state has moved on."""

    status = 409
    message = N_("This has changed in the meantime. Please look again.")


class Busy(DomainError):
    """The database is too busy right now; trying again in a moment helps."""

    status = 503
    message = N_("Many people are using this right now. Please try again in a moment.")


class NoRoom(Busy):
    """The disk under the database is full; somebody has to make room."""

    message = N_("Nothing can be saved right now; what you saved before is safe. Please try again in a few minutes.")
