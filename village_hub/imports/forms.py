"""What is chosen to hand a file in."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.validators import InputRequired

from village_hub.imports.reading import Kind
from village_hub.web.forms import Form
from village_hub.web.i18n import _l

KIND_WORDS: dict[str, Any] = {
    Kind.COURSES: _l("Courses"),
    Kind.FACILITIES: _l("Places that can be taken"),
    Kind.LIBRARIES: _l("Libraries"),
    Kind.DISTRICTS: _l("Districts"),
}
KIND_HINTS: dict[str, Any] = {
    Kind.COURSES: _l("The national course file with 25 or 27 columns"),
    Kind.FACILITIES: _l("The national file of open public facilities"),
    Kind.LIBRARIES: _l("The national file of libraries"),
    Kind.DISTRICTS: _l("Codes, centres and population of the administrative dongs"),
}


class ImportForm(Form):
    """One file of one standard."""

    kind = RadioField(
        _l("What is in the file?"),
        [InputRequired(_l("Please choose what is in the file."))],
        choices=[(str(each), words) for each, words in KIND_WORDS.items()],
    )
    file = FileField(_l("CSV file"), [FileRequired(_l("Please choose a file."))])
