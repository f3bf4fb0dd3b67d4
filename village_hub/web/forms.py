"""The base of every form: CSRF, Korean and English messages, and use cases' refusals shown at their field."""

from __future__ import annotations

from flask_wtf import FlaskForm

from village_hub.kernel.errors import Conflict, DomainError, Invalid
from village_hub.web.i18n import explain


class Form(FlaskForm):
    """What was typed stays typed: render the same form again with `form.status`."""

    #: A refusal that belongs to no single field.
    refusal: str | None = None

    @property
    def status(self) -> int:
        """200 for a fresh form, 422 for one that was refused."""
        return 422 if self.is_submitted() else 200

    def refusals(self) -> Refusals:
        """`with form.refusals(), write_session() as session:` shows a use case's refusal; other errors pass."""
        return Refusals(self)

    def show(self, refused: DomainError) -> None:
        """Put a refusal's words at its field, or above the form."""
        words = explain(refused)
        field = self._fields.get(refused.field or "")
        if field is None:
            self.refusal = words
        else:
            field.errors = [*field.errors, words]


class Refusals:
    """Catches a use case's refusal and shows it where it belongs."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        return

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> bool:
        if not isinstance(error, Invalid | Conflict):
            return False
        self.form.show(error)
        return True


def trimmed(text: str | None) -> str:
    """A form filter: what was typed, without the blanks around it."""
    return (text or "").strip()
