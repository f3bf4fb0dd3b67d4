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
class LibraryRow(Row):
    """One library of the national library file."""

    kind: ClassVar[Kind] = Kind.LIBRARIES
    name: str
    province: str
    municipality: str
    library_type: str
    closing_days: ClosingDays
    weekday_opens: int | None
    weekday_closes: int | None
    saturday_opens: int | None
    saturday_closes: int | None
    holiday_opens: int | None
    holiday_closes: int | None
    seats: int | None
    books: int | None
    serials: int | None
    other_media: int | None
    loan_count: int | None
    loan_days: int | None
    address: str
    institution: str
    phone: Phone | None
    site_area: Decimal | None
    floor_area: Decimal | None
    homepage: str | None
    latitude: float | None
    longitude: float | None
    reference_date: date | None
    provider_code: str
    provider_name: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Name and address."""
        return same_text(self.name), same_address(self.address)

    @property
    def weekday_hours(self) -> Hours | None:
        """When it is open from Monday to Friday; None is closed."""
        return hours(self.weekday_opens, self.weekday_closes)

    @property
    def saturday_hours(self) -> Hours | None:
        """When it is open on Saturday; None is closed."""
        return hours(self.saturday_opens, self.saturday_closes)

    @property
    def holiday_hours(self) -> Hours | None:
        """When it is open on public holidays; None is closed."""
        return hours(self.holiday_opens, self.holiday_closes)

    def contradictions(self) -> Iterator[tuple[str, CellProblem]]:
        """It closes after it opens, and has both coordinates or none."""
        yield from hours_reversed("평일운영종료시각", self.weekday_opens, self.weekday_closes)
        yield from hours_reversed("토요일운영종료시각", self.saturday_opens, self.saturday_closes)
        yield from hours_reversed("공휴일운영종료시각", self.holiday_opens, self.holiday_closes)
        yield from half_located(self.latitude, self.longitude)
