"""Facts about match runs and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class MatchRunFinished(Event, type="match_run.finished", stream="match_run:{run_id}"):
    run_id: UUID
    classes: int
    gap: float


@dataclass(frozen=True)
class MatchProposed(Event, type="match.proposed", stream="group:{group_id}"):
    proposal_id: UUID
    group_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class ProposalChanged(Event, type="match.changed", stream="group:{group_id}"):
    """The learning manager chose another instructor, place or time."""

    proposal_id: UUID
    group_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class GroupDissolved(Event, type="group.dissolved", stream="group:{group_id}"):
    group_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class DecisionMade(Event, type="match.decided", stream="decision:{decision_id}"):
    """Somebody decided by hand; later runs keep to it."""

    decision_id: UUID
    village_id: UUID
    kind: str


@dataclass(frozen=True)
class DecisionEnded(Event, type="match.decision_ended", stream="decision:{decision_id}"):
    decision_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class TrialAsked(Event, type="match.trial_asked", stream="trial:{trial_id}"):
    """The learning manager wants to know what a change would cost before making it."""

    trial_id: UUID


@dataclass(frozen=True)
class MatchingDue(Timer, type="matching.due"):
    """It is time to look for matches; many wishes for a run at the same moment are one timer.

    `cause` is the type of the fact that wanted it first, empty where it is only the clock.
    """

    cause: str = ""
