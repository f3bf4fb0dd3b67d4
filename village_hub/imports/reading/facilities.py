from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from village_hub.imports.reading.cells import CellProblem, Phone
from village_hub.imports.reading.reasons import Kind
from village_hub.imports.reading.rows import Hours, Row, half_located, hours, hours_reversed, same_address, same_text
from village_hub.imports.reading.weekdays import ClosingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRow(Row):
    """One room of the open public facility file."""

    kind: ClassVar[Kind] = Kind.FACILITIES
    name: str
    place: str
    room_type: str
    closing_days: ClosingDays
    weekday_opens: int | None
    weekday_closes: int | None
    weekend_opens: int | None
    weekend_closes: int | None
    paid: bool | None
    base_hours: Decimal | None
    fee: int | None
    extra_hours: Decimal | None
    extra_fee: int | None
    capacity: int | None
    area: Decimal | None
    equipment: tuple[str, ...]
    application_methods: tuple[str, ...]
    photo: str
    road_address: str
    lot_address: str
    institution: str
    department: str
    phone: Phone | None
    homepage: str | None
    latitude: float | None
    longitude: float | None
    reference_date: date | None
    provider_code: str
    provider_name: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Facility, room and address, by road or else by lot."""
        return same_text(self.name), same_text(self.place), same_address(self.road_address or self.lot_address)

    @property
    def weekday_hours(self) -> Hours | None:
        """When it is open from Monday to Friday; None is closed."""
        return hours(self.weekday_opens, self.weekday_closes)

    @property
    def weekend_hours(self) -> Hours | None:
        """When it is open on Saturday and Sunday; None is closed."""
        return hours(self.weekend_opens, self.weekend_closes)

    def contradictions(self) -> Iterator[tuple[str, CellProblem]]:
        """It closes after it opens, and has both coordinates or none."""
        yield from hours_reversed("평일운영종료시각", self.weekday_opens, self.weekday_closes)
        yield from hours_reversed("주말운영종료시각", self.weekend_opens, self.weekend_closes)
        yield from half_located(self.latitude, self.longitude)
