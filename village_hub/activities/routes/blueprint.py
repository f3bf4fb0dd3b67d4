"""The blueprint that every route of activities hangs on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("activities", __name__, template_folder="../templates")
