"""Group matching: wishes, instructors and venues become classes, with a certificate and reasons.

`solve` and `alternatives` bring numba and HiGHS with them when they are first asked for, so that a process that only
shows plans never loads them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from village_hub.matching.engine.changes import apply_change
from village_hub.matching.engine.geometry import Point, project
from village_hub.matching.engine.plan import (
    Alternative,
    Change,
    ChangeCode,
    Plan,
    PlannedClass,
    Reason,
    ReasonCode,
    WhyNot,
    WhyNotCode,
)
from village_hub.matching.engine.problem import (
    Instructor,
    KeptClass,
    Problem,
    ProblemError,
    Rules,
    Venue,
    Weights,
    Wish,
)

if TYPE_CHECKING:
    from village_hub.matching.engine.explain import alternatives
    from village_hub.matching.engine.solving import solve

__all__ = [
    "Alternative",
    "Change",
    "ChangeCode",
    "Instructor",
    "KeptClass",
    "Plan",
    "PlannedClass",
    "Point",
    "Problem",
    "ProblemError",
    "Reason",
    "ReasonCode",
    "Rules",
    "Venue",
    "Weights",
    "WhyNot",
    "WhyNotCode",
    "Wish",
    "alternatives",
    "apply_change",
    "project",
    "solve",
]

_LATE = {"alternatives": "explain", "solve": "solving"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
