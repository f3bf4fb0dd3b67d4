"""The blueprint that every composed page hangs on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("home", __name__, template_folder="../templates")
