"""The blueprint that every route of people hangs on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__, template_folder="../templates")
