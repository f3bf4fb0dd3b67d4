"""The blueprint that every page of matching hangs on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("matching", __name__, template_folder="../templates")
