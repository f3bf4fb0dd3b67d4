"""The public page of a village and of a club."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from village_hub.activities import queries as activities
from village_hub.clubs import queries as clubs
from village_hub.clubs.errors import NoSuchClub
from village_hub.home.routes.blueprint import blueprint
from village_hub.home.routes.first import SEATS_ONLY
from village_hub.home.routes.outline import dots
from village_hub.people.policies import manages
from village_hub.places import queries as places
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages
from village_hub.villages.errors import NoSuchVillage
from village_hub.villages.queries import VillageFacts
from village_hub.web.accounts import current_account
from village_hub.web.i18n import language
from village_hub.web.live import listen
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, read_session

WEEK = timedelta(days=7)
MOST = 12


@blueprint.get("/villages/<uuid:village_id>")
@policy(public)
def village(village_id: UUID) -> ResponseReturnValue:
    session, account = read_session(), current_account()
    listen(session, f"village:{village_id}")
    found = villages.village(session, village_id)
    if found is None:
        raise NoSuchVillage
    members = villages.members(session, village_id)
    around = places.districts(session, found.municipality_id)
    coming = activities.upcoming(session, now(), village_id=village_id, limit=MOST)
    return _page(
        "home/village.html",
        found,
        this_week=[each for each in coming if each.next_at and each.next_at < now() + WEEK],
        later=[each for each in coming if each.next_at is None or each.next_at >= now() + WEEK],
        members=len(members),
        is_member=account is not None and account.id in members,
        may_run=manages(account, village_id),
        to_call=villages.to_call(session, found, now()),
        centre=_centre_of(found, around),
        clubs=clubs.clubs_of_village(session, village_id),
        map=dots(found, around, coming),
    )


@blueprint.get("/clubs/<uuid:club_id>")
@policy(public)
def club(club_id: UUID) -> ResponseReturnValue:
    session, account = read_session(), current_account()
    listen(session, f"club:{club_id}")
    found = clubs.club(session, club_id)
    if found is None:
        raise NoSuchClub
    home = villages.village(session, found.village_id)
    assert home is not None
    members = clubs.members(session, club_id)
    mine = next((each for each in members if account and each.person_id == account.id), None)
    named = topics.names(session, [found.topic_id], language()) if found.topic_id else {}
    return _page(
        "home/club.html",
        home,
        club=found,
        topic=named.get(found.topic_id) if found.topic_id else None,
        members=members,
        is_member=mine is not None,
        may_change=manages(account, found.village_id) or (mine is not None and mine.is_lead),
        coming=activities.upcoming(session, now(), club_id=club_id, limit=MOST),
    )


def _centre_of(village: VillageFacts, around: Sequence[places.District]) -> villages.Centre | None:
    """The base centre nearest to the village's district."""
    known = {each.id: each for each in around}
    near = {each.district_id: each for each in reversed(villages.base_centres(read_session()))}
    here, known_near = known.get(village.district_id), [known[each] for each in near if each in known]
    there = places.nearest_district(known_near, here.lon, here.lat) if here else None
    return near[there.id] if there else None


def _page(template: str, village: VillageFacts, **more: Any) -> str:
    """A page of a village carries its name and its phone number."""
    called = village.called(language())
    contact = {"name": called, "phone": village.phone}
    return render_template(
        template, village=village, contact=contact, place_name=called, refresh_except=SEATS_ONLY, now=now(), **more
    )
