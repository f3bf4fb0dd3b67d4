"""What was tried, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from village_hub.what_if.engine.outcome import Figures
from village_hub.what_if.models import State as State
from village_hub.what_if.models import WhatIf


@dataclass(frozen=True, slots=True)
class Compared:
    """The same days under the rules in force and under the changed ones, and how many were served in truth."""

    in_force: Figures
    changed: Figures
    recorded_people: int

    def as_json(self) -> dict[str, Any]:
        """For keeping and for other programs."""
        return {
            "in_force": self.in_force.as_json(),
            "changed": self.changed.as_json(),
            "recorded_people": self.recorded_people,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Compared:
        """What was kept."""
        in_force, changed = (Figures.from_json(kept[name]) for name in ("in_force", "changed"))
        return cls(in_force, changed, kept["recorded_people"])


@dataclass(frozen=True, slots=True)
class WhatIfFacts:
    """One what-if; `done` of `total` runs are reckoned."""

    id: UUID
    since: date
    until: date
    rules: dict[str, float]
    state: str
    attempt: int
    done: int
    total: int
    figures: Compared | None
    asked_by: UUID | None
    asked_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether somebody still waits for the figures."""
        return self.state in (State.WAITING, State.RUNNING)


def what_if(session: Session, what_if_id: UUID) -> WhatIfFacts | None:
    """One what-if, or None."""
    row = session.execute(_all().where(WhatIf.id == what_if_id)).one_or_none()
    return _facts(row._mapping) if row else None


def what_ifs(session: Session, *, limit: int = 50) -> list[WhatIfFacts]:
    """The newest first."""
    query = _all().order_by(WhatIf.asked_at.desc(), WhatIf.id.desc()).limit(limit)
    return [_facts(row._mapping) for row in session.execute(query)]


def is_wanted(session: Session, what_if_id: UUID, attempt: int) -> bool:
    """Whether this attempt still is the one that somebody waits for."""
    mine = (WhatIf.id == what_if_id, WhatIf.attempt == attempt, WhatIf.state == State.RUNNING)
    return session.scalar(select(WhatIf.id).where(*mine)) is not None


def _all() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(WhatIf, name) for name in WhatIfFacts.__slots__))


def _facts(row: Any) -> WhatIfFacts:
    figures = row["figures"]
    return WhatIfFacts(**dict(row) | {"figures": Compared.from_json(figures) if figures else None})
