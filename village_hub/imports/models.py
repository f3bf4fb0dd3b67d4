"""What was read from files: runs, their rows on the way in, their problems, and what each source said last."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class RunState(StrEnum):
    READING = "reading"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"
    DISCARDED = "discarded"


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class ImportRun(Base):
    """One file on its way in: read and counted first, applied when somebody says so."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'checked', 'applying', 'applied', 'refused', 'discarded')", name="state_is_known"
        ),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_has_a_reason"),
        Index("ix_import_run_started_at", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    #: In bytes.
    size: Mapped[int]
    #: Where the uploaded file waits until it was read; empty for a file that was read where it lay.
    stored_at: Mapped[str]
    state: Mapped[str]
    #: Code and figures of the reason why the whole file was refused.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: How often reading or applying was begun; whoever holds an older number has been overtaken.
    attempt: Mapped[int] = mapped_column(default=0)
    #: Of how many lines (while reading) or rows (while applying) how many are done.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_same: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """A row that is new or says something new, set aside until the run is applied."""

    __tablename__ = "import_row"
    __table_args__ = (CheckConstraint("change IN ('new', 'changed')", name="change_is_known"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_key: Mapped[str]
    content_hash: Mapped[str]
    change: Mapped[str]
    #: The filled cells by column name, as they were written.
    cells: Mapped[dict[str, Any]]
    #: What the row's capability will write, and to which thing; worked out before the transaction that writes it.
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    thing_id: Mapped[UUID | None]


class ImportPart(Base):
    """A dated part of a drafted row, such as one session of a course; many, and written by one statement."""

    __tablename__ = "import_part"
    __table_args__ = (Index("ix_import_part_whole_id", "whole_id", "starts_at"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    #: The thing that it will be a part of.
    whole_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class ImportProblem(Base):
    """Why a row, or a cell of it, was not taken."""

    __tablename__ = "import_problem"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    column: Mapped[str]
    value: Mapped[str]
    code: Mapped[str]
    figures: Mapped[dict[str, Any]]


class ImportSource(Base):
    """What the last applied file said of one thing: the same content again changes nothing."""

    __tablename__ = "import_source"

    kind: Mapped[str] = mapped_column(primary_key=True)
    source_key: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
