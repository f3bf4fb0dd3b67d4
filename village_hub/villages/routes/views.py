"""What the pages of one village share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for

from village_hub.villages import queries
from village_hub.villages.errors import NoSuchVillage
from village_hub.villages.queries import VillageFacts
from village_hub.web.i18n import language
from village_hub.web.transactions import read_session


def village_path(village_id: UUID) -> str:
    """The address of a village's own page."""
    return f"{url_for('villages.index')}/{village_id}"


def found(village_id: UUID) -> VillageFacts:
    """The village, or a kind refusal."""
    village = queries.village(read_session(), village_id)
    if village is None:
        raise NoSuchVillage
    return village


def page(template: str, village: VillageFacts, **more: Any) -> str:
    """A page of a village carries its phone number."""
    contact = {"name": village.called(language()), "phone": village.phone}
    return render_template(template, village=village, contact=contact, **more)
