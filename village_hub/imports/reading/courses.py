from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from village_hub.imports.reading.cells import CellProblem, Names, Phone
from village_hub.imports.reading.reasons import Code, Kind
from village_hub.imports.reading.rows import Hours, Row, clock, hours, hours_reversed, same_text
from village_hub.imports.reading.weekdays import Weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow(Row):
    """One course of the national lifelong-learning course file."""

    kind: ClassVar[Kind] = Kind.COURSES
    title: str
    instructors: Names
    start_date: date
    end_date: date | None
    start_minute: int | None
    end_minute: int | None
    content: str
    audiences: tuple[str, ...]
    methods: tuple[str, ...]
    weekdays: Weekdays
    place: str
    capacity: int | None
    fee: int | None
    address: str
    institution: str
    phone: Phone | None
    application_start: date | None
    application_end: date | None
    application_methods: tuple[str, ...]
    selection_methods: tuple[str, ...]
    homepage: str | None
    training_subsidy: bool | None
    credit_bank: bool | None
    learning_account: bool | None
    reference_date: date | None
    provider_code: str
    provider_name: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Provider, institution, title, first day, hour, place and weekdays; not the instructor, who may change."""
        return (
            self.provider_code,
            same_text(self.institution),
            same_text(self.title),
            self.start_date.isoformat(),
            clock(self.start_minute),
            same_text(self.place),
            str(self.weekdays),
        )

    @property
    def hours(self) -> Hours | None:
        """The hours of a session; None where the course has no fixed ones."""
        return hours(self.start_minute, self.end_minute)

    def contradictions(self) -> Iterator[tuple[str, CellProblem]]:
        """No course and no application period ends before it starts."""
        yield from hours_reversed("교육종료시각", self.start_minute, self.end_minute)
        yield from _reversed("교육종료일자", self.start_date, self.end_date)
        yield from _reversed("접수종료일자", self.application_start, self.application_end)


def _reversed(column: str, start: date | None, end: date | None) -> Iterator[tuple[str, CellProblem]]:
    if start and end and end < start:
        figures = {"start": start.isoformat(), "end": end.isoformat()}
        yield column, CellProblem(Code.END_BEFORE_START, figures)
