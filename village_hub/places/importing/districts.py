"""Rows of the district file become districts, and the municipality that they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from statistics import fmean
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.imports.queries import Change
from village_hub.imports.reading import Code, DistrictRow, RowProblem
from village_hub.imports.service import Draft, Parts, Staged, Standing
from village_hub.places import queries, service
from village_hub.places.models import District

Values = dict[str, Any]


class DistrictImporter:
    """A district is known by its code. The file has no dates: a new name holds from the day it is imported."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._cities = {each.code: each for each in queries.municipalities(session)}

    def key(self, row: DistrictRow) -> str:
        return row.code

    def standing(self, session: Session, keys: Collection[str]) -> Mapping[str, Standing]:
        living = (District.code.in_(list(keys)), District.valid_to.is_(None))
        here = session.execute(select(District.code, District.id).where(*living))
        return {code: Standing(district_id) for code, district_id in here}

    def draft(self, row: DistrictRow) -> Draft | RowProblem:
        if row.longitude is None or row.latitude is None:
            return RowProblem(row.line, "centroid_lon", "", Code.MISSING_VALUE, {})
        values = {
            "city": row.municipality_code,
            "city_name": row.municipality,
            "name": row.name,
            "lon": row.longitude,
            "lat": row.latitude,
            "population": row.population,
            "population_over_65": row.over_65,
        }
        return Draft(values)

    def write(self, session: Session, rows: Mapping[str, Staged], *, now: datetime) -> Mapping[str, Change]:
        drafts = {code: row.values for code, row in rows.items()}
        cities = {
            code: self._city(session, code, drafts.values()) for code in {each["city"] for each in drafts.values()}
        }
        return {code: self._write(session, code, draft, cities[draft["city"]], now) for code, draft in drafts.items()}

    def write_parts(self, session: Session, parts: Parts, *, now: datetime) -> None:
        """A district has no parts."""

    def _city(self, session: Session, code: str, drafts: Collection[Values]) -> UUID:
        """A new city lies in the middle of its districts; one that is here keeps its place and its English name."""
        own = [each for each in drafts if each["city"] == code]
        name, known = own[0]["city_name"], self._cities.get(code)
        written = service.upsert_municipality(
            session,
            code=code,
            name=name,
            name_en=known.name_en if known else name,
            lon=known.lon if known else fmean(each["lon"] for each in own),
            lat=known.lat if known else fmean(each["lat"] for each in own),
            **({"time_zone": known.time_zone} if known else {}),
        )
        self._cities = {each.code: each for each in queries.municipalities(session)}
        return written.id

    def _write(self, session: Session, code: str, draft: Values, city_id: UUID, now: datetime) -> Change:
        written = service.upsert_district(
            session,
            municipality_id=city_id,
            code=code,
            name=draft["name"],
            valid_from=self._today(draft["city"], now),
            lon=draft["lon"],
            lat=draft["lat"],
            population=draft["population"],
            population_over_65=draft["population_over_65"],
            now=now,
        )
        return Change(written.change)

    def _today(self, city: str, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self._cities[city].time_zone)).date()
