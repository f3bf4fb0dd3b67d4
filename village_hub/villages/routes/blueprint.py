"""The blueprint of villages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("villages", __name__, template_folder="../templates")
