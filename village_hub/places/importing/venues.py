"""Rows of the files of open facilities and of libraries become venues."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from village_hub.imports.queries import Change
from village_hub.imports.reading import Code, FacilityRow, LibraryRow, RowProblem
from village_hub.imports.service import Draft, Parts, Staged, Standing, source_key
from village_hub.places import queries
from village_hub.places.importing.facilities import facility_details
from village_hub.places.importing.libraries import library_details
from village_hub.places.importing.territory import Territory
from village_hub.places.models import Venue, VenueHours
from village_hub.places.queries import Span
from village_hub.places.service import tell

Values = dict[str, Any]
Row = TypeVar("Row", FacilityRow, LibraryRow)


class VenueImporter(ABC, Generic[Row]):
    """A venue is known by its source key. What a file does not say, and what staff have ticked, stays."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._territory = Territory(session)

    def key(self, row: Row) -> str:
        return source_key(row)

    def standing(self, session: Session, keys: Collection[str]) -> Mapping[str, Standing]:
        here = select(Venue.source_key, Venue.id).where(Venue.source_key.in_(list(keys)))
        return {key: Standing(venue_id) for key, venue_id in session.execute(here)}

    def draft(self, row: Row) -> Draft | RowProblem:
        values = self.details(row)
        where = f"{values['address']} {values.pop('also')}"
        city, district = self._territory.place(where, row.longitude, row.latitude)
        lon = row.longitude if row.longitude is not None or district is None else district.lon
        lat = row.latitude if row.latitude is not None or district is None else district.lat
        if lon is None or lat is None:
            return RowProblem(row.line, "위도", "", Code.MISSING_VALUE, {})
        placed = {
            "lon": lon,
            "lat": lat,
            "municipality_id": str(city.id) if city else None,
            "district_id": str(district.id) if district else None,
        }
        return Draft(values | placed)

    @abstractmethod
    def details(self, row: Row) -> Values:
        """What the file says, and under `also` what else tells where it is."""

    def write(self, session: Session, rows: Mapping[str, Staged], *, now: datetime) -> Mapping[str, Change]:
        query = select(Venue.__table__).where(Venue.source_key.in_(list(rows)))
        here = {row.source_key: dict(row._mapping) for row in session.execute(query)}
        hours = queries.weekly_hours(session, [row["id"] for row in here.values()])
        changes: dict[str, Change] = {}
        added: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        opening: dict[UUID, tuple[Span, ...]] = {}
        for key, row in rows.items():
            said = _columns(row.values)
            spans = said.pop("hours")
            present = here.get(key)
            if present is None:
                added.append(said | {"id": row.id, "source_key": key, "active": True})
                opening[row.id] = spans
                changes[key] = Change.NEW
                continue
            merged = present | _said_anew(present, said)
            moved = bool(spans) and spans != hours.get(present["id"], ())
            if moved:
                opening[present["id"]] = spans
            if merged != present:
                changed.append(merged)
            changes[key] = Change.CHANGED if moved or merged != present else Change.SAME
        _write_venues(session, added, changed)
        _write_hours(session, opening)
        if changed:
            tell(session)
        return changes

    def write_parts(self, session: Session, parts: Parts, *, now: datetime) -> None:
        """Opening hours are written with their venue."""


class FacilityImporter(VenueImporter[FacilityRow]):
    """Each row is one room of an open public facility."""

    def details(self, row: FacilityRow) -> Values:
        return facility_details(row)


class LibraryImporter(VenueImporter[LibraryRow]):
    """Each row is one library."""

    def details(self, row: LibraryRow) -> Values:
        return library_details(row)


def _columns(draft: Values) -> dict[str, Any]:
    ids = {name: UUID(draft[name]) if draft[name] else None for name in ("municipality_id", "district_id")}
    return draft | ids | {"hours": tuple((day, opens, closes) for day, opens, closes in draft["hours"])}


def _said_anew(present: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    anew = {name: value for name, value in said.items() if value not in (None, "", [])}
    if "features" in anew:
        anew["features"] = [
            *present["features"],
            *(each for each in anew["features"] if each not in present["features"]),
        ]
    return anew


def _write_venues(session: Session, added: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    if added:
        session.connection().execute(insert(Venue.__table__), added)  # type: ignore[arg-type]
    if changed:
        names = [name for name in changed[0] if name not in ("id", "source_key")]
        written: Values = {name: bindparam(f"new_{name}") for name in names}
        statement = update(Venue.__table__).where(Venue.id == bindparam("venue")).values(written)  # type: ignore[arg-type]
        rows = [{"venue": row["id"]} | {f"new_{name}": row[name] for name in names} for row in changed]
        session.connection().execute(statement, rows)


def _write_hours(session: Session, opening: Mapping[UUID, Iterable[Span]]) -> None:
    if not opening:
        return
    session.execute(delete(VenueHours).where(VenueHours.venue_id.in_(list(opening))))
    rows = [
        {"venue_id": venue_id, "weekday": weekday, "opens": opens, "closes": closes}
        for venue_id, spans in opening.items()
        for weekday, opens, closes in spans
    ]
    if rows:
        session.connection().execute(insert(VenueHours.__table__), rows)  # type: ignore[arg-type]
