"""What was tried with other rules, and how fair each match run was."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class WhatIf(Base):
    """A period replayed under the rules in force and under changed ones; its figures stay."""

    __tablename__ = "what_if"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'cancelled')", name="state_is_known"),
        CheckConstraint("(state = 'done') = (figures IS NOT NULL)", name="done_has_figures"),
        CheckConstraint("until >= since", name="days_are_in_order"),
        Index("ix_what_if_asked_at", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    #: The changed rules by name.
    rules: Mapped[dict[str, float]] = mapped_column(JSON)
    state: Mapped[str]
    #: How often reckoning was begun; whoever holds an older number has been overtaken.
    attempt: Mapped[int] = mapped_column(default=0)
    #: Of how many runs how many are done.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: In force and changed, side by side, and what was recorded.
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Fairness(Base):
    """How evenly one match run served; values in served people, without the terms of fairness."""

    __tablename__ = "fairness"
    __table_args__ = (
        CheckConstraint("served BETWEEN 0 AND people", name="served_are_among_the_people"),
        CheckConstraint("load_gini BETWEEN 0 AND 1", name="gini_is_a_share"),
        Index("ix_fairness_measured_at", "measured_at"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    measured_at: Mapped[datetime]
    people: Mapped[int]
    served: Mapped[int]
    #: Days.
    longest_wait: Mapped[int]
    #: Of the hours of every volunteer who could be asked; and the largest over the mean of those who teach.
    load_gini: Mapped[float]
    load_busiest: Mapped[float]
    #: Of the run's plan, of a plan made without fairness, and what no such plan can beat.
    plain_value: Mapped[float]
    plain_without: Mapped[float]
    plain_bound: Mapped[float]
    #: By district and by group of people: how many waited, and how many the plan serves.
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: The requests behind the shares; only the newest runs keep them.
    rows: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
