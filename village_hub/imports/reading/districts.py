from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from village_hub.imports.reading.cells import CellProblem
from village_hub.imports.reading.reasons import Kind
from village_hub.imports.reading.rows import Row, half_located


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRow(Row):
    """One administrative dong, with the middle of its area and its population."""

    kind: ClassVar[Kind] = Kind.DISTRICTS
    code: str
    municipality_code: str
    province: str
    municipality: str
    name: str
    official_name: str
    longitude: float | None
    latitude: float | None
    population: int | None
    men: int | None
    women: int | None
    under_14: int | None
    over_65: int | None
    remark: str

    @property
    def identity(self) -> tuple[str, ...]:
        """The ten-digit code."""
        return (self.code,)

    def contradictions(self) -> Iterator[tuple[str, CellProblem]]:
        """It has both coordinates or none."""
        for column, problem in half_located(self.latitude, self.longitude):
            yield {"위도": "centroid_lat", "경도": "centroid_lon"}[column], problem
